import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { r2PerFeature } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { defaultRecipe } from '../training/presets.ts';
import { uninterrupted } from '../work.ts';
import { Factors } from './factors.ts';
import { Meter } from './meter.ts';
import { fit, fitSemiNmf } from './semi-nmf.ts';
import type { Matrix } from '../tensor.ts';

const meter = (): Meter => new Meter(uninterrupted, 1);

function gaussian(rows: number, cols: number, seed: number): Matrix {
  const random = new Random(seed);
  return matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => random.normal()));
}

/** Rows made of non-negative combinations, two atoms each, of `c` random directions. */
function combined(rows: number, d: number, c: number): Matrix {
  const atoms = gaussian(c, d, 4);
  const random = new Random(9);
  const x = matrix(rows, d);
  for (let r = 0; r < rows; r++) {
    for (let term = 0; term < 2; term++) {
      const atom = rowOf(atoms, random.below(c));
      const amount = 0.5 + random.uniform();
      rowOf(x, r).forEach((value, i, row) => { row[i] = value + amount * (atom[i] ?? 0); });
    }
  }
  return x;
}

const product = (a: number[][], b: number[][]): number[][] => a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, l) => sum + value * (b[l]?.[j] ?? 0), 0)));
const flip = (a: number[][]): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
const split = (data: ArrayLike<number>, cols: number): number[][] => Array.from({ length: data.length / cols }, (_, r) => Array.from({ length: cols }, (_unused, j) => data[r * cols + j] ?? 0));

describe('Semi-NMF', () => {
  it('updates codes and atoms by the formulas of method.md', async () => {
    const [n, d, c] = [30, 5, 7];
    const A = gaussian(n, d, 1);
    const Z = gaussian(n, c, 2).data.map(Math.abs);
    const factors = new Factors(A, c, Z);
    await factors.updateAtoms(meter());
    const [a, D, before] = [split(A.data, d), split(factors.D, d), split(Z, c)];

    // The atoms solve the normal equations, at unit norm.
    for (const atom of D) expect(Math.hypot(...atom)).toBeCloseTo(1, 12);
    const zt = flip(before);
    const [left, right] = [product(product(zt, before), D), product(zt, a)];
    left.forEach((row, i) => { row.forEach((value, j) => { expect(value).toBeCloseTo(right[i]?.[j] ?? Number.NaN, 4); }); });

    const loss = await factors.updateCodes(meter());
    const reconstruction = product(before, D);
    expect(loss).toBeCloseTo(a.flat().reduce((sum, value, at) => sum + (value - (reconstruction.flat()[at] ?? 0)) ** 2, 0), 8);
    const plus = (m: number[][]): number[][] => m.map((row) => row.map((value) => Math.max(0, value)));
    const minus = (m: number[][]): number[][] => m.map((row) => row.map((value) => Math.max(0, -value)));
    const [adt, ddt] = [product(a, flip(D)), product(D, flip(D))];
    const [up, down] = [product(before, minus(ddt)), product(before, plus(ddt))];
    before.forEach((row, r) => {
      row.forEach((value, i) => {
        const ratio = ((plus(adt)[r]?.[i] ?? 0) + (up[r]?.[i] ?? 0)) / ((minus(adt)[r]?.[i] ?? 0) + (down[r]?.[i] ?? 0));
        expect(Z[r * c + i]).toBeCloseTo(value * Math.sqrt(ratio), 5);
      });
    });
  });

  it.each([
    ['fewer concepts than dimensions', gaussian(60, 12, 3), 5],
    ['more concepts than dimensions', gaussian(60, 6, 3), 20],
    ['rows that have such factors', combined(80, 8, 12), 12],
    ['fewer rows than concepts', gaussian(6, 8, 3), 15],
    ['repeated rows', matrix(40, 6, Float32Array.from({ length: 240 }, (_, at) => gaussian(2, 6, 5).data[at % 12] ?? 0)), 8],
  ])('never raises its error: %s', async (_name, A, c) => {
    const errors: number[] = [];
    await fit(A, c, 40, new Random(0), meter(), (error) => errors.push(error));
    const square = A.data.reduce((sum, value) => sum + value * value, 0);
    expect(errors.length).toBeGreaterThan(1);
    // Codes are float32.
    errors.forEach((error, i) => { if (i > 0) expect(error).toBeLessThanOrEqual((errors[i - 1] ?? 0) + 1e-6 * square); });
    expect(errors.at(-1)).toBeLessThan(0.8 * square);
  });

  it('explains rows that are sparse combinations of its atoms', async () => {
    const rows = combined(200, 16, 12);
    const recipe = { ...defaultRecipe('semi-nmf', { rows: 200, d: 16 }), concepts: 12, k: 2, epochs: 300 };
    const dictionary = await fitSemiNmf(recipe, rows, uninterrupted);
    const codes = encode(dictionary, rows);
    expect(codes.values.every((value) => value > 0)).toBe(true);
    expect(r2PerFeature(rows, decode(dictionary, codes))).toBeGreaterThan(0.8);
  });

  it('reconstructs rows that do not differ by their mean, and says that nothing was found', async () => {
    const same = matrix(9, 4, new Float32Array(36).fill(0.3));
    const dictionary = await fitSemiNmf({ ...defaultRecipe('semi-nmf', { rows: 9, d: 4 }), concepts: 3, k: 1 }, same, uninterrupted);
    expect(dictionary.notes).toContain('1 of the 3 concepts asked for: the others have no codes.');
    expect(encode(dictionary, same).values).toHaveLength(0);
    expect([...decode(dictionary, encode(dictionary, same)).data]).toEqual([...same.data]);
  });

  it('refuses more concepts than a square of them fits in memory', async () => {
    await expect(fitSemiNmf({ ...defaultRecipe('semi-nmf', { rows: 9, d: 4 }), concepts: 4097 }, gaussian(9, 4, 1), uninterrupted)).rejects.toThrow('4096 concepts are the most');
  });
});
