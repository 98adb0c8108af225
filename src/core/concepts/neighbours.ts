import { invariant } from '../errors.ts';
import { largest } from './examples.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';

/** A concept near another, and how near. */
export interface NearConcept {
  readonly concept: number;
  readonly value: number;
}

/** A Jaccard index of fewer common rows than this is chance. */
const COMMON_ROWS = 3;

/** The `count` concepts whose atoms have the highest cosine with that of `concept`, highest first, ties by number; an atom of zero has cosine 0 with all. */
export function nearestByCosine({ c, d, W_dec }: Dictionary, concept: number, count: number): NearConcept[] {
  const cosines = cosinesWith(W_dec, c, d, W_dec.subarray(concept * d, (concept + 1) * d));
  return largest(cosines, count, (i) => i !== concept).map((i) => ({ concept: i, value: cosines[i] ?? 0 }));
}

/**
 * The `count` concepts that are active (z > 0) in the same rows: highest Jaccard index |R_i ∩ R_j| / |R_i ∪ R_j| of the sets of rows, of
 * all `parts` `(n, c)` together, among those that share at least three. One pass over the codes, ties by number.
 */
export function coactivating(parts: readonly SparseCodes[], concept: number, count: number): NearConcept[] {
  const c = parts[0]?.cols ?? 0;
  const [own, both] = [new Uint32Array(c), new Uint32Array(c)];
  for (const { rows, cols, indptr, indices, values } of parts) {
    invariant(cols === c, `codes of ${c} and of ${cols} concepts`);
    for (let r = 0; r < rows; r++) {
      const [from, to] = [indptr[r] ?? 0, indptr[r + 1] ?? 0];
      let here = false;
      for (let e = from; e < to; e++) if (indices[e] === concept && (values[e] ?? 0) > 0) here = true;
      for (let e = from; e < to; e++) {
        if (!((values[e] ?? 0) > 0)) continue;
        const i = indices[e] ?? 0;
        own[i] = (own[i] ?? 0) + 1;
        if (here) both[i] = (both[i] ?? 0) + 1;
      }
    }
  }
  const mine = own[concept] ?? 0;
  const jaccard = Float64Array.from(both, (common, i) => (common === 0 ? 0 : common / (mine + (own[i] ?? 0) - common)));
  return largest(jaccard, count, (i) => i !== concept && (both[i] ?? 0) >= COMMON_ROWS).map((i) => ({ concept: i, value: jaccard[i] ?? 0 }));
}

/**
 * What the atom says in words: rows of `texts` `(n, d)` that, less the mean of all texts, have the highest cosine with it. Without
 * taking the mean away every text would first of all say that it is a text: the modality gap.
 */
export function wordsOf({ d, W_dec }: Dictionary, concept: number, texts: Matrix, count: number): { readonly text: number; readonly cosine: number }[] {
  invariant(texts.cols === d, `texts of ${texts.cols} dimensions for a dictionary of ${d}`);
  const mean = new Float64Array(d);
  for (let r = 0; r < texts.rows; r++) for (let t = 0; t < d; t++) mean[t] = (mean[t] ?? 0) + (texts.data[r * d + t] ?? 0) / texts.rows;
  const cosines = cosinesWith(texts.data, texts.rows, d, W_dec.subarray(concept * d, (concept + 1) * d), mean);
  return largest(cosines, count, () => true).map((text) => ({ text, cosine: cosines[text] ?? 0 }));
}

/** `(n)` cosines of rows `(n, d)`, less `centre`, with a direction `(d)`; 0 for rows of zero. */
function cosinesWith(data: Float32Array, n: number, d: number, direction: Float32Array, centre = new Float64Array(d)): Float64Array {
  let own = 0;
  for (const value of direction) own += value * value;
  const cosines = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let dot = 0;
    let squares = 0;
    for (let t = 0, at = r * d; t < d; t++, at++) {
      const value = (data[at] ?? 0) - (centre[t] ?? 0);
      dot += value * (direction[t] ?? 0);
      squares += value * value;
    }
    const norms = Math.sqrt(squares * own);
    cosines[r] = norms === 0 ? 0 : dot / norms;
  }
  return cosines;
}
