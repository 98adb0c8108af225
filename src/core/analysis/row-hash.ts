import type { Matrix } from '../tensor.ts';

/** What the bits of a row decide about it. */
export interface RowHash {
  /** Orders rows at random: the rows with the smallest numbers are a uniform sample. Below 2⁵³. */
  readonly order: number;
  /** Whether the row is one of the fifth that is held out of training a probe. */
  readonly heldOut: boolean;
}

/**
 * Hash of a row by its bits and a seed (murmur3's mixing, two lanes). It depends on nothing else, so that samples and splits are the
 * same however the rows are ordered, cut and merged, and equal rows never lie on both sides of a split.
 */
export function hashRow(bits: Uint32Array, seed: number): RowHash {
  let a = Math.imul(seed | 0, 0x9e3779b1) ^ 0x2545f491;
  let b = Math.imul(seed | 0, 0x85ebca6b) ^ bits.length;
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i] ?? 0;
    a = step(a, Math.imul(word, 0xcc9e2d51));
    b = step(b, Math.imul(word, 0x1b873593) ^ a);
  }
  const high = finish(a);
  const low = finish(b);
  return { order: (high >>> 0) * 2 ** 21 + (low >>> 11), heldOut: (finish(a ^ Math.imul(b, 0x27d4eb2f)) >>> 0) % 5 === 0 };
}

/** `(n)` 1 for the rows of x `(n, d)` that are held out. */
export function heldOutRows(x: Matrix, seed: number): Uint8Array {
  const bits = new Uint32Array(x.data.buffer, x.data.byteOffset, x.data.length);
  return Uint8Array.from({ length: x.rows }, (_, r) => (hashRow(bits.subarray(r * x.cols, (r + 1) * x.cols), seed).heldOut ? 1 : 0));
}

function step(hash: number, word: number): number {
  const mixed = hash ^ Math.imul((word << 15) | (word >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
