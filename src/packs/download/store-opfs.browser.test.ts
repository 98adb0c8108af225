/** The browser's store, on the page's thread with writables and in a worker with access handles. */
import { afterAll, describe, expect, it } from 'vitest';
import { download } from './download.ts';
import { opfsStore } from './store-opfs.ts';
import { storeProperties } from './store.properties.ts';

const TOP = `test-${Math.random().toString(36).slice(2)}`;
afterAll(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(TOP, { recursive: true });
});
let count = 0;

describe('OPFS on the page’s thread', () => {
  storeProperties(() => opfsStore([TOP, String(count++)]));
});

/** A file of `content` whose answers break after `cut` bytes, as a server with ranges gives it. */
function server(content: Uint8Array<ArrayBuffer>, cut: number): typeof fetch {
  return async (_url, init) => {
    const from = Number(/\d+/.exec(new Headers(init?.headers).get('range') ?? '0')?.[0]);
    const until = Math.min(content.length, from + cut);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (out) => {
        out.enqueue(content.slice(from, until));
      },
      pull: (out) => {
        if (until < content.length) out.error(new TypeError('network error'));
        else out.close();
      },
    });
    return new Response(body, { status: from === 0 ? 200 : 206, headers: { 'etag': '"e"', 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } });
  };
}

describe('a download into OPFS', () => {
  it('goes on after breaks, and another store of the same folder finds it', async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) >>> 11);
    const digest = await crypto.subtle.digest('SHA-256', content);
    const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const folders = [TOP, 'download'];
    const file = { url: 'https://hub.example/o/n/resolve/main/m.onnx', name: 'o/n/m.onnx', size: content.length, sha256 };
    const options = { fetch: server(content, 80_000), wait: () => Promise.resolve() };
    await expect(download(file, { ...options, store: await opfsStore(folders), attempts: 1 })).rejects.toThrow(/failed once/);
    const result = await download(file, { ...options, store: await opfsStore(folders) });
    expect(result).toMatchObject({ sha256, fetched: 220_000 });
    expect((await download(file, { ...options, store: await opfsStore(folders) })).fetched).toBe(0);
    expect((await (await opfsStore(folders)).list()).map(({ name }) => name)).toEqual(['o/n/m.onnx', 'o/n/m.onnx.state.json']);
  });

  it('runs in a worker with access handles', async () => {
    const worker = new Worker(new URL('./store-opfs.worker.ts', import.meta.url), { type: 'module' });
    const answer = new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => { resolve(data); };
      worker.onerror = ({ message }) => { reject(new Error(message)); };
    });
    worker.postMessage([TOP, 'worker']);
    expect(await answer).toEqual({ lengths: [0, 5, 3], read: [1, 2, 9], second: 'InputError', renamed: [{ name: 'a/final', byteLength: 3 }], old: null, replaced: [1, 2, 9] });
    worker.terminate();
  });
});
