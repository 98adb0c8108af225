/** Every answer that a server may give, and everything that a store may hold. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { startHubServer, type HubServer } from '../../../tests/support/hub-server.ts';
import { CancelledError, InputError, IntegrityError } from '../../core/errors.ts';
import { downloadAll, type TotalProgress } from './download-all.ts';
import { download } from './download.ts';
import { listDownloads, removeDownload, verifyDownload } from './finished.ts';
import { parseState, readState } from './state.ts';
import { memoryStore } from './store-memory.ts';
import type { DownloadStore } from './store.ts';
import type { DownloadFile, DownloadOptions } from './transfer.ts';

const SIZE = 1_000_003;
const content = Uint8Array.from({ length: SIZE }, (_, i) => (i * 2_654_435_761) >>> 9);
const other = content.map((byte) => byte ^ 0x55);
const small = new TextEncoder().encode('{"model_type": "clip"}\n');
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const blob = (bytes: Uint8Array): string => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const HALF = 500_000;

let hub: HubServer;
beforeAll(async () => {
  hub = await startHubServer({ repos: { 'tiny/clip': { 'model.onnx': content, 'config.json': small, 'empty.txt': new Uint8Array(0), 'b.bin': other, 'c.bin': content.subarray(7) } } });
});
afterAll(() => hub.close());
beforeEach(() => {
  for (const key of Object.keys(hub.faults)) Reflect.deleteProperty(hub.faults, key);
  hub.requests.length = 0;
});

const wait = vi.fn((_ms: number): Promise<void> => Promise.resolve());
const url = (path: string): string => `${hub.base}/tiny/clip/resolve/main/${path}`;
const model = (more: Partial<DownloadFile> = {}): DownloadFile => ({ url: url('model.onnx'), name: 'clip/model.onnx', size: SIZE, sha256: hash(content), ...more });
const get = (file: DownloadFile, store: DownloadStore, more: Partial<DownloadOptions> = {}) => download(file, { store, wait, attempts: 4, ...more });
const bytesOf = async (store: DownloadStore, name: string): Promise<Uint8Array | null> => {
  const source = await store.open(name);
  return source === null ? null : source.slice(0, source.byteLength);
};
const equal = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.compare(a, b) === 0;

/** A store with the first bytes of the model, as a session that was paused leaves it. */
async function halfDone(file = model(), faults = {}): Promise<DownloadStore> {
  const store = memoryStore();
  Object.assign(hub.faults, { cutAfter: HALF }, faults);
  await expect(get(file, store, { attempts: 1 })).rejects.toThrow(/failed once .*what has arrived is kept/s);
  hub.faults.cutAfter = undefined;
  hub.requests.length = 0;
  expect((await bytesOf(store, 'clip/model.onnx.part'))?.length).toBeGreaterThan(HALF / 2);
  return store;
}

describe('download', () => {
  it('follows the redirect, sends no cookies or referrer, checks, and is there at once the next time', async () => {
    const store = memoryStore();
    const spy = vi.fn(fetch);
    expect(await get(model(), store, { fetch: spy })).toEqual({ name: 'clip/model.onnx', byteLength: SIZE, sha256: hash(content), fetched: SIZE });
    expect(spy.mock.calls[0]?.[1]).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' });
    expect(hub.requests.map(({ url: path }) => path.split('/')[1])).toEqual(['tiny', 'cdn']);
    expect(equal(await bytesOf(store, 'clip/model.onnx'), content)).toBe(true);
    expect((await get(model(), store)).fetched).toBe(0);
    expect(hub.requests.length).toBe(2);
  });

  it('checks small files by git’s name, takes empty ones, and ones of which nothing is known', async () => {
    const store = memoryStore();
    const config = { url: url('config.json'), name: 'config.json', size: small.length, sha256: null, gitOid: blob(small) };
    expect((await get(config, store)).sha256).toBe(hash(small));
    expect((await get(config, store)).fetched).toBe(0);
    expect((await get({ url: url('empty.txt'), name: 'empty.txt', size: 0, sha256: hash(new Uint8Array(0)) }, store)).byteLength).toBe(0);
    expect(await get(model({ size: null, sha256: null }), store)).toMatchObject({ byteLength: SIZE, sha256: hash(content) });
    expect((await get(model({ size: null, sha256: null }), store)).fetched).toBe(0);
    await expect(get({ ...config, name: 'x', gitOid: blob(content) }, store)).rejects.toThrow(IntegrityError);
    expect(await store.open('x')).toBeNull();
  });

  it('asks for the rest only, of the file with the same ETag', async () => {
    const store = await halfDone();
    const kept = (await bytesOf(store, 'clip/model.onnx.part'))?.length ?? 0;
    expect((await get(model(), store)).fetched).toBe(SIZE - kept);
    expect(hub.requests.at(-1)?.headers).toMatchObject({ range: `bytes=${kept}-`, 'if-range': `"${hash(content)}"` });
  });

  it.each([
    ['the ETag changed', { etag: '"other"' }],
    ['the ETag became weak', { etag: 'W/"other"' }],
    ['ranges are ignored', { ignoreRange: true }],
    ['If-Range breaks the connection', { refuseIfRange: true }],
    ['the headers are hidden', { hideHeaders: true }],
  ])('goes on where %s', async (_, faults) => {
    const store = await halfDone();
    Object.assign(hub.faults, faults);
    expect((await get(model(), store)).sha256).toBe(hash(content));
    expect(equal(await bytesOf(store, 'clip/model.onnx'), content)).toBe(true);
  });

  it.each([
    ['the ETag changed', { etag: '"other"', replaceBy: other }],
    ['the headers are hidden', { hideHeaders: true, replaceBy: other }],
  ])('without any hash, does not mix two files when %s', async (_, faults) => {
    const file = model({ size: null, sha256: null });
    const store = await halfDone(file);
    Object.assign(hub.faults, faults);
    expect((await get(file, store)).sha256).toBe(hash(other));
  });

  it('without any hash or ETag, starts over', async () => {
    const file = model({ sha256: null });
    const store = await halfDone(file, { etag: 'W/"weak"' });
    expect(await get(file, store)).toMatchObject({ fetched: SIZE, sha256: hash(content) });
  });

  it('fetches once more from the start when the kept bytes are damaged', async () => {
    const store = await halfDone();
    const part = await store.write('clip/model.onnx.part');
    await part.append(part.byteLength - 3, Uint8Array.of(1, 2, 3));
    await part.close();
    expect((await get(model(), store)).fetched).toBeGreaterThan(SIZE);
    expect(equal(await bytesOf(store, 'clip/model.onnx'), content)).toBe(true);
  });

  it.each([
    ['another url', { url: 'http://127.0.0.1:1/x' }],
    ['another size', { size: SIZE - 1 }],
    ['another hash', { sha256: hash(other) }],
  ])('does not take up the bytes of %s', async (_, change) => {
    const store = await halfDone();
    await get(model(change), store).catch(() => undefined);
    expect(hub.requests.every(({ headers }) => headers.range === undefined)).toBe(true);
  });

  it.each([
    ['a damaged byte', { corruptAt: 77_777 }, IntegrityError, /SHA-256 differs/],
    ['other bytes', { replaceBy: other }, IntegrityError, /SHA-256 differs/],
    ['too many bytes', { replaceBy: Buffer.concat([content, content]) }, IntegrityError, /more than the 1000003 bytes/],
    ['too few bytes', { replaceBy: content.subarray(0, 900_000) }, IntegrityError, /has 900000 bytes and should have 1000003/],
    ['a page of HTML', { replaceBy: new TextEncoder().encode('<html>Log in</html>') }, InputError, /should have 1000003/],
    ['401', { status: 401 }, InputError, /without a login \(401\)/],
    ['403', { status: 403 }, InputError, /without a login \(403\)/],
    ['404', { status: 404 }, InputError, /no such file \(404\)/],
    ['418', { status: 418 }, InputError, /status 418/],
    ['429 for ever', { status: 429 }, InputError, /failed 4 times .*status 429/],
    ['503 for ever', { status: 503 }, InputError, /failed 4 times .*status 503/],
    ['connections that break at once', { cutAfter: 0 }, InputError, /failed 4 times/],
    ['connections that break always at the same byte, without ranges', { cutAfter: 300_000, ignoreRange: true }, InputError, /failed 4 times/],
    ['a file that stands still', { stallAfter: 1000 }, InputError, /failed 4 times .*nothing came/],
  ])('refuses %s, and leaves nothing under the name', async (_, faults, kind, reason) => {
    const store = memoryStore();
    Object.assign(hub.faults, faults);
    const failure = await get(model(), store, { stallMs: 300 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toMatch(reason);
    expect((failure as Error).message).toContain('clip/model.onnx');
    expect(await store.open('clip/model.onnx')).toBeNull();
  });

  it('waits longer after each failure, and as long as the server asks', async () => {
    wait.mockClear();
    hub.faults.status = (request) => (request % 4 === 3 ? null : 503);
    const first = hub.faults.status;
    let request = 0;
    hub.faults.status = () => first(request++);
    await get(model(), memoryStore());
    expect(wait.mock.calls.map(([ms]) => ms)).toEqual([500, 1000, 2000]);
    wait.mockClear();
    request = 2;
    hub.faults.retryAfter = 7;
    await get(model(), memoryStore());
    expect(wait.mock.calls.map(([ms]) => ms)).toEqual([7000]);
  });

  it('says how many bytes are needed and free, before and while it writes, and goes on when there is room', async () => {
    await expect(get(model(), memoryStore(600_000))).rejects.toThrow(/needs 1,000,003 bytes \(1\.00 MB\) more, and 600,000 bytes \(0\.60 MB\) are free/);
    expect(hub.requests).toEqual([]);
    // Quotas are estimates: this one is smaller than it says.
    const tight = memoryStore(600_000);
    await expect(get(model(), { ...tight, room: async () => 10 ** 9 })).rejects.toThrow(/more, and .* are free/);
    expect(await tight.open('clip/model.onnx')).toBeNull();
    expect((await bytesOf(tight, 'clip/model.onnx.part'))?.length).toBeGreaterThan(400_000);
    await expect(downloadAll([model(), { ...model(), name: 'b' }], { store: memoryStore(1_500_000) })).rejects.toThrow(/2 files: it needs 2,000,006 bytes/);
  });

  it.each(['', '../x', '/x', 'a//b', 'a/../b', 'a\\b', 'x.part', 'x.state.json', 'a\u0000', 'c:x'])('refuses the name %j', async (name) => {
    await expect(get(model({ name }), memoryStore())).rejects.toThrow(InputError);
  });

  it('refuses an address that is none, and a file that is being downloaded', async () => {
    await expect(get(model({ url: 'file:///etc/passwd' }), memoryStore())).rejects.toThrow(/not an address/);
    const store = memoryStore();
    const first = get(model(), store);
    await expect(get(model(), store)).rejects.toThrow(/being downloaded already/);
    await first;
  });

  it('replaces a finished file by its next version, last of all', async () => {
    const store = memoryStore();
    await get(model(), store);
    const next = model({ url: url('b.bin'), sha256: hash(other) });
    hub.faults.cutAfter = HALF;
    await expect(get(next, store, { attempts: 1 })).rejects.toThrow(InputError);
    expect(equal(await bytesOf(store, 'clip/model.onnx'), content)).toBe(true);
    hub.faults.cutAfter = undefined;
    await get(next, store);
    expect(equal(await bytesOf(store, 'clip/model.onnx'), other)).toBe(true);
  });
});

describe('notes on a download', () => {
  it('that are damaged mean starting over, never an error', async () => {
    const good = await halfDone();
    const text = new TextDecoder().decode((await bytesOf(good, 'clip/model.onnx.state.json')) ?? new Uint8Array(0));
    expect(parseState(text)).toMatchObject({ url: url('model.onnx'), size: SIZE, digest: null });
    const damage = fc.oneof(
      fc.string().map((junk) => new TextEncoder().encode(junk)),
      fc.json().map((json) => new TextEncoder().encode(json)),
      fc.uint8Array({ maxLength: 100 }),
      fc.nat(text.length - 1).map((end) => new TextEncoder().encode(text.slice(0, end))),
      fc.constantFrom('{"version":2,', '{"done":-1,', '{"done":1e99,', '{"etag":7,').map((start) => new TextEncoder().encode(start + text.slice(1))),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (notes) => {
        const store = memoryStore();
        for (const [name, bytes] of [['config.json.part', content.slice(0, 10)], ['config.json.state.json', Uint8Array.from(notes)]] as const) {
          const file = await store.write(name);
          await file.append(0, bytes);
          await file.close();
        }
        const config = { url: url('config.json'), name: 'config.json', size: small.length, sha256: hash(small) };
        expect(await get(config, store)).toMatchObject({ fetched: small.length, sha256: hash(small) });
      }),
      { numRuns: 60 },
    );
  });

  it('longer than any of ours are not read', async () => {
    const store = memoryStore();
    const file = await store.write('a.state.json');
    await file.append(0, new Uint8Array(10 ** 6));
    await file.close();
    expect(await readState(store, 'a')).toBeNull();
  });
});

describe('the files of a store', () => {
  it('are listed, verified and removed', async () => {
    const store = await halfDone();
    await get({ url: url('config.json'), name: 'config.json', size: small.length, sha256: hash(small) }, store);
    expect(await listDownloads(store)).toEqual([
      { name: 'clip/model.onnx', byteLength: (await bytesOf(store, 'clip/model.onnx.part'))?.length, size: SIZE, finished: false },
      { name: 'config.json', byteLength: small.length, size: small.length, finished: true },
    ]);
    expect(await verifyDownload(store, 'config.json')).toBe('intact');
    const file = await store.write('config.json');
    await file.append(3, Uint8Array.from(small.subarray(4)));
    await file.close();
    expect(await verifyDownload(store, 'config.json')).toBe('damaged');
    expect(await verifyDownload(store, 'clip/model.onnx')).toBe('unknown');
    await removeDownload(store, 'config.json');
    await removeDownload(store, 'clip/model.onnx');
    expect(await store.list()).toEqual([]);
  });
});

describe('downloadAll', () => {
  const files = (): DownloadFile[] => [
    model(),
    { url: url('b.bin'), name: 'b.bin', size: SIZE, sha256: hash(other) },
    { url: url('c.bin'), name: 'c.bin', size: SIZE - 7, sha256: hash(content.subarray(7)) },
    { url: url('config.json'), name: 'config.json', size: small.length, sha256: null, gitOid: blob(small) },
    { url: url('empty.txt'), name: 'empty.txt', size: 0, sha256: null },
  ];

  it('fetches a few at once, in order, with one progress that only rises', async () => {
    const told: TotalProgress[] = [];
    let now = 0;
    let most = 0;
    const counted: typeof fetch = async (...request) => {
      most = Math.max(most, ++now);
      const answer = await fetch(...request);
      now -= 1;
      return answer;
    };
    const results = await downloadAll(files(), { store: memoryStore(), wait, fetch: counted, parallel: 2, onProgress: (progress) => told.push(progress) });
    expect(results.map(({ name }) => name)).toEqual(files().map(({ name }) => name));
    expect(most).toBeLessThanOrEqual(2);
    const size = 2 * SIZE + SIZE - 7 + small.length;
    expect(told.at(-1)).toEqual({ done: size, size, finished: 5, files: 5 });
    expect(told.every(({ done }, i) => done >= (told[i - 1]?.done ?? 0))).toBe(true);
  });

  it('stops all when one fails, and says which', async () => {
    Object.assign(hub.faults, { only: (path: string) => path === 'b.bin', status: 404 });
    const store = memoryStore();
    await expect(downloadAll(files(), { store, wait })).rejects.toThrow(/^b\.bin: .*404/);
    expect(await store.open('empty.txt')).toBeNull();
  });

  it('stops all when it is cancelled, and goes on later', async () => {
    const store = memoryStore();
    const stop = new AbortController();
    const onProgress = ({ done }: TotalProgress): void => { if (done > SIZE) stop.abort(); };
    await expect(downloadAll(files(), { store, wait, signal: stop.signal, onProgress })).rejects.toThrow(CancelledError);
    const kept = (await store.list()).filter(({ name }) => !name.endsWith('.json')).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(kept).toBeGreaterThan(SIZE);
    const results = await downloadAll(files(), { store, wait });
    expect(results.reduce((sum, { fetched }) => sum + fetched, 0)).toBeLessThanOrEqual(3 * SIZE - 7 + small.length - kept);
  });
});
