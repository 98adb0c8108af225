import { invariant } from '../errors.ts';
import { rowOf } from '../tensor.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';
import type { Matrix } from '../tensor.ts';

/**
 * Fréchet distance of two samples `(n, d)` and `(m, d)` as if they were normally distributed: `‖μ_a − μ_b‖² + Tr(C_a + C_b − 2(C_a C_b)^½)`, unbiased
 * covariances (overcomplete `metrics.frechet_distance`, which gives this square too). About 4·d³ operations. NaN with fewer than two
 * rows on a side.
 */
export function frechet(a: Matrix, b: Matrix): number {
  invariant(a.cols === b.cols, `samples of ${a.cols} and ${b.cols} dimensions`);
  if (a.rows < 2 || b.rows < 2) return Number.NaN;
  const d = a.cols;
  const left = moments(a);
  const right = moments(b);
  let sum = 0;
  for (let i = 0; i < d; i++) {
    sum += ((left.mean[i] ?? 0) - (right.mean[i] ?? 0)) ** 2 + (left.covariance[i * d + i] ?? 0) + (right.covariance[i * d + i] ?? 0);
  }
  // With C_a = L·Lᵀ, the eigenvalues of C_a·C_b are those of Lᵀ·C_b·L, which is symmetric.
  const inner = congruent(cholesky(left.covariance, d), right.covariance, d);
  for (const value of symmetricEigenvalues(inner, d)) sum -= 2 * Math.sqrt(Math.max(0, value));
  return sum;
}

function moments(x: Matrix): { mean: Float64Array; covariance: Float64Array } {
  const d = x.cols;
  const mean = new Float64Array(d);
  for (let r = 0; r < x.rows; r++) for (const [i, value] of rowOf(x, r).entries()) mean[i] = (mean[i] ?? 0) + value / x.rows;
  const covariance = new Float64Array(d * d);
  const centred = new Float64Array(d);
  for (let r = 0; r < x.rows; r++) {
    for (const [i, value] of rowOf(x, r).entries()) centred[i] = value - (mean[i] ?? 0);
    for (let i = 0; i < d; i++) {
      const share = (centred[i] ?? 0) / (x.rows - 1);
      for (let j = 0, at = i * d; j <= i; j++, at++) covariance[at] = (covariance[at] ?? 0) + share * (centred[j] ?? 0);
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j * d + i] = covariance[i * d + j] ?? 0;
  return { mean, covariance };
}

/** L of `C = L·Lᵀ`, lower triangular. Directions in which a sample does not vary have no pivot and give a column of zeros. */
function cholesky(C: Float64Array, d: number): Float64Array {
  const L = new Float64Array(d * d);
  let largest = 0;
  for (let i = 0; i < d; i++) largest = Math.max(largest, C[i * d + i] ?? 0);
  for (let j = 0; j < d; j++) {
    const pivot = (C[j * d + j] ?? 0) - dot(L, j * d, L, j * d, j);
    if (pivot <= d * Number.EPSILON * largest) continue;
    const root = Math.sqrt(pivot);
    L[j * d + j] = root;
    for (let i = j + 1; i < d; i++) L[i * d + j] = ((C[i * d + j] ?? 0) - dot(L, i * d, L, j * d, j)) / root;
  }
  return L;
}

/** `Lᵀ·C·L` of symmetric C. */
function congruent(L: Float64Array, C: Float64Array, d: number): Float64Array {
  const columns = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) columns[j * d + i] = L[i * d + j] ?? 0;
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) product[j * d + i] = dot(C, i * d, columns, j * d, d);
  const inner = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(columns, i * d, product, j * d, d);
      inner[i * d + j] = value;
      inner[j * d + i] = value;
    }
  }
  return inner;
}

function dot(x: Float64Array, a: number, y: Float64Array, b: number, length: number): number {
  let sum = 0;
  for (let t = 0; t < length; t++) sum += (x[a + t] ?? 0) * (y[b + t] ?? 0);
  return sum;
}
