import { uninterrupted } from '../work.ts';
import { atomNorms, dotAtoms } from './atoms.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Work } from '../work.ts';

/** Added to each norm by overcomplete's `dictionary_collinearity`. */
const EPSILON = 1e-6;
/** Atoms taken at once, so that both blocks stay in the processor's cache. */
const BLOCK = 32;

/** How alike the atoms are. */
export interface Coherence {
  /** `max_{i≠j} |cos(D_i, D_j)|`, the mutual coherence; atoms of zero count as orthogonal to all. */
  readonly coherence: number;
  /** The same with 1e-6 added to each norm (overcomplete `metrics.dictionary_collinearity`). */
  readonly collinearity: number;
  /** Mean of |cos(D_i, D_j)| over i ≠ j. */
  readonly mean: number;
}

/** Coherence of the atoms `(c, d)`: about c²·d operations in blocks of atoms, with no c×c matrix. Zeros for one atom. */
export async function coherence(dictionary: Dictionary, work: Work = uninterrupted): Promise<Coherence> {
  const { c, d, W_dec } = dictionary;
  const norms = atomNorms(dictionary);
  const found = { coherence: 0, collinearity: 0, sum: 0 };
  for (let i0 = 0; i0 < c; i0 += BLOCK) {
    for (let j0 = i0; j0 < c; j0 += BLOCK) {
      for (let i = i0; i < Math.min(c, i0 + BLOCK); i++) {
        for (let j = Math.max(i + 1, j0); j < Math.min(c, j0 + BLOCK); j++) {
          const product = Math.abs(dotAtoms(W_dec, d, i, j));
          if (product === 0) continue;
          const a = norms[i] ?? 0;
          const b = norms[j] ?? 0;
          const cosine = product / (a * b);
          found.sum += cosine;
          found.coherence = Math.max(found.coherence, cosine);
          found.collinearity = Math.max(found.collinearity, product / ((a + EPSILON) * (b + EPSILON)));
        }
      }
      const pause = work.pause();
      if (pause !== undefined) await pause;
    }
    work.progress(Math.min(c, i0 + BLOCK), c);
  }
  return { coherence: found.coherence, collinearity: found.collinearity, mean: c > 1 ? found.sum / ((c * (c - 1)) / 2) : 0 };
}
