import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { uninterrupted } from '../work.ts';
import { symmetricEigen } from './eigen.ts';
import { Meter } from './meter.ts';
import type { Eigen } from './eigen.ts';

const eigen = (A: Float64Array, n: number): Promise<Eigen> => symmetricEigen(A.slice(), n, new Meter(uninterrupted, 1));

/** `V·diag(λ)·Vᵀ = A`, V orthonormal, λ descending: together they leave nothing else for λ and V to be. */
function check(A: Float64Array, n: number, { values, vectors }: Eigen): void {
  const scale = Math.max(1e-300, ...A.map(Math.abs));
  const entry = (i: number, j: number): number => vectors[i * n + j] ?? Number.NaN;
  for (let i = 0; i < n; i++) {
    if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1] ?? Number.NaN);
    for (let j = 0; j < n; j++) {
      let dot = 0;
      let back = 0;
      for (let l = 0; l < n; l++) {
        dot += entry(i, l) * entry(j, l);
        back += (values[l] ?? Number.NaN) * entry(l, i) * entry(l, j);
      }
      expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-13 * n);
      expect(Math.abs(back - (A[i * n + j] ?? 0)) / scale).toBeLessThan(1e-13 * n);
    }
  }
}

function symmetric(n: number, entry: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => entry(Math.max(Math.floor(at / n), at % n), Math.min(Math.floor(at / n), at % n)));
}

describe('symmetricEigen', () => {
  it('decomposes any symmetric matrix', async () => {
    const matrices = fc.integer({ min: 1, max: 7 }).chain((n) =>
      fc.tuple(fc.constant(n), fc.float64Array({ minLength: n * n, maxLength: n * n, min: -1e6, max: 1e6, noNaN: true })),
    );
    await fc.assert(
      fc.asyncProperty(matrices, async ([n, data]) => {
        const A = symmetric(n, (i, j) => data[i * n + j] ?? 0);
        check(A, n, await eigen(A, n));
      }),
    );
  });

  const random = new Random(5);
  const v = Array.from({ length: 24 }, () => random.normal());
  const noise = Array.from({ length: 1600 }, () => random.normal());
  it.each([
    ['dense', symmetric(40, (i, j) => noise[i * 40 + j] ?? 0), 40],
    ['zero', new Float64Array(25), 5],
    ['the identity', symmetric(12, (i, j) => (i === j ? 1 : 0)), 12],
    ['diagonal with repeated entries', symmetric(12, (i, j) => (i === j ? i % 3 : 0)), 12],
    ['of rank one', symmetric(24, (i, j) => (v[i] ?? 0) * (v[j] ?? 0)), 24],
    ['graded over 24 decades', symmetric(24, (i, j) => (v[i] ?? 0) * (v[j] ?? 0) * 10 ** -(i + j) + (i === j ? 10 ** -i : 0)), 24],
    ['tiny', symmetric(6, (i, j) => 1e-60 * (noise[i * 6 + j] ?? 0)), 6],
    ['tridiagonal', symmetric(30, (i, j) => (i === j ? 2 : i === j + 1 ? -1 : 0)), 30],
  ])('decomposes a matrix that is %s', async (_name, A, n) => {
    check(A, n, await eigen(A, n));
  });

  it('knows the second difference: 2 − 2·cos(iπ/(n + 1))', async () => {
    const n = 30;
    const { values } = await eigen(symmetric(n, (i, j) => (i === j ? 2 : i === j + 1 ? -1 : 0)), n);
    values.forEach((value, i) => { expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 12); });
  });
});
