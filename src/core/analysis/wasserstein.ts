import { invariant } from '../errors.ts';
import type { SparseCodes } from '../tensor.ts';

/**
 * Mean over the concepts of the Wasserstein-1 distance between the activations in `a` `(n, c)` and in `b` `(m, c)`: `∫ |F_a(t) − F_b(t)| dt`, which for
 * n = m is the mean difference of the sorted activations (overcomplete `metrics.wasserstein_1d`). Zeros are counted, not stored.
 * NaN when either has no rows.
 */
export function wasserstein1d(a: SparseCodes, b: SparseCodes): number {
  invariant(a.cols === b.cols, `codes of ${a.cols} and ${b.cols} concepts`);
  const left = sortedByConcept(a);
  const right = sortedByConcept(b);
  let sum = 0;
  for (let i = 0; i < a.cols; i++) sum += distance(left(i), a.rows, right(i), b.rows);
  return sum / a.cols;
}

/** Distance of two samples of `n` and `m` numbers, all zero but for the ones that are given in ascending order. */
function distance(a: Float32Array, n: number, b: Float32Array, m: number): number {
  if (n === 0 || m === 0) return Number.NaN;
  const points = [...a, ...b, 0].sort((x, y) => x - y);
  const below = { a: 0, b: 0 };
  let sum = 0;
  for (let p = 0; p + 1 < points.length; p++) {
    const t = points[p] ?? 0;
    while (below.a < a.length && (a[below.a] ?? 0) <= t) below.a += 1;
    while (below.b < b.length && (b[below.b] ?? 0) <= t) below.b += 1;
    const zeros = t < 0 ? 0 : 1;
    const shareA = (below.a + zeros * (n - a.length)) / n;
    const shareB = (below.b + zeros * (m - b.length)) / m;
    sum += Math.abs(shareA - shareB) * ((points[p + 1] ?? 0) - t);
  }
  return sum;
}

/** The activations of each concept other than 0, ascending. */
function sortedByConcept(codes: SparseCodes): (concept: number) => Float32Array {
  const starts = new Uint32Array(codes.cols + 1);
  for (let e = 0; e < codes.indices.length; e++) {
    const next = (codes.indices[e] ?? 0) + 1;
    if (codes.values[e] !== 0) starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let i = 0; i < codes.cols; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const places = starts.slice();
  const values = new Float32Array(starts[codes.cols] ?? 0);
  for (let e = 0; e < codes.indices.length; e++) {
    const z = codes.values[e] ?? 0;
    if (z === 0) continue;
    const i = codes.indices[e] ?? 0;
    values[places[i] ?? 0] = z;
    places[i] = (places[i] ?? 0) + 1;
  }
  return (i) => values.subarray(starts[i] ?? 0, starts[i + 1] ?? 0).sort();
}
