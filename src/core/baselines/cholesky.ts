import { invariant } from '../errors.ts';
import type { Meter } from './meter.ts';

/** First ridge, as a share of the mean of the diagonal, and how often it grows hundredfold before giving up. */
const RIDGE = 1e-8;
const ATTEMPTS = 5;

/** Multiply-adds of `solveSymmetric`, for a progress bar. */
export function solveWork(n: number, d: number): number {
  return n ** 3 / 6 + n * n * d;
}

/**
 * Solves `(S + λI)·X = B` in place of B `(n, d)`, for S `(n, n)` symmetric and positive semi-definite of which the lower triangle
 * is filled; S is overwritten. λ is 1e-8 of the mean of S's diagonal, more where rounding takes that away: the pseudo-inverse up
 * to the ridge, for a third of its work (Cholesky; Golub and Van Loan, §4.2).
 */
export async function solveSymmetric(S: Float64Array, n: number, B: Float64Array, d: number, meter: Meter): Promise<void> {
  const diagonal = Float64Array.from({ length: n }, (_, i) => S[i * n + i] ?? 0);
  // The upper triangle keeps S while the lower one becomes the factor, for another attempt.
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) S[j * n + i] = S[i * n + j] ?? 0;
  let ridge = (RIDGE * diagonal.reduce((sum, value) => sum + value, 0)) / n;
  invariant(ridge > 0, 'a system of zeros has no solution');
  for (let attempt = 0; ; attempt++) {
    invariant(attempt < ATTEMPTS, 'the matrix is not positive semi-definite');
    if (await factorise(S, n, diagonal, ridge, meter)) break;
    ridge *= 100;
  }
  await substitute(S, n, B, d, meter);
}

/** `S + λI = L·Lᵀ`, L into the lower triangle; false where a pivot is not safely positive. */
async function factorise(S: Float64Array, n: number, diagonal: Float64Array, ridge: number, meter: Meter): Promise<boolean> {
  for (let i = 0; i < n; i++) {
    const row = S.subarray(i * n, i * n + i + 1);
    for (let j = 0; j < i; j++) row[j] = ((S[j * n + i] ?? 0) - dot(row, S.subarray(j * n, j * n + j), j)) / (S[j * n + j] ?? 1);
    const pivot = (diagonal[i] ?? 0) + ridge - dot(row, row, i);
    if (!(pivot > ridge / 2)) return false;
    row[i] = Math.sqrt(pivot);
    const wait = meter.spend((i * i) / 2);
    if (wait !== undefined) await wait;
  }
  return true;
}

/** `L·Lᵀ·X = B` in place of B. */
async function substitute(L: Float64Array, n: number, B: Float64Array, d: number, meter: Meter): Promise<void> {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) subtractRow(B, i, j, L[i * n + j] ?? 0, d);
    divideRow(B, i, L[i * n + i] ?? 1, d);
    const wait = meter.spend(i * d);
    if (wait !== undefined) await wait;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) subtractRow(B, i, j, L[j * n + i] ?? 0, d);
    divideRow(B, i, L[i * n + i] ?? 1, d);
    const wait = meter.spend((n - i) * d);
    if (wait !== undefined) await wait;
  }
}

function subtractRow(B: Float64Array, to: number, from: number, factor: number, d: number): void {
  for (let a = to * d, b = from * d, end = to * d + d; a < end; a++, b++) B[a] = (B[a] ?? 0) - factor * (B[b] ?? 0);
}

function divideRow(B: Float64Array, row: number, by: number, d: number): void {
  for (let a = row * d; a < row * d + d; a++) B[a] = (B[a] ?? 0) / by;
}

/** Inner product of the first n entries; four sums side by side, as in `linear.ts`. */
function dot(a: Float64Array, b: Float64Array, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < n; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}
