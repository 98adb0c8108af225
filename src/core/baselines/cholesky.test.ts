import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { uninterrupted } from '../work.ts';
import { solveSymmetric } from './cholesky.ts';
import { Meter } from './meter.ts';

/** `G·Gᵀ` of a random G `(n, rank)`, and `G·Gᵀ·X` for a random X `(n, d)`. */
function system(n: number, rank: number, d: number): { S: Float64Array; X: Float64Array; B: Float64Array } {
  const random = new Random(n + rank);
  const G = Array.from({ length: n }, () => Array.from({ length: rank }, () => random.normal()));
  const S = Float64Array.from({ length: n * n }, (_, at) => (G[Math.floor(at / n)] ?? []).reduce((sum, value, l) => sum + value * (G[at % n]?.[l] ?? 0), 0));
  const X = Float64Array.from({ length: n * d }, () => random.normal());
  return { S, X, B: times(S, n, X, d) };
}

function times(S: Float64Array, n: number, X: Float64Array, d: number): Float64Array {
  return Float64Array.from({ length: n * d }, (_, at) => {
    let sum = 0;
    for (let l = 0; l < n; l++) sum += (S[Math.floor(at / d) * n + l] ?? 0) * (X[l * d + (at % d)] ?? 0);
    return sum;
  });
}

describe('solveSymmetric', () => {
  it('finds the solution of a regular system', async () => {
    const { S, X, B } = system(23, 60, 5);
    await solveSymmetric(S, 23, B, 5, new Meter(uninterrupted, 1));
    B.forEach((value, at) => { expect(value).toBeCloseTo(X[at] ?? Number.NaN, 5); });
  });

  it('finds a bounded solution of a singular system, as a pseudo-inverse does', async () => {
    const { S, X, B } = system(20, 6, 3);
    const [right, matrix] = [B.slice(), S.slice()];
    await solveSymmetric(S, 20, B, 3, new Meter(uninterrupted, 1));
    times(matrix, 20, B, 3).forEach((value, at) => { expect(value).toBeCloseTo(right[at] ?? Number.NaN, 4); });
    const norm = (values: Float64Array): number => Math.hypot(...values);
    // The least solution is the projection of X, which is shorter.
    expect(norm(B)).toBeLessThan(norm(X));
  });

  it('leaves a column of zeros at zero', async () => {
    const S = Float64Array.of(4, 0, 0, 0);
    const B = Float64Array.of(8, 0);
    await solveSymmetric(S, 2, B, 1, new Meter(uninterrupted, 1));
    expect([...B]).toEqual([expect.closeTo(2, 6), 0]);
  });
});
