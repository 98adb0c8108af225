import { describe, expect, it } from 'vitest';
import { random, tinyDictionary, unitRows } from '../../tests/support/tiny-pack.ts';
import { encode } from '../core/encode.ts';
import { codeRow, type SparseCodes } from '../core/tensor.ts';
import { byConcept, conceptStatistics } from './statistics.ts';

function codesOf(rows: number, seed: number): SparseCodes {
  const next = random(seed);
  return encode(tinyDictionary(20, 6, 0.35, random(5)), unitRows(rows, 6, next));
}

/** Dense `(rows, c)` table of the codes. */
function dense(codes: SparseCodes): number[][] {
  return Array.from({ length: codes.rows }, (_, r) => {
    const row = new Array<number>(codes.cols).fill(0);
    const { indices, values } = codeRow(codes, r);
    indices.forEach((index, e) => { row[index] = values[e] ?? 0; });
    return row;
  });
}

describe('conceptStatistics', () => {
  const images = codesOf(31, 1);
  const texts = codesOf(47, 2);
  const found = conceptStatistics(images, texts, 5);

  it('agrees with a dense table', () => {
    for (const [codes, energies, frequencies, tops] of [
      [images, found.energyImages, found.frequencyImages, found.topImages],
      [texts, found.energyTexts, found.frequencyTexts, found.topTexts],
    ] as const) {
      const table = dense(codes);
      for (let i = 0; i < codes.cols; i++) {
        const column = table.map((row) => row[i] ?? 0);
        expect(energies[i]).toBeCloseTo(column.reduce((a, b) => a + b, 0) / codes.rows, 12);
        expect(frequencies[i]).toBeCloseTo(column.filter((z) => z > 0).length / codes.rows, 12);
        const best = column.map((activation, item) => ({ item, activation })).filter(({ activation }) => activation > 0);
        best.sort((a, b) => b.activation - a.activation || a.item - b.item);
        expect(tops[i]).toEqual(best.slice(0, 5));
      }
    }
    expect(found.topImages.some((list) => list.length === 5)).toBe(true);
  });

  it('does not tilt when every text is there five times', () => {
    const indptr = new Uint32Array(texts.rows * 5 + 1);
    for (let r = 0; r < texts.rows * 5; r++) indptr[r + 1] = (indptr[r] ?? 0) + codeRow(texts, r % texts.rows).indices.length;
    const repeat = <T>(all: Iterable<T>): T[] => Array.from({ length: 5 }, () => [...all]).flat();
    const five = { rows: texts.rows * 5, cols: texts.cols, indptr, indices: Uint32Array.from(repeat(texts.indices)), values: Float32Array.from(repeat(texts.values)) };
    const tilted = conceptStatistics(images, five, 5).modality;
    found.modality.forEach((score, i) => { expect(tilted[i]).toBeCloseTo(score, 12); });
  });

  it('has scores in 0 … 1, complementary when the modalities change places, and none for dead concepts', () => {
    const turned = conceptStatistics(texts, images, 5).modality;
    found.modality.forEach((score, i) => { expect(score + (turned[i] ?? 0)).toBeCloseTo(1, 12); });
    found.modality.forEach((score) => { expect(score >= 0 && score <= 1).toBe(true); });
    const none = conceptStatistics(encode(tinyDictionary(3, 6, 2, random(1)), unitRows(4, 6, random(2))), encode(tinyDictionary(3, 6, 2, random(1)), unitRows(4, 6, random(3))), 1);
    expect([...none.modality]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(none.topImages).toEqual([[], [], []]);
  });
});

describe('byConcept', () => {
  it('keeps every activation once', () => {
    const codes = codesOf(31, 1);
    const lists = byConcept(codes);
    expect(lists.reduce((sum, list) => sum + list.length, 0)).toBe(codes.values.length);
  });
});
