import { describe, expect, it } from 'vitest';
import { cutTokens, padTokens } from './tokens.ts';

describe('cutTokens', () => {
  const ids = [2, 10, 11, 12, 13, 3];

  it('leaves what fits', () => {
    expect(cutTokens(ids, { maxTokens: 6, keepLast: false })).toEqual(ids);
    expect(cutTokens([], { maxTokens: 6, keepLast: true })).toEqual([]);
  });

  it('cuts plainly, as transformers.js does, or keeps the end token, as CLIP needs', () => {
    expect(cutTokens(ids, { maxTokens: 4, keepLast: false })).toEqual([2, 10, 11, 12]);
    expect(cutTokens(ids, { maxTokens: 4, keepLast: true })).toEqual([2, 10, 11, 3]);
    expect(cutTokens(ids, { maxTokens: 1, keepLast: true })).toEqual([3]);
  });
});

describe('padTokens', () => {
  it('pads to the longest row and masks the padding', () => {
    const batch = padTokens([[2, 10, 3], [2, 3]], 7, 1, 32);
    expect(batch).toMatchObject({ rows: 2, length: 3 });
    expect([...batch.ids]).toEqual([2n, 10n, 3n, 2n, 3n, 7n]);
    expect([...batch.mask]).toEqual([1n, 1n, 1n, 1n, 1n, 0n]);
  });

  it('rounds the length up to a multiple, but not beyond what the model takes', () => {
    expect(padTokens([[1, 2, 3]], 0, 8, 32).length).toBe(8);
    expect(padTokens([Array.from({ length: 30 }, () => 1)], 0, 8, 30).length).toBe(30);
    expect(padTokens([Array.from({ length: 17 }, () => 1)], 0, 8, 20).length).toBe(20);
  });

  it('has at least one column, so that a text without tokens is still a row', () => {
    expect(padTokens([[]], 5, 1, 32)).toMatchObject({ rows: 1, length: 1, ids: new BigInt64Array([5n]), mask: new BigInt64Array([0n]) });
  });
});
