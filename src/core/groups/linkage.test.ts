import { describe, expect, it } from 'vitest';
import { linkages } from '../../../tests/fixtures/groups/load.ts';
import { Random } from '../random.ts';
import { uninterrupted } from '../work.ts';
import { averageLinkage, condensedIndex } from './linkage.ts';

describe('averageLinkage', () => {
  it.each(linkages.map((one) => [one.name, one] as const))('is that of SciPy: %s', async (_name, { n, distance, merges }) => {
    const ours = await averageLinkage(n, Float32Array.from(distance), uninterrupted);
    expect(ours.map(({ a, b, size }) => [a, b, size])).toEqual(merges.map(([a, b, , size]) => [a, b, size]));
    for (const [m, [, , height]] of merges.entries()) expect(ours[m]?.height).toBeCloseTo(height, 6);
  });

  it('gives each merge the mean distance between the members of its halves', async () => {
    const n = 60;
    const random = new Random(11);
    const distance = Float32Array.from({ length: (n * (n - 1)) / 2 }, () => random.uniform());
    const merges = await averageLinkage(n, distance.slice(), uninterrupted);
    const members = Array.from({ length: n }, (_, p) => [p]);
    let before = 0;
    for (const { a, b, height, size } of merges) {
      const [left, right] = [members[a] ?? [], members[b] ?? []];
      let sum = 0;
      for (const i of left) for (const j of right) sum += distance[condensedIndex(n, Math.min(i, j), Math.max(i, j))] ?? Number.NaN;
      expect(height).toBeCloseTo(sum / (left.length * right.length), 5);
      expect(height).toBeGreaterThanOrEqual(before);
      before = height;
      expect(size).toBe(left.length + right.length);
      members.push([...left, ...right]);
    }
    expect(members.at(-1)?.toSorted((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, p) => p));
  });

  it('has nothing to merge for no points and for one', async () => {
    expect(await averageLinkage(0, new Float32Array(), uninterrupted)).toEqual([]);
    expect(await averageLinkage(1, new Float32Array(), uninterrupted)).toEqual([]);
  });

  it('counts its merges and stops where the work is no longer wanted', async () => {
    const seen: number[] = [];
    const work = {
      progress: (done: number, total: number) => {
        expect(total).toBe(29);
        seen.push(done);
      },
      pause: () => {
        if (seen.length === 5) throw new Error('stopped');
        return undefined;
      },
    };
    await expect(averageLinkage(30, new Float32Array(435).fill(1), work)).rejects.toThrow('stopped');
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses a matrix of another size', async () => {
    await expect(averageLinkage(4, new Float32Array(5), uninterrupted)).rejects.toThrow('5 distances of 4 points');
  });
});
