// Makes Vite's `import source from './x.wgsl?raw'` work in Node: a module whose default export is the file's text.
import { readFile } from 'node:fs/promises';

const RAW = '.wgsl?raw';

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (!specifier.endsWith(RAW)) return next(specifier, context);
  return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith(RAW)) return next(url, context);
  const text = await readFile(new URL(url.slice(0, -'?raw'.length)), 'utf8');
  return { source: `export default ${JSON.stringify(text)};`, format: 'module', shortCircuit: true };
}
