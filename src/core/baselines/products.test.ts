import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uninterrupted } from '../work.ts';
import { Meter } from './meter.ts';
import { addGram, addProduct, mirrorLower, transpose } from './products.ts';

const size = fc.integer({ min: 1, max: 11 });
const numbers = (count: number): fc.Arbitrary<Float64Array> =>
  fc.float64Array({ minLength: count, maxLength: count, min: -8, max: 8, noNaN: true });

function naive(a: Float64Array, m: number, b: Float64Array, p: number, depth: number): number[] {
  return Array.from({ length: m * p }, (_, at) => {
    let sum = 0;
    for (let l = 0; l < depth; l++) sum += (a[Math.floor(at / p) * depth + l] ?? 0) * (b[(at % p) * depth + l] ?? 0);
    return sum;
  });
}

describe('products', () => {
  const sizes = fc.tuple(size, size, size).chain(([m, p, depth]) => fc.tuple(fc.constant({ m, p, depth }), numbers(m * depth), numbers(p * depth)));

  it('A·Bᵀ is the sum of products, added to what is there, at any size', () => {
    fc.assert(
      fc.property(sizes, ([{ m, p, depth }, a, b]) => {
        const out = new Float64Array(m * p).fill(1);
        addProduct(a, m, b, p, depth, out);
        naive(a, m, b, p, depth).forEach((expected, at) => { expect(out[at]).toBeCloseTo(1 + expected, 10); });
      }),
    );
  });

  it('A·Aᵀ is symmetric once mirrored', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ([{ m, depth }, a]) => {
        const out = new Float64Array(m * m);
        await addGram(a, m, depth, out, new Meter(uninterrupted, 1));
        mirrorLower(out, m);
        naive(a, m, a, m, depth).forEach((expected, at) => { expect(out[at]).toBeCloseTo(expected, 10); });
      }),
    );
  });

  it('transposes', () => {
    const to = new Float64Array(6);
    transpose(Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3, to);
    expect([...to]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
