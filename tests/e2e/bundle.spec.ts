/** The built site's weight: the shell is light, and the model libraries load only when first needed. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const SHELL_LIMIT_BYTES = 180_000;
/** Strings that survive minification and occur in no code of ours. */
const MODEL_LIBRARIES = /ort-wasm-simd|OrtCreateSession|apply_chat_template/;

const assets = readdirSync(join(DIST, 'assets'));
const source = (file: string): string => readFileSync(join(DIST, 'assets', file), 'utf8');

/** `roots` and every file that they import statically, directly or not. */
function staticClosure(roots: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...roots];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    // `from"./x.js"` and `import"./x.js"`; a dynamic import has a parenthesis before its quote.
    for (const [, next] of source(file).matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) open.push(next ?? '');
  }
  return seen;
}

/** What the page loads at once: the scripts that index.html names, and the workers, with their static imports. */
function shell(): Set<string> {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.js)"/g)].map(([, file]) => file ?? '');
  const page = staticClosure(scripts);
  const named = [...page].map(source).join('\n');
  const workers = assets.filter((file) => /^worker.*\.js$/.test(file) && named.includes(file));
  expect(scripts.length, 'index.html names no script').toBeGreaterThan(0);
  expect(workers.length, "no engine worker among the page's files").toBeGreaterThan(0);
  return staticClosure([...scripts, ...workers]);
}

test('the shell, page and worker, stays under 180 kB of gzipped JavaScript', () => {
  const sizes = [...shell()].map((file) => ({ file, bytes: gzipSync(source(file)).byteLength }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`app shell: ${(total / 1000).toFixed(1)} kB gzip in ${sizes.length} files`);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(SHELL_LIMIT_BYTES);
});

test('ONNX Runtime and transformers.js are in chunks of their own, once', () => {
  const heavy = assets.filter((file) => file.endsWith('.js') && MODEL_LIBRARIES.test(source(file)));
  expect(heavy.length, 'the model libraries are in no chunk: the markers of this test are out of date').toBeGreaterThan(0);
  expect([...shell()].filter((file) => heavy.includes(file))).toEqual([]);
  const runtimes = heavy.filter((file) => source(file).includes('OrtCreateSession'));
  expect(runtimes, 'copies of ONNX Runtime').toHaveLength(1);
});
