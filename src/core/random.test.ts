import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const take = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.bits());

describe('Random', () => {
  it('repeats itself under the same seed and stream, and not under others', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(1000), (seed, stream) => {
        expect(take(new Random(seed, stream), 8)).toEqual(take(new Random(seed, stream), 8));
        expect(take(new Random(seed, stream), 8)).not.toEqual(take(new Random(seed, stream + 1), 8));
        expect(take(new Random(seed, stream), 8)).not.toEqual(take(new Random(seed + 1, stream), 8));
      }),
    );
  });

  it('is uniform and normal', () => {
    const random = new Random(7);
    const n = 100_000;
    const uniform = Array.from({ length: n }, () => random.uniform());
    const normal = Array.from({ length: n }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / n;
    // Five standard errors.
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(n));
    expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(n));
    expect(Math.abs(mean(normal.map((x) => x ** 4)) - 3)).toBeLessThan((5 * Math.sqrt(96)) / Math.sqrt(n));
    for (let bit = 0; bit < 32; bit++) {
      let ones = 0;
      for (let i = 0; i < 10_000; i++) ones += (random.bits() >>> bit) & 1;
      expect(Math.abs(ones / 10_000 - 0.5)).toBeLessThan(0.025);
    }
  });

  it('shuffles: the same items in another order, each place equally likely', () => {
    const random = new Random(3);
    const first = new Float64Array(5);
    for (let i = 0; i < 20_000; i++) {
      const items = random.shuffle(Uint32Array.of(0, 1, 2, 3, 4));
      expect([...items].sort()).toEqual([0, 1, 2, 3, 4]);
      const at = items[0] ?? 0;
      first[at] = (first[at] ?? 0) + 1;
    }
    for (const count of first) expect(Math.abs(count / 20_000 - 0.2)).toBeLessThan(0.015);
  });
});
