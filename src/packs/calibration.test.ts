import { describe, expect, it } from 'vitest';
import { random, unitRows } from '../../tests/support/tiny-pack.ts';
import { cosine } from '../core/metrics.ts';
import { matrix, rowOf } from '../core/tensor.ts';
import { calibrate, nearestOthers, percentiles } from './calibration.ts';
import { nearest } from './nearest.ts';

describe('percentiles', () => {
  it('are linear between order statistics', () => {
    expect(percentiles(Float64Array.of(3, 1, 2))).toEqual(Array.from({ length: 101 }, (_, p) => Number((1 + p / 50).toFixed(4))));
    expect(percentiles(Float64Array.of(0.5))).toEqual(new Array(101).fill(0.5));
  });
});

describe('nearestOthers', () => {
  // More rows than a block has, and not a multiple of it.
  const x = unitRows(150, 4, random(3));

  it('agrees with comparing all pairs', () => {
    const found = nearestOthers(x);
    for (let a = 0; a < x.rows; a++) {
      let best = -1;
      for (let b = 0; b < x.rows; b++) if (b !== a) best = Math.max(best, cosine(rowOf(x, a), rowOf(x, b)));
      expect(found[a]).toBeCloseTo(best, 6);
    }
  });

  it('does not take an exact copy for a neighbour', () => {
    const [first, second] = [rowOf(x, 0), rowOf(x, 1)];
    const copies = matrix(3, 4, Float32Array.of(...first, ...second, ...first));
    const between = cosine(first, second);
    nearestOthers(copies).forEach((value) => { expect(value).toBeCloseTo(between, 6); });
    expect([...nearestOthers(matrix(1, 4, Float32Array.from(first)))]).toEqual([-1]);
  });

  it('is what a search that leaves the item out finds', () => {
    const found = nearestOthers(x);
    for (const item of [0, 63, 64, 149]) expect(nearest(rowOf(x, item), x, 1, item)[0]?.cosine).toBeCloseTo(found[item] ?? 0, 6);
  });
});

describe('calibrate', () => {
  it('finds perfect reconstructions perfect', () => {
    const x = unitRows(20, 5, random(8));
    const { reconstruction, nearest: near } = calibrate(x, matrix(20, 5, x.data.map((value) => value * 3)));
    expect(reconstruction).toEqual(new Array(101).fill(1));
    expect(near[0]).toBe(Number(Math.min(...nearestOthers(x)).toFixed(4)));
    expect(near[100]).toBe(Number(Math.max(...nearestOthers(x)).toFixed(4)));
  });
});

describe('nearest', () => {
  const x = unitRows(200, 6, random(9));
  const query = Float32Array.of(0.3, -2, 0.1, 4, 0, 1);

  it('agrees with sorting all rows, whatever their length and that of the query', () => {
    const stretched = matrix(200, 6, x.data.map((value, at) => value * (1 + (Math.floor(at / 6) % 7))));
    const all = Array.from({ length: 200 }, (_, item) => ({ item, cosine: cosine(query, rowOf(x, item)) })).sort((a, b) => b.cosine - a.cosine);
    const found = nearest(query, stretched, 12);
    expect(found.map(({ item }) => item)).toEqual(all.slice(0, 12).map(({ item }) => item));
    found.forEach((neighbour, n) => { expect(neighbour.cosine).toBeCloseTo(all[n]?.cosine ?? 0, 6); });
  });

  it('takes ties in the order of the rows, and no more than there are', () => {
    const same = matrix(4, 2, Float32Array.of(1, 0, 0, 1, 1, 0, 2, 0));
    expect(nearest([1, 0], same, 2).map(({ item }) => item)).toEqual([0, 2]);
    expect(nearest([1, 0], same, 9).map(({ item }) => item)).toEqual([0, 2, 3, 1]);
    expect(nearest([0, 0], same, 1)).toEqual([{ item: 0, cosine: 0 }]);
    expect(nearest([1, 0], same, 0)).toEqual([]);
  });
});
