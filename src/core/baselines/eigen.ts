import { invariant } from '../errors.ts';
import type { Meter } from './meter.ts';

/** Eigenvalues in descending order and, in the same order, unit eigenvectors as rows `(n, n)`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** QL sweeps for one eigenvalue; two are usual, and more than a dozen have never been seen. */
const MOST_SWEEPS = 60;

/** Sum of squares that is nothing beside a largest entry of 1, and still far from underflow. */
const VANISHING = 1e-60;

/** Multiply-adds of `symmetricEigen`, for a progress bar. */
export function eigenWork(n: number): number {
  return 5.5 * n ** 3;
}

/**
 * Eigen-decomposition of the symmetric matrix A `(n, n)`, both triangles filled and overwritten: Householder's reduction to
 * tridiagonal form, then implicit QL with Wilkinson's shift (Golub and Van Loan, *Matrix Computations*, §8.3; EISPACK `tred2`,
 * `tql2`). Backward stable: eigenvalues are right to about 1e-15 of the largest one. The largest entry of each eigenvector is
 * positive, so that signs do not depend on rounding.
 */
export async function symmetricEigen(A: Float64Array, n: number, meter: Meter): Promise<Eigen> {
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  const scale = A.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (scale > 0) for (let at = 0; at < A.length; at++) A[at] = (A[at] ?? 0) / scale;
  const factors = await tridiagonalise(A, n, diagonal, off, meter);
  await accumulate(A, factors, n, vectors, meter);
  await diagonalise(diagonal, off, vectors, n, meter);
  return sorted(diagonal.map((value) => value * scale), vectors, n);
}

/** `A = Q·T·Qᵀ`: T into `diagonal` and `off`; row k of A keeps the reflector `v_k` right of its diagonal, of `I − β_k·v_k·v_kᵀ`; returns β. */
async function tridiagonalise(A: Float64Array, n: number, diagonal: Float64Array, off: Float64Array, meter: Meter): Promise<Float64Array> {
  const factors = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    diagonal[k] = A[k * n + k] ?? 0;
    if (k + 1 < n) off[k] = A[k * n + k + 1] ?? 0;
    if (k + 2 >= n) continue;
    const v = A.subarray(k * n, k * n + n);
    let tail = 0;
    for (let i = k + 2; i < n; i++) tail += (v[i] ?? 0) ** 2;
    if (tail < VANISHING) continue;
    const first = v[k + 1] ?? 0;
    const alpha = (first > 0 ? -1 : 1) * Math.sqrt(first * first + tail);
    off[k] = alpha;
    v[k + 1] = first - alpha;
    const beta = 2 / ((first - alpha) ** 2 + tail);
    factors[k] = beta;
    rankTwoUpdate(A, n, k + 1, v, beta, w);
    const wait = meter.spend(3 * (n - k) ** 2);
    if (wait !== undefined) await wait;
  }
  return factors;
}

/** `A ← H·A·H` on the block from `from` on, H = I − β·v·vᵀ, as `A − v·wᵀ − w·vᵀ`. */
function rankTwoUpdate(A: Float64Array, n: number, from: number, v: Float64Array, beta: number, w: Float64Array): void {
  let inner = 0;
  for (let i = from; i < n; i++) {
    let dot = 0;
    const row = i * n;
    for (let j = from; j < n; j++) dot += (A[row + j] ?? 0) * (v[j] ?? 0);
    w[i] = beta * dot;
    inner += beta * dot * (v[i] ?? 0);
  }
  const half = (beta * inner) / 2;
  for (let i = from; i < n; i++) w[i] = (w[i] ?? 0) - half * (v[i] ?? 0);
  for (let i = from; i < n; i++) {
    const vi = v[i] ?? 0;
    const wi = w[i] ?? 0;
    const row = i * n;
    for (let j = from; j < n; j++) A[row + j] = (A[row + j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
  }
}

/** `vectors ← Qᵀ`, from the reflectors that `tridiagonalise` left in A. */
async function accumulate(A: Float64Array, factors: Float64Array, n: number, vectors: Float64Array, meter: Meter): Promise<void> {
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    const beta = factors[k] ?? 0;
    const v = A.subarray(k * n, k * n + n);
    for (let r = k + 1; r < n; r++) {
      const row = r * n;
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += (vectors[row + j] ?? 0) * (v[j] ?? 0);
      dot *= beta;
      for (let j = k + 1; j < n; j++) vectors[row + j] = (vectors[row + j] ?? 0) - dot * (v[j] ?? 0);
    }
    const wait = meter.spend(2 * (n - k) ** 2);
    if (wait !== undefined) await wait;
  }
}

/** QL: the eigenvalues of T into `diagonal`; every rotation is also done on the rows of `vectors`. */
async function diagonalise(diagonal: Float64Array, off: Float64Array, vectors: Float64Array, n: number, meter: Meter): Promise<void> {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(diagonal[i] ?? 0) + Math.abs(off[i] ?? 0));
  const negligible = Number.EPSILON * largest;
  for (let l = 0; l < n; l++) {
    for (let sweeps = 0; ; sweeps++) {
      let end = l;
      while (end < n - 1 && Math.abs(off[end] ?? 0) > negligible) end += 1;
      if (end === l) break;
      invariant(sweeps < MOST_SWEEPS, `QL found no eigenvalue in ${MOST_SWEEPS} sweeps`);
      sweep(diagonal, off, l, end, vectors, n);
      const wait = meter.spend(4 * (end - l) * n);
      if (wait !== undefined) await wait;
    }
  }
}

/** One implicit QL step on the unreduced block `l … end`, chasing the bulge upwards. */
function sweep(diagonal: Float64Array, off: Float64Array, l: number, end: number, vectors: Float64Array, n: number): void {
  const ratio = ((diagonal[l + 1] ?? 0) - (diagonal[l] ?? 0)) / (2 * (off[l] ?? 0));
  const shift = (off[l] ?? 0) / (ratio + (ratio < 0 ? -1 : 1) * Math.hypot(ratio, 1));
  let g = (diagonal[end] ?? 0) - (diagonal[l] ?? 0) + shift;
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = end - 1; i >= l; i--) {
    const f = s * (off[i] ?? 0);
    const b = c * (off[i] ?? 0);
    const r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      // The block splits here; the next sweep sees two.
      diagonal[i + 1] = (diagonal[i + 1] ?? 0) - p;
      off[end] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (diagonal[i + 1] ?? 0) - p;
    const t = ((diagonal[i] ?? 0) - g) * s + 2 * c * b;
    p = s * t;
    diagonal[i + 1] = g + p;
    g = c * t - b;
    rotate(vectors, i * n, n, c, s);
  }
  diagonal[l] = (diagonal[l] ?? 0) - p;
  off[l] = g;
  off[end] = 0;
}

/** Turns the row at `at` and the next one by the rotation (c, s). */
function rotate(vectors: Float64Array, at: number, n: number, c: number, s: number): void {
  for (let a = at, b = at + n, end = at + n; a < end; a++, b++) {
    const x = vectors[a] ?? 0;
    const y = vectors[b] ?? 0;
    vectors[b] = s * x + c * y;
    vectors[a] = c * x - s * y;
  }
}

function sorted(values: Float64Array, vectors: Float64Array, n: number): Eigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (values[j] ?? 0) - (values[i] ?? 0) || i - j);
  const rows = new Float64Array(n * n);
  order.forEach((from, to) => {
    const row = vectors.subarray(from * n, from * n + n);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    for (let i = 0; i < n; i++) rows[to * n + i] = largest < 0 ? -(row[i] ?? 0) : (row[i] ?? 0);
  });
  return { values: Float64Array.from(order, (i) => values[i] ?? 0), vectors: rows };
}
