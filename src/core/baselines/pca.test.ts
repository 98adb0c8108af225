import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { l0, r2PerFeature } from '../metrics.ts';
import { Random } from '../random.ts';
import { defaultRecipe } from '../training/presets.ts';
import { matrix } from '../tensor.ts';
import { uninterrupted } from '../work.ts';
import { fitPca } from './pca.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix } from '../tensor.ts';

const D = 8;
const random = new Random(11);
/** Rows with variances that fall off, about a mean that is not 0. */
const rows = matrix(60, D, Float32Array.from({ length: 60 * D }, (_, at) => 3 + random.normal() / (1 + (at % D)) + random.normal() * 0.1));

const fit = (of: Matrix, concepts: number, k: number): Promise<Dictionary> =>
  fitPca({ ...defaultRecipe('pca', { rows: of.rows, d: of.cols }), concepts, k }, of, uninterrupted);

function reconstruct(dictionary: Dictionary, x: Matrix): Matrix {
  return decode(dictionary, encode(dictionary, x), x);
}

function squaredError(x: Matrix, y: Matrix): number {
  return x.data.reduce((sum, value, at) => sum + (value - (y.data[at] ?? 0)) ** 2, 0);
}

describe('PCA', () => {
  it('with all components explains everything', async () => {
    const dictionary = await fit(rows, 2 * D, D);
    expect(dictionary.c).toBe(2 * D);
    expect(r2PerFeature(rows, reconstruct(dictionary, rows))).toBeCloseTo(1, 10);
  });

  it.each([1, 2, 5])('of rank %i is better than any other flat of that rank', async (m) => {
    const best = squaredError(rows, reconstruct(await fit(rows, 2 * m, m), rows));
    const dictionary = await fit(rows, 2 * m, m);
    for (let trial = 0; trial < 50; trial++) {
      // The best flat, turned a little or a lot, and orthonormal again.
      const turned = orthonormal(Float64Array.from({ length: m * D }, (_, at) => (dictionary.W_dec[2 * Math.floor(at / D) * D + (at % D)] ?? 0) + random.normal() * 10 ** (-trial / 10)), m);
      // Reconstructions are float32.
      expect(best).toBeLessThanOrEqual(errorAbout(dictionary.b_dec, turned, m) * (1 + 1e-7));
    }
  });

  it('keeps exactly the k scores of largest magnitude', async () => {
    const all = encode(await fit(rows, 2 * D, D), rows);
    const some = encode(await fit(rows, 2 * D, 3), rows);
    expect(l0(some)).toBe(3);
    for (let r = 0; r < rows.rows; r++) {
      const largest = Array.from(all.values.subarray(all.indptr[r], all.indptr[r + 1])).sort((a, b) => b - a).slice(0, 3);
      expect(Array.from(some.values.subarray(some.indptr[r], some.indptr[r + 1])).sort((a, b) => b - a)).toEqual(largest);
    }
  });

  it('has atoms +v and −v of unit norm', async () => {
    const { W_dec, c } = await fit(rows, 2 * D, D);
    for (let i = 0; i < c; i += 2) {
      const [plus, minus] = [W_dec.subarray(i * D, i * D + D), W_dec.subarray(i * D + D, i * D + 2 * D)];
      expect(Math.hypot(...plus)).toBeCloseTo(1, 6);
      expect(Array.from(minus, (value) => -value)).toEqual(Array.from(plus));
    }
  });

  it('has no more directions than rows and variance allow, and says so', async () => {
    const few = matrix(3, D, rows.data.slice(0, 3 * D));
    expect(await fit(few, 2 * D, 1)).toMatchObject({ c: 4, notes: expect.arrayContaining([expect.stringContaining('4 of the 16 concepts')]) });
    const twice = matrix(4, D, Float32Array.of(...rows.data.subarray(0, 2 * D), ...rows.data.subarray(0, 2 * D)));
    expect((await fit(twice, 2 * D, 1)).c).toBe(2);
    expect((await fit(rows, 7, 5)).notes).toEqual(expect.arrayContaining([expect.stringContaining('6 of the 7'), expect.stringContaining('no more than 3 codes')]));
  });

  it('reconstructs rows that do not differ by their mean, with no code', async () => {
    const same = matrix(5, D, Float32Array.from({ length: 5 * D }, (_, at) => 0.1 + (at % D)));
    const dictionary = await fit(same, 4, 1);
    expect(encode(dictionary, same).values).toHaveLength(0);
    expect([...reconstruct(dictionary, same).data]).toEqual([...same.data]);
  });

  it('refuses embeddings that are too wide for a covariance', async () => {
    await expect(fit(matrix(2, 4097), 4, 1)).rejects.toThrow('4096 dimensions are the most');
  });
});

/** Gram and Schmidt on `(m, D)`. */
function orthonormal(basis: Float64Array, m: number): Float64Array {
  for (let i = 0; i < m; i++) {
    const v = basis.subarray(i * D, i * D + D);
    for (let j = 0; j < i; j++) {
      const u = basis.subarray(j * D, j * D + D);
      const dot = v.reduce((sum, value, l) => sum + value * (u[l] ?? 0), 0);
      for (let l = 0; l < D; l++) v[l] = (v[l] ?? 0) - dot * (u[l] ?? 0);
    }
    const norm = Math.hypot(...v);
    for (let l = 0; l < D; l++) v[l] = (v[l] ?? 0) / norm;
  }
  return basis;
}

/** Squared distance of all rows from the flat through `mean` along the orthonormal `basis` `(m, D)`. */
function errorAbout(mean: Float32Array, basis: Float64Array, m: number): number {
  let error = 0;
  for (let r = 0; r < rows.rows; r++) {
    const x = Array.from({ length: D }, (_, i) => (rows.data[r * D + i] ?? 0) - (mean[i] ?? 0));
    error += x.reduce((sum, value) => sum + value * value, 0);
    for (let i = 0; i < m; i++) error -= x.reduce((sum, value, j) => sum + value * (basis[i * D + j] ?? 0), 0) ** 2;
  }
  return error;
}
