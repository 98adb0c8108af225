import { invariant } from '../errors.ts';

/** Bins of an activation histogram: 16 octaves of 4. */
export const BINS = 64;
/** Bins an octave, as a power of two: the two highest bits of a float's mantissa. */
const MANTISSA_BITS = 2;
/** Exponent of the first octave: activations below 2⁻⁸ count in the first bin, those of 2⁸ and above in the last. */
const FIRST_EXPONENT = -8;
/** Number that the leading bits of a float32 at the first bin's lower edge spell. */
export const FIRST_BIN = (127 + FIRST_EXPONENT) << MANTISSA_BITS;
/** Bits of a float32 below those that number its bin. */
export const BIN_SHIFT = 23 - MANTISSA_BITS;

/**
 * Counts of activations in bins that are the same for every concept, batch and backend: a bin is the exponent of the float32 and
 * the two bits after it, so a GPU puts every activation into the same one. Only z > 0 is counted; what is missing to the number
 * of rows is 0 (or negative, with activations that allow it).
 */
export class Histograms {
  /** `(c, BINS)`. */
  readonly counts: Uint32Array;

  constructor(c: number) {
    this.counts = new Uint32Array(c * BINS);
  }

  /** Counts one more activation of the concept in the bin. */
  add(concept: number, bin: number): void {
    const at = concept * BINS + bin;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  /** Adds the counts of other rows. */
  merge(counts: Uint32Array): void {
    invariant(counts.length === this.counts.length, 'histograms of different dictionaries');
    for (let i = 0; i < counts.length; i++) this.counts[i] = (this.counts[i] ?? 0) + (counts[i] ?? 0);
  }

  /** Rows in which the concept was active, z > 0. */
  active(concept: number): number {
    let sum = 0;
    for (let at = concept * BINS; at < (concept + 1) * BINS; at++) sum += this.counts[at] ?? 0;
    return sum;
  }
}

/** The bin of a positive float32, by its bits. */
export function binOfBits(bits: number): number {
  return Math.min(BINS - 1, Math.max(0, (bits >>> BIN_SHIFT) - FIRST_BIN));
}

/** The BINS + 1 edges: bin b holds `edges[b] ≤ z < edges[b + 1]`; the first edge is 0 and the last ∞. */
export function binEdges(): Float64Array {
  const steps = 1 << MANTISSA_BITS;
  const edges = Float64Array.from({ length: BINS + 1 }, (_, b) => 2 ** (FIRST_EXPONENT + Math.floor(b / steps)) * (1 + (b % steps) / steps));
  edges[0] = 0;
  edges[BINS] = Infinity;
  return edges;
}
