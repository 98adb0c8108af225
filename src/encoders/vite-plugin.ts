/** Build-time: serves and copies what the encoder fetches at run time, the models and ONNX Runtime's wasm. */
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';
import type { Connect, Plugin, ResolvedConfig } from 'vite';
import { ORT_BUILDS, ortFolder } from './ort-files.ts';

/** Folders under `models/` that belong to the application. */
const MODELS = ['mini-clip', 'mini-clip-sae'];

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Serves `models/<ours>/**` and `ort/<version>/*` under the base in development, copies them into the build, and resolves
 * `onnxruntime-web/webgpu` to its loader without embedded glue, so that the bundler copies no wasm of its own.
 */
export function encoderAssets(): Plugin {
  const ortDist = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/webgpu'));
  let config: ResolvedConfig;
  return {
    name: 'encoder-assets',
    config: () => ({
      resolve: { alias: [{ find: /^onnxruntime-web\/webgpu$/, replacement: join(ortDist, 'ort.webgpu.min.mjs') }] },
    }),
    configResolved: (resolved) => {
      config = resolved;
    },
    configureServer: async ({ middlewares }) => {
      middlewares.use(serve(await assets(config.root, ortDist), config.base));
    },
    writeBundle: async ({ dir = config.build.outDir }) => {
      for (const [name, source] of await assets(config.root, ortDist)) {
        const target = join(dir, name);
        await mkdir(dirname(target), { recursive: true });
        await copyFile(source, target);
      }
    },
  };
}

/** Path under the base → file. */
async function assets(root: string, ortDist: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const model of MODELS) {
    const folder = join(root, 'models', model);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(relative(root, file).split(sep).join('/'), file);
    }
  }
  const { version } = JSON.parse(await readFile(join(ortDist, '..', 'package.json'), 'utf8')) as { version: string };
  for (const build of Object.values(ORT_BUILDS)) {
    for (const name of [`${build}.mjs`, `${build}.wasm`]) files.set(ortFolder(version) + name, join(ortDist, name));
  }
  return files;
}

/** Answers only for the files of the map; everything else under their folders is 404, never the page. */
function serve(files: ReadonlyMap<string, string>, base: string): Connect.NextHandleFunction {
  const root = base.startsWith('/') ? base : '/';
  return (request, response, next) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = path.startsWith(root) ? path.slice(root.length) : '';
    const file = files.get(name);
    if (file === undefined) {
      if (!/^(models|ort)\//.test(name)) {
        next();
        return;
      }
      response.writeHead(404).end();
      return;
    }
    stat(file).then(
      ({ size, mtimeMs }) => {
        const etag = `"${size}-${mtimeMs}"`;
        const headers = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache', ETag: etag };
        if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
        else {
          response.writeHead(200, { ...headers, 'Content-Length': size });
          createReadStream(file).pipe(response);
        }
      },
      (error: unknown) => {
        next(error);
      },
    );
  };
}
