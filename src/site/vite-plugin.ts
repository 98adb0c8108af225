/** Build-time: writes the service worker, which knows every file of the site by its hash. */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { SiteFiles } from './site-cache.ts';

/** Its place is the application's root: a worker may look after its own folder and what is below. */
const SERVICE_WORKER = 'service-worker.js';

/** The page, all scripts and styles, and the gallery's small tables. */
const SHELL = /^(index\.html|assets\/.*\.(js|css|woff2?)|packs\/gallery\/[^/]+\.json)$/;
const DATA = 'packs/';

/** Writes `service-worker.js` into the build when everything else is there; the development server has none. */
export function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved: ({ root, build: { outDir } }) => {
      folder = resolve(root, outDir);
    },
    // After the writeBundle hooks, which copy models and wasm.
    closeBundle: { order: 'post', sequential: true, handler: () => writeServiceWorker(folder) },
  };
}

/** Writes the service worker of the built site in `folder`. Building the same files again gives the same worker. */
export async function writeServiceWorker(folder: string): Promise<void> {
  const bundle = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { SITE_FILES: JSON.stringify(await siteFiles(folder)) },
    build: {
      write: false,
      target: 'es2023',
      // A classic script: not every browser takes a module here.
      rolldownOptions: { input: fileURLToPath(new URL('worker.ts', import.meta.url)), output: { format: 'iife', entryFileNames: SERVICE_WORKER } },
    },
  });
  const code = [bundle].flat().flatMap((part) => ('output' in part ? part.output : [])).find((file) => file.type === 'chunk')?.code;
  if (code === undefined) throw new Error('the service worker was not built');
  await writeFile(join(folder, SERVICE_WORKER), code);
}

async function siteFiles(folder: string): Promise<SiteFiles> {
  const shell: Record<string, string> = {};
  const data: Record<string, string> = {};
  const models: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const file of files) {
    const path = relative(folder, file).split(sep).join('/');
    if (path === SERVICE_WORKER) continue;
    const group = SHELL.test(path) ? shell : path.startsWith(DATA) ? data : models;
    group[path] = createHash('sha256').update(await readFile(file)).digest('hex');
  }
  const version = createHash('sha256').update(JSON.stringify([shell, data, models])).digest('hex').slice(0, 12);
  return { version, shell, data, models };
}
