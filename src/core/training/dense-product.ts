/**
 * Writes `x·wᵀ` to `out`: x `(rows, d)`, w `(c, d)`, out `(rows, c)`, all row-major and possibly longer than that. A row of `out` must
 * not depend on how many rows are given, so that the same recipe gives the same bits however a batch is cut.
 */
export type DenseProduct = (x: Float32Array, rows: number, d: number, w: Float32Array, c: number, out: Float32Array) => Promise<void> | void;

/**
 * The product in plain JavaScript: blocks of 4×4 sums stay in registers, each sum in float64 in the order of d. About 4.4 GFLOP/s on one
 * core of a 2025 server; the same in single precision (`Math.fround`) is half as fast.
 */
export function denseProduct(x: Float32Array, rows: number, d: number, w: Float32Array, c: number, out: Float32Array): void {
  const wholeRows = rows - (rows % 4);
  const wholeConcepts = c - (c % 4);
  for (let r = 0; r < wholeRows; r += 4) {
    for (let j = 0; j < wholeConcepts; j += 4) block(x, r * d, d, w, j * d, out, r * c + j, c);
    for (let j = wholeConcepts; j < c; j++) for (let i = r; i < r + 4; i++) out[i * c + j] = dot(x, i * d, w, j * d, d);
  }
  for (let r = wholeRows; r < rows; r++) for (let j = 0; j < c; j++) out[r * c + j] = dot(x, r * d, w, j * d, d);
}

/** Four rows from `x[x0]` with four from `w[w0]`, to `out[at]` and the three rows below. */
function block(x: Float32Array, x0: number, d: number, w: Float32Array, w0: number, out: Float32Array, at: number, c: number): void {
  const x1 = x0 + d;
  const x2 = x1 + d;
  const x3 = x2 + d;
  const w1 = w0 + d;
  const w2 = w1 + d;
  const w3 = w2 + d;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0;
  let s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0;
  let s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  for (let i = 0; i < d; i++) {
    const a0 = x[x0 + i] as number;
    const a1 = x[x1 + i] as number;
    const a2 = x[x2 + i] as number;
    const a3 = x[x3 + i] as number;
    const b0 = w[w0 + i] as number;
    const b1 = w[w1 + i] as number;
    const b2 = w[w2 + i] as number;
    const b3 = w[w3 + i] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  out[at] = s00;
  out[at + 1] = s01;
  out[at + 2] = s02;
  out[at + 3] = s03;
  const below = at + c;
  out[below] = s10;
  out[below + 1] = s11;
  out[below + 2] = s12;
  out[below + 3] = s13;
  const third = below + c;
  out[third] = s20;
  out[third + 1] = s21;
  out[third + 2] = s22;
  out[third + 3] = s23;
  const last = third + c;
  out[last] = s30;
  out[last + 1] = s31;
  out[last + 2] = s32;
  out[last + 3] = s33;
}

function dot(x: Float32Array, x0: number, w: Float32Array, w0: number, d: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += (x[x0 + i] as number) * (w[w0 + i] as number);
  return sum;
}
