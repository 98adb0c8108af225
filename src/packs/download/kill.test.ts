/** Downloads that are killed at random bytes, by the network and by the user, and go on. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubServer, type HubServer } from '../../../tests/support/hub-server.ts';
import { CancelledError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { download } from './download.ts';
import { memoryStore } from './store-memory.ts';
import { nodeStore } from './store-node.ts';
import type { DownloadStore } from './store.ts';
import type { DownloadFile } from './transfer.ts';

const SIZE = 12 * 2 ** 20 + 12_345;
/** Bytes on their way when a connection breaks are lost: one read of Node's at most. */
const IN_FLIGHT = 128 * 1024;
const content = Uint8Array.from({ length: SIZE }, (_, i) => (i * 2_654_435_761) >>> 13);
const sha256 = createHash('sha256').update(content).digest('hex');
const wait = (): Promise<void> => Promise.resolve();

let hub: HubServer;
let folder: string;
beforeAll(async () => {
  hub = await startHubServer({ repos: { 'tiny/clip': { 'onnx/model.onnx': content } } });
  folder = await mkdtemp(join(tmpdir(), 'download-'));
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

/** Without a size the SHA-256 runs along; with one, and so few bytes, it is made at the end. */
const file = (name: string, size: number | null = SIZE): DownloadFile => ({ url: `${hub.base}/tiny/clip/resolve/main/onnx/model.onnx`, name, size, sha256 });

describe.each(['memory', 'folder'])('killed downloads into a %s', (kind) => {
  const newStore = (seed: number) => (kind === 'memory' ? memoryStore() : nodeStore(join(folder, String(seed))));

  it.each([1, 2, 3, 4])('go on after the connection breaks at random bytes (seed %i)', async (seed) => {
    const random = new Random(seed);
    const before = hub.sent();
    let cuts = 0;
    // Some cuts come at once, before a byte of the answer.
    hub.faults.cutAfter = () => (cuts < 8 ? ((cuts += 1), random.below(4) === 0 ? 0 : random.below(SIZE / 6)) : null);
    const store = newStore(seed);
    const result = await download(file('model.onnx', seed % 2 === 0 ? null : SIZE), { store, wait });
    hub.faults.cutAfter = undefined;

    expect(cuts).toBe(8);
    expect(result).toMatchObject({ name: 'model.onnx', byteLength: SIZE, sha256 });
    expect(hub.sent() - before).toBeLessThanOrEqual(1.02 * SIZE + 8 * IN_FLIGHT);
    expect(result.fetched).toBe(SIZE);
    const stored = await store.open('model.onnx');
    expect(Buffer.compare(await stored?.slice(0, SIZE) ?? new Uint8Array(0), content)).toBe(0);
    expect((await store.list()).map(({ name }) => name)).toEqual(['model.onnx', 'model.onnx.state.json']);
  });

  it.each([5, 6, 7, 8])('go on after a pause at a random byte, in another session (seed %i)', async (seed) => {
    const random = new Random(seed);
    const before = hub.sent();
    const size = seed % 2 === 0 ? null : SIZE;
    // Nothing but the store passes from one session to the next.
    const store = newStore(seed);
    let fetched = 0;
    for (let kill = 0; kill < 6; kill++) {
      const stop = new AbortController();
      const at = Math.floor(((kill + random.uniform()) / 6) * SIZE);
      let first = -1;
      let last = 0;
      // A network slower than the disk: on this machine's own, megabytes that nobody has read are counted as sent.
      hub.faults.pace = async (offset) => {
        while (last < offset && !stop.signal.aborted) await sleep(0);
        if (stop.signal.aborted) await new Promise(() => undefined);
      };
      const onProgress = ({ done }: { done: number }): void => {
        if (first < 0) first = done;
        last = done;
        if (done >= at) stop.abort();
      };
      await expect(download(file('model.onnx', size), { store, wait, signal: stop.signal, onProgress })).rejects.toThrow(CancelledError);
      fetched += last - first;
      expect(await store.open('model.onnx')).toBeNull();
    }
    hub.faults.pace = undefined;
    const result = await download(file('model.onnx', size), { store, wait });
    expect(result.sha256).toBe(sha256);
    expect(fetched + result.fetched).toBe(SIZE);
    expect(hub.sent() - before).toBeLessThanOrEqual(1.02 * SIZE + 6 * IN_FLIGHT);
    if (kind === 'folder') expect(Buffer.compare(await readFile(join(folder, String(seed), 'model.onnx')), content)).toBe(0);
  });
});

/** Wraps a store whose process dies at the `fatal`-th write, rename or removal: that one and all later ones do nothing but fail. */
function dying(store: DownloadStore, fatal: number): DownloadStore {
  let writes = 0;
  const alive = (): void => {
    if (++writes >= fatal) throw new Error('killed');
  };
  return {
    ...store,
    rename: async (from, to) => {
      alive();
      await store.rename(from, to);
    },
    remove: async (name) => {
      alive();
      await store.remove(name);
    },
    write: async (name) => {
      alive();
      const part = await store.write(name);
      return {
        get byteLength() {
          return part.byteLength;
        },
        read: (start, end) => part.read(start, end),
        flush: () => part.flush(),
        // The system closes the files of a dead process.
        close: () => part.close(),
        append: async (offset, bytes) => {
          // Some of the last bytes may have been written.
          if (writes + 1 === fatal) await part.append(offset, bytes.slice(0, Math.floor(bytes.length / 3)));
          alive();
          await part.append(offset, bytes);
        },
      };
    },
  };
}

describe('a process that dies at any write', () => {
  const small = content.subarray(0, 3 * 2 ** 20);
  const smallSha = createHash('sha256').update(small).digest('hex');

  it('loses at most what was on its way, and never leaves wrong bytes under the name', async () => {
    const server = await startHubServer({ repos: { 'tiny/clip': { 'model.onnx': small } } });
    const wanted: DownloadFile = { url: `${server.base}/tiny/clip/resolve/main/model.onnx`, name: 'a/model.onnx', size: small.length, sha256: smallSha };
    const random = new Random(99);
    let most = 0;
    for (let round = 0; round < 12; round++) {
      const store = memoryStore();
      let came = 0;
      const counting: typeof fetch = async (...request) => {
        const answer = await fetch(...request);
        const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({ transform: (piece, out) => { came += piece.length; out.enqueue(piece); } }, undefined, { highWaterMark: 0 });
        return new Response(answer.body?.pipeThrough(count) ?? null, answer);
      };
      const options = { wait, fetch: counting };
      // The first writes are those of part and notes: rounds 0 to 5 die there.
      let kills = 0;
      for (let fatal = round < 6 ? round + 1 : 1 + random.below(40); kills < 5; kills++, fatal = 1 + random.below(40)) {
        const died = await download(wanted, { ...options, store: dying(store, fatal) }).then(() => false, () => true);
        const stored = await store.open(wanted.name);
        if (stored !== null) expect(createHash('sha256').update(await stored.slice(0, stored.byteLength)).digest('hex')).toBe(smallSha);
        if (!died) break;
      }
      expect(await download(wanted, { ...options, store })).toMatchObject({ byteLength: small.length, sha256: smallSha });
      most = Math.max(most, came - kills * IN_FLIGHT);
    }
    await server.close();
    expect(most).toBeLessThanOrEqual(1.02 * small.length);
  });
});
