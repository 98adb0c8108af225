import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosine } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { conceptExamples, largest, negativeExamples } from './examples.ts';

const items = (examples: readonly { readonly item: number }[]): number[] => examples.map(({ item }) => item);

/** θ = 1 cuts pre-codes of 400 items, some of them equal. */
function thresholded(): { activations: Float32Array; precodes: Float32Array } {
  const random = new Random(8);
  const precodes = Float32Array.from({ length: 400 }, () => Math.max(0, Math.round(random.normal() * 20) / 20 + 0.4));
  return { precodes, activations: precodes.map((value) => (value >= 1 ? value : 0)) };
}

describe('conceptExamples', () => {
  const { activations, precodes } = thresholded();
  const falling = (values: Float32Array, wanted: (value: number) => boolean): number[] =>
    Array.from(values.keys()).filter((i) => wanted(values[i] ?? 0)).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  const active = falling(activations, (value) => value > 0);

  it('has the strongest items, and the inactive ones just under θ', () => {
    const { top, nearMisses } = conceptExamples(activations, precodes, { count: 12, seed: 1 });
    expect(items(top)).toEqual(active.slice(0, 12));
    expect(items(nearMisses)).toEqual(falling(precodes, (value) => value > 0 && value < 1).slice(0, 12));
    for (const { item, activation, precode } of top) expect([activation, precode]).toEqual([activations[item], precodes[item]]);
    expect(nearMisses.every(({ activation, precode }) => activation === 0 && precode > 0 && precode < 1)).toBe(true);
  });

  it('has quantiles of the active items', () => {
    // Activations 1 … 101: the quantile q is 1 + 100·q.
    const values = Float32Array.from({ length: 150 }, (_, i) => (i < 101 ? ((i * 37) % 101) + 1 : 0));
    const { quantiles } = conceptExamples(values, values, { count: 3, seed: 1 });
    expect(quantiles.map(({ quantile, example }) => [quantile, example.activation])).toEqual([[0.9, 91], [0.75, 76], [0.5, 51], [0.25, 26], [0.1, 11]]);
  });

  it('draws random ones among the active, each once, the same for the same seed', () => {
    const drawnBy = (seed: number): number[] => items(conceptExamples(activations, precodes, { count: 20, seed }).random);
    const random = drawnBy(7);
    expect(new Set(random).size).toBe(20);
    expect(random.every((item) => active.includes(item))).toBe(true);
    expect(drawnBy(7)).toEqual(random);
    expect(drawnBy(8)).not.toEqual(random);
  });

  it('draws every active item about as often', () => {
    const ten = Float32Array.from({ length: 10 }, () => 1);
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++) for (const { item } of conceptExamples(ten, ten, { count: 3, seed }).random) counts[item] = (counts[item] ?? 0) + 1;
    // 600 expected, standard deviation 20.5.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(103);
  });

  it('has all there is where there is less than asked for, and nothing for a dead concept', () => {
    const one = conceptExamples(Float32Array.of(0, 3, 0), Float32Array.of(0, 3, 0.5), { count: 5, seed: 1 });
    expect([items(one.top), items(one.random), items(one.nearMisses), one.quantiles.map(({ example }) => example.item)]).toEqual([[1], [1], [2], [1, 1, 1, 1, 1]]);
    expect(conceptExamples(new Float32Array(4), new Float32Array(4), { count: 5, seed: 1 })).toEqual({ top: [], quantiles: [], random: [], nearMisses: [] });
  });
});

describe('negativeExamples', () => {
  const random = new Random(3);
  const x = matrix(120, 7, Float32Array.from({ length: 840 }, () => random.normal()));
  const activations = Float32Array.from({ length: 120 }, (_, r) => (r % 3 === 0 ? 1 + ((r * 7) % 120) : 0));

  it('are the inactive rows nearest to the mean of the 32 strongest', () => {
    const strongest = Array.from(activations.keys()).sort((a, b) => (activations[b] ?? 0) - (activations[a] ?? 0)).slice(0, 32);
    const mean = Float64Array.from({ length: 7 }, (_, t) => strongest.reduce((sum, r) => sum + (x.data[r * 7 + t] ?? 0), 0) / 32);
    const expected = Array.from(activations.keys())
      .filter((r) => activations[r] === 0)
      .map((item) => ({ item, cosine: cosine(rowOf(x, item), mean) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 10);
    const negatives = negativeExamples(x, activations, 10);
    expect(items(negatives)).toEqual(items(expected));
    for (const [at, { cosine: value }] of expected.entries()) expect(negatives[at]?.cosine).toBeCloseTo(value, 6);
  });

  it('are none for a dead concept, or where all are active', () => {
    expect(negativeExamples(x, new Float32Array(120), 10)).toEqual([]);
    expect(negativeExamples(x, new Float32Array(120).fill(1), 10)).toEqual([]);
  });

  it('take rows of zero as far', () => {
    expect(negativeExamples(matrix(3, 2, Float32Array.of(1, 0, 0, 0, 1, 1)), Float32Array.of(1, 0, 0), 2).map(({ item, cosine: value }) => [item, value])).toEqual([[2, Math.fround(Math.SQRT1_2)], [1, 0]]);
  });
});

describe('largest', () => {
  it('is what a stable sort of all would begin with', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 })), fc.nat(6), (values, count) => {
        const sorted = [...values.keys()].filter((i) => i % 3 !== 1).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
        expect(largest(values, count, (i) => i % 3 !== 1)).toEqual(sorted.slice(0, count));
      }),
    );
  });

  it('leaves NaN out', () => {
    expect(largest([Number.NaN, 1, Number.NaN, 2], 4, () => true)).toEqual([3, 1]);
  });
});
