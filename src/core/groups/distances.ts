import { addProduct } from '../baselines/products.ts';
import { invariant } from '../errors.ts';
import { condensedIndex } from './linkage.ts';
import type { Dictionary } from '../dictionary.ts';
import type { SparseCodes } from '../tensor.ts';

/** Concepts whose cosines with all later ones are held at once. */
const STRIP = 32;

/**
 * Condensed `1 − cos(D_i, D_j)`, m(m − 1)/2 values in [0, 2] in the order of the m chosen concepts (scipy's `pdist`); atoms of zero are at
 * distance 1 from all. m²·d/2 operations, and m·d float64 beside the result.
 */
export function directionDistances({ d, W_dec }: Dictionary, concepts: ArrayLike<number>): Float32Array {
  const m = concepts.length;
  const unit = new Float64Array(m * d);
  for (let p = 0; p < m; p++) {
    const from = (concepts[p] ?? 0) * d;
    let squares = 0;
    for (let t = 0; t < d; t++) squares += (W_dec[from + t] ?? 0) ** 2;
    const factor = squares === 0 ? 0 : 1 / Math.sqrt(squares);
    for (let t = 0; t < d; t++) unit[p * d + t] = (W_dec[from + t] ?? 0) * factor;
  }
  const distances = new Float32Array((m * (m - 1)) / 2);
  const cosines = new Float64Array(STRIP * m);
  let at = 0;
  for (let start = 0; start < m; start += STRIP) {
    const size = Math.min(STRIP, m - start);
    const later = m - start;
    cosines.fill(0);
    addProduct(unit.subarray(start * d, (start + size) * d), size, unit.subarray(start * d), later, d, cosines);
    for (let i = 0; i < size; i++) {
      // Rounding takes the cosine of two equal atoms a little past 1.
      for (let j = i + 1; j < later; j++) distances[at++] = Math.min(2, Math.max(0, 1 - (cosines[i * later + j] ?? 0)));
    }
  }
  return distances;
}

/**
 * Condensed `1 − |R_i ∩ R_j| / |R_i ∪ R_j|` (Jaccard distance, scipy's `pdist` of the supports) of the chosen concepts, R_i the rows of all
 * parts `(n, c)` where z_i > 0; a concept that is never active is at distance 1 from all. L0²/2 operations a row.
 */
export function coactivationDistances(parts: readonly SparseCodes[], concepts: ArrayLike<number>): Float32Array {
  const m = concepts.length;
  const c = parts[0]?.cols ?? 0;
  const place = new Int32Array(c).fill(-1);
  for (let p = 0; p < m; p++) place[concepts[p] ?? 0] = p;
  const own = new Uint32Array(m);
  const distances = new Float32Array((m * (m - 1)) / 2);
  const active = new Uint32Array(m);
  for (const { rows, cols, indptr, indices, values } of parts) {
    invariant(cols === c, `codes of ${c} and of ${cols} concepts`);
    for (let r = 0; r < rows; r++) {
      const end = indptr[r + 1] ?? 0;
      let count = 0;
      for (let e = indptr[r] ?? 0; e < end; e++) {
        const p = place[indices[e] ?? 0] ?? -1;
        if (p >= 0 && (values[e] ?? 0) > 0) active[count++] = p;
      }
      countPairs(active, count, m, own, distances);
    }
  }
  let at = 0;
  for (let i = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++, at++) {
      const common = distances[at] ?? 0;
      const either = (own[i] ?? 0) + (own[j] ?? 0) - common;
      distances[at] = either === 0 ? 1 : 1 - common / either;
    }
  }
  return distances;
}

/** One row: counts the `count` active places one by one in `own`, and in pairs in `common`, condensed; float32 counts exactly to 2²⁴ rows. */
function countPairs(active: Uint32Array, count: number, m: number, own: Uint32Array, common: Float32Array): void {
  for (let e = 0; e < count; e++) {
    const i = active[e] ?? 0;
    own[i] = (own[i] ?? 0) + 1;
    for (let f = e + 1; f < count; f++) {
      const j = active[f] ?? 0;
      const at = i < j ? condensedIndex(m, i, j) : condensedIndex(m, j, i);
      common[at] = (common[at] ?? 0) + 1;
    }
  }
}
