import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowOf } from '../../core/tensor.ts';
import { writeNpy } from '../../formats/npy.ts';
import { StepOrder } from '../training/rows.ts';
import { concatenated, openTrainingFiles } from './training-files.ts';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rows-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows `(first + r, 1)`, which no other row of the tests has. */
function save(name: string, rows: number, first: number): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: 'float32', shape: [rows, 2], data: Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? first + i / 2 : 1)) }));
  return path;
}
const open = (...paths: string[]): ReturnType<typeof openTrainingFiles> => openTrainingFiles(paths, 'raw', () => undefined);

describe('files to train on', () => {
  it('are one shard while they fit', async () => {
    const data = await open(save('a.npy', 30, 0), save('b.npy', 12, 100));
    const rows = data.shards(1 << 20);
    expect(rows.shards).toEqual([{ rows: 42 }]);
    const x = await rows.read(0);
    expect(Array.from({ length: 42 }, (_, r) => rowOf(x, r)[0])).toEqual([...Array.from({ length: 30 }, (_, r) => r), ...Array.from({ length: 12 }, (_, r) => 100 + r)]);
  });

  it('are cut so that every shard has its share of every file, and every row is in one', async () => {
    const data = await open(save('a.npy', 100, 0), save('b.npy', 37, 1000));
    const rows = data.shards(8 * 25);
    expect(rows.rows).toBe(137);
    const seen: number[] = [];
    for (const [i, shard] of rows.shards.entries()) {
      const x = await rows.read(i);
      expect([x.rows, x.rows <= 25]).toEqual([shard.rows, true]);
      const own = Array.from({ length: x.rows }, (_, r) => rowOf(x, r)[0] ?? Number.NaN);
      const share = own.filter((value) => value >= 1000).length / own.length;
      expect(Math.abs(share - 37 / 137)).toBeLessThan(1.5 / own.length + 0.02);
      seen.push(...own);
    }
    expect(seen.sort((a, b) => a - b)).toEqual([...Array.from({ length: 100 }, (_, r) => r), ...Array.from({ length: 37 }, (_, r) => 1000 + r)]);
    // What the loop makes of them.
    expect(new StepOrder(rows, 10, 0).stepsPerEpoch).toBe(rows.shards.reduce((sum, shard) => sum + Math.floor(shard.rows / 10), 0));
  });

  it('are known by what is in them', async () => {
    const [a, b] = [save('a.npy', 30, 0), save('b.npy', 12, 100)];
    const { hash } = await open(a, b);
    expect((await open(save('c.npy', 30, 0), b)).hash).toBe(hash);
    expect((await open(b, a)).hash).not.toBe(hash);
    expect((await open(a)).hash).not.toBe(hash);
    expect((await open(save('d.npy', 30, 1), b)).hash).not.toBe(hash);
    // The same values with another border between the files.
    expect((await open(save('e.npy', 29, 0), save('f.npy', 13, 99))).hash).not.toBe(hash);
  });

  it('are read as one across their borders', async () => {
    const data = await open(save('a.npy', 5, 0), save('b.npy', 1, 50), save('c.npy', 4, 100));
    const all = concatenated(data.files);
    expect([all.rows, all.cols]).toEqual([10, 2]);
    const values = async (start: number, end: number): Promise<number[]> => Array.from({ length: end - start }, (_, r) => r).map(await all.read(start, end).then((x) => (r: number) => rowOf(x, r)[0] ?? Number.NaN));
    expect(await values(3, 8)).toEqual([3, 4, 50, 100, 101]);
    expect(await values(0, 10)).toEqual([0, 1, 2, 3, 4, 50, 100, 101, 102, 103]);
    expect(await values(6, 6)).toEqual([]);
  });
});
