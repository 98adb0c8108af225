/** Downloads that are killed at random bytes, by the network and by the user, and go on. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHubServer, type HubServer } from '../../../tests/support/hub-server.ts';
import { CancelledError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { download } from './download.ts';
import { memoryStore } from './store-memory.ts';
import { nodeStore } from './store-node.ts';
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
    hub.faults.bytesPerSecond = 200e6;
    const path = seed % 2 === 0 ? null : SIZE;
    let fetched = 0;
    // Nothing but the store passes from one session to the next.
    const shared = newStore(seed);
    for (let kill = 0; kill < 6; kill++) {
      const stop = new AbortController();
      const at = Math.floor(((kill + random.uniform()) / 6) * SIZE);
      let first = -1;
      let last = 0;
      const session = download(file('model.onnx', path), {
        store: shared,
        wait,
        signal: stop.signal,
        onProgress: ({ done }) => {
          if (first < 0) first = done;
          last = done;
          if (done >= at) stop.abort();
        },
      });
      await expect(session).rejects.toThrow(CancelledError);
      fetched += last - first;
      expect(await shared.open('model.onnx')).toBeNull();
    }
    const result = await download(file('model.onnx', path), { store: shared, wait });
    hub.faults.bytesPerSecond = undefined;
    expect(result.sha256).toBe(sha256);
    expect(fetched + result.fetched).toBe(SIZE);
    expect(hub.sent() - before).toBeLessThanOrEqual(1.02 * SIZE + 6 * 4 * IN_FLIGHT);
    if (kind === 'folder') expect(Buffer.compare(await readFile(join(folder, String(seed), 'model.onnx')), content)).toBe(0);
  });
});
