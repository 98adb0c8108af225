import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binOf, conceptHistogram } from './histogram.ts';

const precodes = fc.array(fc.oneof(fc.constant(0), fc.float({ min: 0, max: 50, noNaN: true })), { maxLength: 60 }).map((values) => Float32Array.from(values));

describe('conceptHistogram', () => {
  it('puts every pre-code above 0 between the edges of its bin', () => {
    fc.assert(
      fc.property(precodes, precodes, fc.integer({ min: 1, max: 48 }), (images, texts, bins) => {
        const histogram = conceptHistogram(images, texts, bins);
        const { edges } = histogram;
        expect(edges).toHaveLength(bins + 1);
        expect(edges[0]).toBe(0);
        const within = (values: Float32Array, b: number): number =>
          values.filter((value) => value > 0 && value >= (edges[b] ?? Infinity) && (value < (edges[b + 1] ?? 0) || (b === bins - 1 && value === edges[bins]))).length;
        expect(histogram.images).toEqual(Array.from({ length: bins }, (_, b) => within(images, b)));
        expect(histogram.texts).toEqual(Array.from({ length: bins }, (_, b) => within(texts, b)));
        expect(histogram.images.reduce((sum, count) => sum + count, 0) + histogram.silentImages).toBe(images.length);
        expect(histogram.texts.reduce((sum, count) => sum + count, 0) + histogram.silentTexts).toBe(texts.length);
      }),
      { numRuns: 300 },
    );
  });

  it('has the largest pre-code of both modalities as its end', () => {
    expect(conceptHistogram(Float32Array.of(0.5, 0), Float32Array.of(0, 0, 2), 4)).toEqual({ edges: [0, 0.5, 1, 1.5, 2], images: [0, 1, 0, 0], texts: [0, 0, 0, 1], silentImages: 1, silentTexts: 2 });
  });

  it('is empty, and not broken, for a concept that nothing wakes', () => {
    const { edges, images, silentImages } = conceptHistogram(new Float32Array(3), new Float32Array(), 2);
    expect([edges, images, silentImages]).toEqual([[0, 0.5, 1], [0, 0], 3]);
  });
});

describe('binOf', () => {
  /** The next double below a positive one. */
  function below(value: number): number {
    const bits = new BigUint64Array(Float64Array.of(value).buffer);
    bits[0] = (bits[0] ?? 0n) - 1n;
    return new Float64Array(bits.buffer)[0] ?? Number.NaN;
  }

  it.each([1, 0.3, 49, 1e-3])('puts an edge above itself and what is just below it below, up to %f', (top) => {
    for (let bins = 1; bins <= 64; bins++) {
      const edges = Array.from({ length: bins + 1 }, (_, b) => (top * b) / bins);
      expect(binOf(top, edges)).toBe(bins - 1);
      for (let b = 0; b < bins; b++) {
        expect(binOf(edges[b] ?? Number.NaN, edges)).toBe(b);
        expect(binOf(below(edges[b + 1] ?? Number.NaN), edges)).toBe(b);
      }
    }
  });
});
