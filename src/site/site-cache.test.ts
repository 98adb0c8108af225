import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { SiteCache, type SiteFiles } from './site-cache.ts';

const SCOPE = 'https://host.example/some/path/';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hashes = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, hash(text)]));

/** CacheStorage as far as it is used, with the answers' texts to look at. */
class FakeCaches {
  readonly stores = new Map<string, Map<string, Response>>();
  keys = () => Promise.resolve([...this.stores.keys()]);
  delete = (name: string) => Promise.resolve(this.stores.delete(name));
  open = (name: string) => {
    const store = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, store);
    return Promise.resolve({
      match: (url: string) => Promise.resolve(store.get(url)?.clone()),
      put: (url: string, response: Response) => Promise.resolve(void store.set(url, response)),
      delete: (request: { url: string } | string) => Promise.resolve(store.delete(typeof request === 'string' ? request : request.url)),
      keys: () => Promise.resolve([...store.keys()].map((url) => ({ url }))),
    });
  };
  /** Paths under the scope, without hashes. */
  paths(): string[] {
    return [...this.stores.values()].flatMap((store) => [...store.keys()]).map((url) => url.slice(SCOPE.length).split('?')[0] ?? '').sort();
  }
}

const V1 = { 'index.html': '<p>1', 'assets/a-1.js': 'a1', 'packs/gallery/manifest.json': '{"v":1}' };
const DATA = { 'packs/gallery/texts.npy': 'texts' };
const MODELS = { 'models/m/text.onnx': 'weights', 'ort/1/ort.wasm': 'wasm' };
const filesOf = (shell: Record<string, string>, models: Record<string, string> = MODELS): SiteFiles => ({
  version: hash(JSON.stringify([shell, models])),
  shell: hashes(shell),
  data: hashes(DATA),
  models: hashes(models),
});

describe('SiteCache', () => {
  let server: Record<string, string>;
  let online: boolean;
  let loads: string[];
  let caches: FakeCaches;
  let work: Promise<unknown>[];

  beforeEach(() => {
    server = { ...V1, ...DATA, ...MODELS };
    online = true;
    loads = [];
    caches = new FakeCaches();
    work = [];
  });

  const siteOf = (files: SiteFiles, scope = SCOPE): SiteCache =>
    new SiteCache(files, scope, caches as unknown as CacheStorage, async (request) => {
      const url = typeof request === 'string' ? request : request.url;
      const path = url.slice(scope.length) || 'index.html';
      loads.push(path);
      if (!online) throw new TypeError('Failed to fetch');
      const body = server[path];
      return body === undefined ? new Response('', { status: 404 }) : new Response(body, { headers: { 'Content-Type': 'text/x', 'Content-Encoding': 'gzip' } });
    });
  const ask = (site: SiteCache, address: string, more: Partial<Pick<Request, 'method' | 'mode' | 'headers'>> = {}): Promise<Response> | null => {
    const url = new URL(address, SCOPE).href;
    const request = { url, method: 'GET', mode: 'cors', headers: new Headers(), ...more };
    return site.answer(request as Request, (promise) => work.push(promise));
  };
  const textOf = async (answer: Promise<Response> | null): Promise<string> => {
    const text = (await (await answer)?.text()) ?? 'not answered';
    await Promise.all(work.splice(0));
    return text;
  };

  it('keeps the shell when installed, never models, wasm or data', async () => {
    await siteOf(filesOf(V1)).install();
    expect(caches.paths()).toEqual(Object.keys(V1).sort());
  });

  it('keeps a model once it is used, and answers it without a network from then on', async () => {
    const site = siteOf(filesOf(V1));
    await site.install();
    expect(await textOf(ask(site, 'models/m/text.onnx'))).toBe('weights');
    expect(caches.paths()).toEqual([...Object.keys(V1), 'models/m/text.onnx'].sort());
    online = false;
    expect(await textOf(ask(site, 'models/m/text.onnx'))).toBe('weights');
    await expect(ask(site, 'ort/1/ort.wasm')).rejects.toThrow('Failed to fetch');
  });

  it('keeps what a page reports and belongs to the site, then the data', async () => {
    const site = siteOf(filesOf(V1));
    await site.keep([`${SCOPE}models/m/text.onnx`, `${SCOPE}unknown.bin`, 'https://elsewhere.example/models/m/text.onnx', 'blob:x', `${SCOPE}models/m/text.onnx?x=1`]);
    expect(caches.paths()).toEqual(['models/m/text.onnx']);
    expect(loads).toEqual(['models/m/text.onnx']);
    await site.keepData();
    expect(caches.paths()).toEqual(['models/m/text.onnx', 'packs/gallery/texts.npy']);
  });

  it('leaves other origins, other folders, Range, queries, POST and unknown files to the browser', () => {
    const site = siteOf(filesOf(V1));
    expect(ask(site, 'https://elsewhere.example/some/path/index.html')).toBeNull();
    expect(ask(site, 'https://host.example/some/other/index.html')).toBeNull();
    expect(ask(site, 'models/m/text.onnx', { headers: new Headers({ Range: 'bytes=0-3' }) })).toBeNull();
    expect(ask(site, 'models/m/text.onnx?x=1')).toBeNull();
    expect(ask(site, 'models/m/text.onnx', { method: 'POST' })).toBeNull();
    expect(ask(site, 'toString')).toBeNull();
    expect(ask(site, 'no/such/page', { mode: 'navigate' })).toBeNull();
    expect(loads).toEqual([]);
  });

  it('opens the page from the network, and from the cache where there is none', async () => {
    const site = siteOf(filesOf(V1));
    await site.install();
    server['index.html'] = '<p>newer';
    expect(await textOf(ask(site, '', { mode: 'navigate' }))).toBe('<p>newer');
    online = false;
    for (const address of ['', 'index.html', '?pack=x#/map']) expect(await textOf(ask(site, address, { mode: 'navigate' }))).toBe('<p>1');
  });

  it('gives a newer page the newer data while there is a network, and the old page its own again', async () => {
    const site = siteOf(filesOf(V1));
    await site.install();
    server = { ...server, 'index.html': '<p>2', 'packs/gallery/manifest.json': '{"v":2}' };
    expect(await textOf(ask(site, 'packs/gallery/manifest.json'))).toBe('{"v":1}');
    await textOf(ask(site, '', { mode: 'navigate' }));
    expect(await textOf(ask(site, 'packs/gallery/manifest.json'))).toBe('{"v":2}');
    expect(await textOf(ask(site, 'assets/a-1.js'))).toBe('a1');
    online = false;
    expect(await textOf(ask(site, '', { mode: 'navigate' }))).toBe('<p>1');
    expect(await textOf(ask(site, 'packs/gallery/manifest.json'))).toBe('{"v":1}');
    online = true;
    server['index.html'] = '<p>1';
    await textOf(ask(site, '', { mode: 'navigate' }));
    expect(await textOf(ask(site, 'packs/gallery/manifest.json'))).toBe('{"v":1}');
  });

  it('is not installed when the server has other files, and never keeps one that is not the build’s', async () => {
    server['assets/a-1.js'] = 'tampered';
    const site = siteOf(filesOf(V1));
    await expect(site.install()).rejects.toThrow('assets/a-1.js');
    server['models/m/text.onnx'] = 'other weights';
    expect(await textOf(ask(site, 'models/m/text.onnx'))).toBe('other weights');
    await site.keep([`${SCOPE}models/m/text.onnx`]);
    expect(caches.paths()).not.toContain('models/m/text.onnx');
  });

  it('an update fetches only what changed and removes what is gone; models that stayed are not fetched again', async () => {
    const old = siteOf(filesOf(V1));
    await old.install();
    await textOf(ask(old, 'models/m/text.onnx'));
    await textOf(ask(old, 'ort/1/ort.wasm'));
    await caches.open('vlm-explore-memory');
    await caches.open(`vlm-explore-site ${SCOPE}deeper/ 1`);
    await caches.open(`vlm-explore-site ${SCOPE} 0`);

    const v2 = { 'index.html': '<p>2', 'assets/a-2.js': 'a2', 'packs/gallery/manifest.json': V1['packs/gallery/manifest.json'] };
    const models = { 'models/m/text.onnx': 'weights', 'ort/1/ort.wasm': 'new wasm' };
    server = { ...v2, ...DATA, ...models };
    loads = [];
    const site = siteOf(filesOf(v2, models));
    await site.install();
    expect(loads.sort()).toEqual(['assets/a-2.js', 'index.html']);
    // Until it is activated, the old version is whole.
    online = false;
    expect(await textOf(ask(old, '', { mode: 'navigate' }))).toBe('<p>1');
    expect(await textOf(ask(old, 'assets/a-1.js'))).toBe('a1');
    online = true;
    await site.activate();
    expect(caches.paths()).toEqual([...Object.keys(v2), 'models/m/text.onnx'].sort());
    expect([...caches.stores.keys()].sort()).toEqual(['vlm-explore-memory', `vlm-explore-site ${SCOPE} 1`, `vlm-explore-site ${SCOPE}deeper/ 1`].sort());
    expect(await textOf(ask(site, 'ort/1/ort.wasm'))).toBe('new wasm');
  });

  it('says of a kept file its type and its length, and no longer its compression', async () => {
    const site = siteOf(filesOf(V1));
    await site.install();
    const headers = (await ask(site, 'assets/a-1.js'))?.headers;
    expect([headers?.get('content-type'), headers?.get('content-length'), headers?.get('content-encoding')]).toEqual(['text/x', '2', null]);
  });
});
