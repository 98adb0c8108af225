/**
 * Adds `x·W` to `out`, in float64: x `(d)`, W `(d, c)` row-major float32, out `(c)`.
 * Four rows of W are folded into each pass over `out`, which halves the time of the plain loop; the order of summation is
 * the same for every row of a batch, so that a code never depends on what else is in the batch.
 */
export function addVectorMatrix(x: Float64Array, W: Float32Array, out: Float64Array): void {
  const d = x.length;
  const c = out.length;
  const whole = d - (d % 4);
  for (let i = 0; i < whole; i += 4) {
    const x0 = x[i] ?? 0;
    const x1 = x[i + 1] ?? 0;
    const x2 = x[i + 2] ?? 0;
    const x3 = x[i + 3] ?? 0;
    let w0 = i * c;
    let w1 = w0 + c;
    let w2 = w1 + c;
    let w3 = w2 + c;
    for (let j = 0; j < c; j++) {
      out[j] = (out[j] ?? 0) + x0 * (W[w0++] ?? 0) + x1 * (W[w1++] ?? 0) + x2 * (W[w2++] ?? 0) + x3 * (W[w3++] ?? 0);
    }
  }
  for (let i = whole; i < d; i++) {
    const xi = x[i] ?? 0;
    let w = i * c;
    for (let j = 0; j < c; j++) out[j] = (out[j] ?? 0) + xi * (W[w++] ?? 0);
  }
}

/** Writes `D·x` to `out`, in float64: D `(c, d)` row-major float32, x `(d)`, out `(c)`. */
export function matrixVector(D: Float32Array, x: Float64Array, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = dotRow(D, j, x);
}

/**
 * `⟨D_j, x⟩` in float64: row j of D `(c, d)` row-major float32, x `(d)`. Four sums side by side, since a single one waits for
 * each addition before the next.
 */
export function dotRow(D: Float32Array, j: number, x: Float64Array): number {
  const d = x.length;
  const whole = d - (d % 4);
  const start = j * d;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < whole; i += 4) {
    const at = start + i;
    s0 += (D[at] ?? 0) * (x[i] ?? 0);
    s1 += (D[at + 1] ?? 0) * (x[i + 1] ?? 0);
    s2 += (D[at + 2] ?? 0) * (x[i + 2] ?? 0);
    s3 += (D[at + 3] ?? 0) * (x[i + 3] ?? 0);
  }
  for (let i = whole; i < d; i++) s0 += (D[start + i] ?? 0) * (x[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}

/** Adds `factor·D_j` to `out` `(d)`: row j of D `(c, d)` row-major float32. */
export function addRow(D: Float32Array, j: number, factor: number, out: Float64Array): void {
  const d = out.length;
  let at = j * d;
  for (let i = 0; i < d; i++) out[i] = (out[i] ?? 0) + factor * (D[at++] ?? 0);
}
