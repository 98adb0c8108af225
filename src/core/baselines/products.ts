/** Dense products in float64. Sums run along the depth in order, so results do not depend on how the work is cut up. */
import type { Meter } from './meter.ts';

/** Multiply-adds of one strip of `addGram`, a millisecond or so. */
const STRIP = 2 ** 21;

const sums = new Float64Array(16);

/** Rows of a product A·Bᵀ, with B `(p, depth)`, that take a millisecond or two: a multiple of 4. */
export function rowsPerPiece(p: number, depth: number): number {
  return 4 * Math.min(64, Math.max(1, Math.floor(STRIP / (4 * Math.max(1, p * depth)))));
}

/** Adds A·Bᵀ to `out`: A `(m, depth)`, B `(p, depth)` and out `(m, p)` row-major; rows of `out` lie `stride` apart. */
export function addProduct(a: Float64Array, m: number, b: Float64Array, p: number, depth: number, out: Float64Array, stride = p): void {
  for (let i = 0; i < m; i += 4) {
    for (let j = 0; j < p; j += 4) {
      tile(a, i, m, b, j, p, depth);
      const rows = Math.min(4, m - i);
      const cols = Math.min(4, p - j);
      for (let r = 0; r < rows; r++) {
        const at = (i + r) * stride + j;
        for (let s = 0; s < cols; s++) out[at + s] = (out[at + s] ?? 0) + (sums[4 * r + s] ?? 0);
      }
    }
  }
}

/** Adds A·Aᵀ to the lower triangle of `out` `(m, m)`, diagonal included; entries above it become meaningless. A is `(m, depth)`. */
export async function addGram(a: Float64Array, m: number, depth: number, out: Float64Array, meter: Meter): Promise<void> {
  const strip = rowsPerPiece(m, depth);
  for (let i = 0; i < m; i += strip) {
    const end = Math.min(m, i + strip);
    addProduct(a.subarray(i * depth, end * depth), end - i, a, end, depth, out.subarray(i * m), m);
    const wait = meter.spend((end - i) * end * depth);
    if (wait !== undefined) await wait;
  }
}

/** Copies the lower triangle of `(m, m)` to the upper one. */
export function mirrorLower(square: Float64Array, m: number): void {
  for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) square[j * m + i] = square[i * m + j] ?? 0;
}

/** Writes the transpose of `from` `(rows, cols)` to `to` `(cols, rows)`. */
export function transpose(from: Float32Array | Float64Array, rows: number, cols: number, to: Float32Array | Float64Array): void {
  for (let r = 0; r < rows; r++) for (let j = 0; j < cols; j++) to[j * rows + r] = from[r * cols + j] ?? 0;
}

/**
 * 4×4 inner products at once into `sums`, which is five times as fast as one by one: each loaded value is used four times.
 * Rows past the end repeat the last one; the caller leaves their results out.
 */
function tile(a: Float64Array, i: number, m: number, b: Float64Array, j: number, p: number, depth: number): void {
  const a0 = i * depth;
  const a1 = Math.min(i + 1, m - 1) * depth;
  const a2 = Math.min(i + 2, m - 1) * depth;
  const a3 = Math.min(i + 3, m - 1) * depth;
  const b0 = j * depth;
  const b1 = Math.min(j + 1, p - 1) * depth;
  const b2 = Math.min(j + 2, p - 1) * depth;
  const b3 = Math.min(j + 3, p - 1) * depth;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  for (let l = 0; l < depth; l++) {
    const y0 = b[b0 + l] ?? 0;
    const y1 = b[b1 + l] ?? 0;
    const y2 = b[b2 + l] ?? 0;
    const y3 = b[b3 + l] ?? 0;
    const x0 = a[a0 + l] ?? 0;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    const x1 = a[a1 + l] ?? 0;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    const x2 = a[a2 + l] ?? 0;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    const x3 = a[a3 + l] ?? 0;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}
