import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrix } from '../tensor.ts';
import { MomentsAccumulator } from './moments.ts';
import type { Matrix } from '../tensor.ts';

const d = 3;
const rowsOf = (values: readonly (readonly number[])[]): Matrix => matrix(values.length, d, Float32Array.from(values.flat()));
const row = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: d, maxLength: d });

/** Two passes in float64. */
function expected(x: Matrix): { mean: number[]; variance: number; featureVariance: number } {
  const all = [...x.data];
  const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const spread = (values: number[]): number => average(values.map((v) => (v - average(values)) ** 2));
  const columns = Array.from({ length: d }, (_, j) => all.filter((_v, i) => i % d === j));
  return { mean: columns.map(average), variance: spread(all), featureVariance: average(columns.map(spread)) };
}

describe('moments', () => {
  it('are those of two passes, however the rows come', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.nat(30), fc.nat(30), (values, a, b) => {
        const [first = 0, second = 0] = [Math.min(a, values.length), Math.min(b, values.length)].sort((p, q) => p - q);
        const parts = [values.slice(0, first), values.slice(first, second), values.slice(second)].map((part) => {
          const moments = new MomentsAccumulator(d);
          moments.add(rowsOf(part));
          return moments;
        });
        const [whole, ...others] = parts;
        others.forEach((other) => whole?.merge(other));
        const moments = whole?.finish();
        const truth = expected(rowsOf(values));
        expect(moments?.rows).toBe(values.length);
        truth.mean.forEach((mean, j) => { expect(moments?.mean[j]).toBeCloseTo(mean, 10); });
        expect(moments?.variance).toBeCloseTo(truth.variance, 9);
        expect(moments?.featureVariance).toBeCloseTo(truth.featureVariance, 9);
      }),
    );
  });

  it('keep a small spread beside a large mean', () => {
    const moments = new MomentsAccumulator(d);
    const near = 2 ** 20;
    for (let r = 0; r < 10_000; r++) moments.add(rowsOf([[near, near, near], [near + 0.25, near + 0.25, near + 0.25]]));
    expect(moments.finish().featureVariance).toBeCloseTo(0.125 ** 2, 9);
    expect(moments.finish().variance).toBeCloseTo(0.125 ** 2, 9);
  });

  it('are nothing without rows, and a merge with nothing changes nothing', () => {
    const empty = new MomentsAccumulator(d);
    expect(empty.finish()).toMatchObject({ rows: 0, variance: Number.NaN, featureVariance: Number.NaN });
    const some = new MomentsAccumulator(d);
    some.add(rowsOf([[1, 2, 3], [4, 6, 8]]));
    const before = some.finish();
    some.merge(empty);
    expect(some.finish()).toEqual(before);
    empty.merge(some);
    expect(empty.finish()).toEqual(before);
    expect(() => { some.add(matrix(1, 2)); }).toThrow('3 dimensions');
  });
});
