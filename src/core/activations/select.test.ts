import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kthLargest } from './select.ts';
import { topK } from './topk.ts';
import { CodesBuilder } from '../codes-builder.ts';

const manyTies = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
const distinct = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 });
const values = fc.oneof(manyTies, distinct);

describe('kthLargest', () => {
  it('is what sorting gives', () => {
    fc.assert(
      fc.property(values, fc.nat(), (list, n) => {
        const k = 1 + (n % list.length);
        const sorted = [...list].sort((a, b) => b - a);
        expect(kthLargest(Float64Array.from(list), k) === sorted[k - 1]).toBe(true);
      }),
    );
  });

  it('takes linear time on equal and on ordered entries', () => {
    expect(kthLargest(new Float64Array(300_000), 150_000)).toBe(0);
    expect(kthLargest(Float64Array.from({ length: 300_000 }, (_, i) => i), 1)).toBe(299_999);
  });
});

describe('topK', () => {
  it('keeps the k largest, of equal ones the first', () => {
    fc.assert(
      fc.property(manyTies, fc.nat(70), fc.boolean(), (list, k, keepNegative) => {
        const codes = new CodesBuilder(1, list.length);
        topK(k, list.length, keepNegative)(Float64Array.from(list), codes);
        codes.endRow();
        const { indices, values: kept } = codes.finish();
        const expected = list
          .map((value, index) => ({ value, index }))
          .sort((a, b) => b.value - a.value || a.index - b.index)
          .slice(0, k)
          .filter(({ value }) => value > 0 || (keepNegative && value < 0))
          .sort((a, b) => a.index - b.index);
        expect([...indices]).toEqual(expected.map((e) => e.index));
        expect([...kept]).toEqual(expected.map((e) => e.value));
      }),
    );
  });
});
