import { CodesBuilder } from '../codes-builder.ts';
import type { SparseCodes } from '../tensor.ts';

/** Codes of one matched pair. */
export interface SampledPair {
  /** Number that the sample is drawn by: a hash of both embeddings, see `hashRow`. */
  readonly order: number;
  readonly imageIndices: Uint32Array;
  readonly imageValues: Float32Array;
  readonly textIndices: Uint32Array;
  readonly textValues: Float32Array;
}

/**
 * A uniform sample of matched pairs, `size` of them or all that there are: those with the smallest hashes, as `RowSample` has it for
 * rows. Co-activation of all pairs of concepts grows without bound, and what is put out for lack of room would depend on the order
 * of the rows; the sample does not, and merges.
 */
export class PairSample {
  readonly size: number;
  #held: SampledPair[] = [];
  /** Pairs above it cannot be among the smallest any more. */
  #ceiling = Infinity;

  constructor(size: number) {
    this.size = size;
  }

  /** Whether a pair with this number would be kept for now: then `add` a copy. */
  wants(order: number): boolean {
    return order < this.#ceiling;
  }

  add(pair: SampledPair): void {
    if (!this.wants(pair.order)) return;
    this.#held.push(pair);
    // Sorting now and then costs less than keeping a heap.
    if (this.#held.length >= 2 * this.size + 64) this.list();
  }

  /** The sample, in the order of the hashes. */
  list(): readonly SampledPair[] {
    this.#held = this.#held.sort((a, b) => a.order - b.order).slice(0, this.size);
    this.#ceiling = this.#held[this.size - 1]?.order ?? Infinity;
    return this.#held;
  }
}

/** One side of sampled pairs as codes `(pairs, c)`. */
export function codesOfPairs(pairs: readonly SampledPair[], side: 'image' | 'text', c: number): SparseCodes {
  const codes = new CodesBuilder(pairs.length, c);
  for (const pair of pairs) {
    const [indices, values] = side === 'image' ? [pair.imageIndices, pair.imageValues] : [pair.textIndices, pair.textValues];
    for (let e = 0; e < indices.length; e++) codes.push(indices[e] ?? 0, values[e] ?? 0);
    codes.endRow();
  }
  return codes.finish();
}
