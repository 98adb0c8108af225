import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ResolvedConfig, ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoderAssets } from './vite-plugin.ts';

const { version } = JSON.parse(readFileSync('node_modules/onnxruntime-web/package.json', 'utf8')) as { version: string };

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** The plugin's middleware behind a real server, as a dev server with `base` would mount it. */
async function serverFor(base: string): Promise<Server> {
  const { configResolved, configureServer } = encoderAssets();
  if (typeof configResolved !== 'function' || typeof configureServer !== 'function') throw new Error('hooks are not plain functions');
  let handler: Middleware | undefined;
  await Reflect.apply(configResolved, null, [{ root: process.cwd(), base } as ResolvedConfig]);
  const server = { middlewares: { use: (given: Middleware) => (handler = given) } };
  await Reflect.apply(configureServer, null, [server as unknown as ViteDevServer]);
  const http = createServer((request, response) => {
    handler?.(request, response, () => response.writeHead(299).end());
  }).listen(0);
  await once(http, 'listening');
  return http;
}

describe.each(['/', '/sub/dir/', './'])('encoder assets under base %s', (base) => {
  const root = base === './' ? '/' : base;
  let http: Server;
  beforeAll(async () => {
    http = await serverFor(base);
  });
  afterAll(() => {
    http.close();
  });
  const get = (path: string, init?: RequestInit) => fetch(`http://localhost:${(http.address() as AddressInfo).port}${path}`, init);

  it('serves the model and answers revalidation', async () => {
    const response = await get(`${root}models/mini-clip/config.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe(readFileSync('models/mini-clip/config.json', 'utf8'));
    const etag = response.headers.get('etag') ?? '';
    expect((await get(`${root}models/mini-clip/config.json?x=1`, { headers: { 'If-None-Match': etag } })).status).toBe(304);
  });

  it('serves the three builds of ONNX Runtime, each with its glue', async () => {
    for (const build of ['.jspi', '.asyncify', '']) {
      const mjs = await get(`${root}ort/${version}/ort-wasm-simd-threaded${build}.mjs`);
      expect([mjs.status, mjs.headers.get('content-type')]).toEqual([200, 'text/javascript']);
      await mjs.body?.cancel();
      const wasm = await get(`${root}ort/${version}/ort-wasm-simd-threaded${build}.wasm`);
      expect([wasm.status, wasm.headers.get('content-type')]).toEqual([200, 'application/wasm']);
      await wasm.body?.cancel();
    }
  });

  it('serves nothing else: 404 in its folders, the next handler elsewhere', async () => {
    for (const path of ['models/mini-clip/none.json', 'models/other/config.json', 'models/', `ort/${version}/ort.webgl.mjs`, 'ort/1.0.0/ort-wasm-simd-threaded.wasm']) {
      expect((await get(root + path)).status, path).toBe(404);
    }
    for (const path of ['', 'index.html', 'package.json', 'models/../package.json', 'models/mini-clip/../../../package.json', 'modelsx']) {
      expect((await get(root + path)).status, path).toBe(299);
    }
    expect((await get(`${root}models/mini-clip/%2e%2e%2f%2e%2e%2fpackage.json`)).status).toBe(404);
    if (root !== '/') expect((await get('/models/mini-clip/config.json')).status).toBe(299);
  });
});
