import { InputError, invariant } from './errors.ts';
import { matrix, rowOf } from './tensor.ts';
import type { Matrix, SparseCodes } from './tensor.ts';

/** Codes below this magnitude do not count as active (overcomplete `metrics.l0`). */
export const L0_EPSILON = 1e-6;
/** Added to the variance by overcomplete's `r2_score`. */
export const R2_EPSILON = 1e-6;

/** Mean number of active concepts a row, #{|z| ≥ 1e-6}; 0 for no rows. */
export function l0(codes: SparseCodes): number {
  let active = 0;
  for (const value of codes.values) if (Math.abs(value) >= L0_EPSILON) active += 1;
  return codes.rows === 0 ? 0 : active / codes.rows;
}

/**
 * R² as overcomplete computes it: `1 − mean((x − x̂)²) / (mean((x − m)²) + 1e-6)` with one scalar mean m over all entries of
 * x `(n, d)`. NaN for no rows.
 */
export function r2(x: Matrix, reconstruction: Matrix): number {
  const error = squaredError(x, reconstruction);
  const n = x.data.length;
  let sum = 0;
  for (const value of x.data) sum += value;
  const mean = sum / n;
  let spread = 0;
  for (const value of x.data) spread += (value - mean) ** 2;
  return 1 - error / n / (spread / n + R2_EPSILON);
}

/**
 * R² with the mean of each column of x `(n, d)`, `1 − Σ(x − x̂)² / Σ(x − m_j)²` = 1 − FVU, as SAELens, sparsify and MSAE report it.
 * NaN where it is undefined: fewer than two different rows.
 */
export function r2PerFeature(x: Matrix, reconstruction: Matrix): number {
  const error = squaredError(x, reconstruction);
  const means = new Float64Array(x.cols);
  for (let r = 0; r < x.rows; r++) for (let j = 0; j < x.cols; j++) means[j] = (means[j] ?? 0) + (x.data[r * x.cols + j] ?? 0) / x.rows;
  let spread = 0;
  for (let r = 0; r < x.rows; r++) for (let j = 0; j < x.cols; j++) spread += ((x.data[r * x.cols + j] ?? 0) - (means[j] ?? 0)) ** 2;
  return spread === 0 ? Number.NaN : 1 - error / spread;
}

/** Energy of each concept `(c)`: `E[z_i]` over the rows; zeros for no rows. */
export function energy(codes: SparseCodes): Float64Array {
  return perConcept(codes, (value) => value);
}

/** Frequency of each concept `(c)`: share of rows with `z_i > 0`; zeros for no rows. */
export function frequency(codes: SparseCodes): Float64Array {
  return perConcept(codes, (value) => (value > 0 ? 1 : 0));
}

/**
 * Modality score of each concept `(c)`: `E_img[z_i] / (E_img[z_i] + E_txt[z_i])` from the energies over images and over
 * texts; 1 is image-only, 0 text-only, NaN for dead concepts, where it is undefined.
 */
export function modalityScore(energyImages: ArrayLike<number>, energyTexts: ArrayLike<number>): Float64Array {
  invariant(energyImages.length === energyTexts.length, 'energies of different dictionaries');
  return Float64Array.from(energyImages, (image, i) => {
    const both = image + (energyTexts[i] ?? 0);
    return both > 0 ? image / both : Number.NaN;
  });
}

/** `cos(a, b)` in float64; 0 when either vector is 0, which points nowhere. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  invariant(a.length === b.length, `vectors of ${a.length} and ${b.length} dimensions`);
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  const norms = Math.sqrt(aa) * Math.sqrt(bb);
  return norms === 0 ? 0 : dot / norms;
}

/** A copy of x `(n, d)` with rows of unit L2 norm. Throws InputError naming the row when one is 0 or not finite. */
export function normaliseRows(x: Matrix): Matrix {
  const result = matrix(x.rows, x.cols);
  for (let r = 0; r < x.rows; r++) {
    const row = rowOf(x, r);
    let squares = 0;
    for (const value of row) squares += value * value;
    const norm = Math.sqrt(squares);
    if (norm === 0 || !Number.isFinite(norm)) {
      throw new InputError(`the embedding has norm ${norm} and cannot be normalised`, {
        field: `row ${r}`,
        fix: 'Remove the row or embed the item again.',
      });
    }
    const out = rowOf(result, r);
    for (let i = 0; i < row.length; i++) out[i] = (row[i] ?? 0) / norm;
  }
  return result;
}

function squaredError(x: Matrix, reconstruction: Matrix): number {
  invariant(x.rows === reconstruction.rows && x.cols === reconstruction.cols, 'embeddings and reconstructions disagree in shape');
  let sum = 0;
  for (let i = 0; i < x.data.length; i++) sum += ((x.data[i] ?? 0) - (reconstruction.data[i] ?? 0)) ** 2;
  return sum;
}

function perConcept(codes: SparseCodes, of: (value: number) => number): Float64Array {
  const sums = new Float64Array(codes.cols);
  for (let e = 0; e < codes.indices.length; e++) {
    const i = codes.indices[e] ?? 0;
    sums[i] = (sums[i] ?? 0) + of(codes.values[e] ?? 0);
  }
  return codes.rows === 0 ? sums : sums.map((sum) => sum / codes.rows);
}
