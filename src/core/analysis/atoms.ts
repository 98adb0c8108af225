/**
 * `⟨D_i, D_j⟩` in float64 of two rows of D `(c, d)` row-major float32. Four sums side by side, since a single one waits for each
 * addition before the next.
 */
export function dotAtoms(D: Float32Array, d: number, i: number, j: number): number {
  const whole = d - (d % 4);
  const a = i * d;
  const b = j * d;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let t = 0; t < whole; t += 4) {
    s0 += (D[a + t] ?? 0) * (D[b + t] ?? 0);
    s1 += (D[a + t + 1] ?? 0) * (D[b + t + 1] ?? 0);
    s2 += (D[a + t + 2] ?? 0) * (D[b + t + 2] ?? 0);
    s3 += (D[a + t + 3] ?? 0) * (D[b + t + 3] ?? 0);
  }
  for (let t = whole; t < d; t++) s0 += (D[a + t] ?? 0) * (D[b + t] ?? 0);
  return s0 + s1 + (s2 + s3);
}

/** `(c)` norms of the atoms. */
export function atomNorms({ c, d, W_dec }: { readonly c: number; readonly d: number; readonly W_dec: Float32Array }): Float64Array {
  return Float64Array.from({ length: c }, (_, i) => Math.sqrt(dotAtoms(W_dec, d, i, i)));
}
