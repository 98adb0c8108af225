import type { TextRules } from './models.ts';

/** Token ids of a batch, padded to one length: `(rows, length)` row-major. */
export interface TokenBatch {
  readonly rows: number;
  readonly length: number;
  readonly ids: BigInt64Array;
  /** 1 where a token is, 0 where padding is. */
  readonly mask: BigInt64Array;
}

/** Cuts a text's token ids to what the model takes. */
export function cutTokens(ids: readonly number[], { maxTokens, keepLast }: TextRules): readonly number[] {
  if (ids.length <= maxTokens) return ids;
  const last = ids.at(-1);
  return keepLast && last !== undefined ? [...ids.slice(0, maxTokens - 1), last] : ids.slice(0, maxTokens);
}

/**
 * Pads rows of ids on the right to the longest one, rounded up to a multiple of `step` but not beyond `maxTokens`. On WebGPU
 * a new length compiles some shaders anew, so few lengths are better there; the mask keeps the result the same.
 */
export function padTokens(rows: readonly (readonly number[])[], padId: number, step: number, maxTokens: number): TokenBatch {
  const longest = Math.max(1, ...rows.map((row) => row.length));
  const length = Math.max(longest, Math.min(Math.ceil(longest / step) * step, maxTokens));
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * length);
  rows.forEach((row, r) => {
    row.forEach((id, i) => {
      ids[r * length + i] = BigInt(id);
      mask[r * length + i] = 1n;
    });
  });
  return { rows: rows.length, length, ids, mask };
}
