import { expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import type { DownloadStore, PartFile } from './store.ts';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

/** Tests of one kind of store; `make` gives a new, empty one. */
export function storeProperties(make: () => Promise<DownloadStore>): void {
  const read = async (store: DownloadStore, name: string): Promise<number[] | null> => {
    const source = await store.open(name);
    return source === null ? null : [...(await source.slice(0, source.byteLength))];
  };
  const write = async (store: DownloadStore, name: string, work: (file: PartFile) => Promise<void>): Promise<void> => {
    const file = await store.write(name);
    try {
      await work(file);
    } finally {
      await file.close();
    }
  };

  it('has nothing at first, and says nothing is there', async () => {
    const store = await make();
    expect(await store.list()).toEqual([]);
    expect(await store.open('a/b')).toBeNull();
    await store.remove('a/b');
    const room = await store.room();
    expect(room === null || room > 0).toBe(true);
  });

  it('appends, reads while it is written, and cuts off what lies beyond an offset', async () => {
    const store = await make();
    await write(store, 'a/b/model.part', async (file) => {
      expect(file.byteLength).toBe(0);
      await file.append(0, bytes(1, 2, 3));
      await file.append(3, bytes(4, 5));
      expect(file.byteLength).toBe(5);
      expect([...(await file.read(1, 4))]).toEqual([2, 3, 4]);
      await file.append(2, bytes(9));
      expect(file.byteLength).toBe(3);
      await file.flush();
    });
    expect(await read(store, 'a/b/model.part')).toEqual([1, 2, 9]);
    await write(store, 'a/b/model.part', async (file) => {
      expect(file.byteLength).toBe(3);
      await file.append(3, bytes(7));
    });
    expect(await read(store, 'a/b/model.part')).toEqual([1, 2, 9, 7]);
    await write(store, 'a/b/model.part', (file) => file.append(0, bytes()));
    expect(await read(store, 'a/b/model.part')).toEqual([]);
  });

  it('renames over another file, lists by name, removes', async () => {
    const store = await make();
    await write(store, 'x/new', (file) => file.append(0, bytes(1)));
    await write(store, 'x/y/old', (file) => file.append(0, bytes(2, 2)));
    await write(store, 'a', (file) => file.append(0, bytes(3, 3, 3)));
    expect(await store.list()).toEqual([{ name: 'a', byteLength: 3 }, { name: 'x/new', byteLength: 1 }, { name: 'x/y/old', byteLength: 2 }]);
    await store.rename('x/new', 'x/y/old');
    expect(await store.list()).toEqual([{ name: 'a', byteLength: 3 }, { name: 'x/y/old', byteLength: 1 }]);
    expect(await read(store, 'x/y/old')).toEqual([1]);
    await store.remove('a');
    expect(await store.open('a')).toBeNull();
  });

  it('gives a file to one writer at a time', async () => {
    const store = await make();
    const file = await store.write('model.part');
    await expect(store.write('model.part')).rejects.toThrow(InputError);
    await file.append(0, bytes(1));
    await file.close();
    await write(store, 'model.part', async (again) => expect(again.byteLength).toBe(1));
  });

  it('keeps a large file, written piece by piece', async () => {
    const store = await make();
    const piece = Uint8Array.from({ length: 1 << 18 }, (_, i) => i * 31);
    await write(store, 'large', async (file) => {
      for (let i = 0; i < 48; i++) {
        piece[0] = i;
        await file.append(i * piece.length, piece.slice());
      }
    });
    const source = await store.open('large');
    expect(source?.byteLength).toBe(48 * piece.length);
    for (const i of [0, 31, 47]) expect([...(await source?.slice(i * piece.length, i * piece.length + 3) ?? [])]).toEqual([i, 31, 62]);
  });
}
