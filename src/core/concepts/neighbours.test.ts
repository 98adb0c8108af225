import { describe, expect, it } from 'vitest';
import { CodesBuilder } from '../codes-builder.ts';
import { cosine } from '../metrics.ts';
import { Random } from '../random.ts';
import { codeRow, matrix, rowOf, type SparseCodes } from '../tensor.ts';
import { coactivating, nearestByCosine, wordsOf } from './neighbours.ts';
import type { Dictionary } from '../dictionary.ts';

const [d, c] = [9, 40];
const random = new Random(13);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

function dictionaryOf(W_dec: Float32Array): Dictionary {
  return { d, c, W_enc: new Float32Array(), b_enc: new Float32Array(), W_dec, b_dec: new Float32Array(d), b_pre: new Float32Array(d), act: { kind: 'mp', k: 3 }, norm: { kind: 'none' }, notes: [], source: 'test' };
}

const dictionary = dictionaryOf(numbers(c * d).fill(0, 5 * d, 6 * d));
const atom = (i: number): Float32Array => rowOf(matrix(c, d, dictionary.W_dec), i);

describe('nearestByCosine', () => {
  it('are the atoms with the highest cosine, itself not among them', () => {
    const all = Array.from({ length: c }, (_, i) => ({ concept: i, value: cosine(atom(7), atom(i)) })).filter(({ concept }) => concept !== 7);
    const expected = all.sort((a, b) => b.value - a.value).slice(0, 6);
    const near = nearestByCosine(dictionary, 7, 6);
    expect(near.map(({ concept }) => concept)).toEqual(expected.map(({ concept }) => concept));
    for (const [at, { value }] of expected.entries()) expect(near[at]?.value).toBeCloseTo(value, 12);
  });

  it('does not divide by an atom of zero', () => {
    expect(nearestByCosine(dictionary, 5, 2)).toEqual([{ concept: 0, value: 0 }, { concept: 1, value: 0 }]);
    expect(nearestByCosine(dictionary, 7, c).find(({ concept }) => concept === 5)?.value).toBe(0);
  });
});

describe('coactivating', () => {
  /** Concepts come in blocks of four that wake together, with noise. */
  function codesOf(rows: number): SparseCodes {
    const codes = new CodesBuilder(rows, c);
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < c; i++) if (random.uniform() < (Math.floor(i / 4) === r % 10 ? 0.6 : 0.05)) codes.push(i, random.uniform() < 0.1 ? -1 : 1);
      codes.endRow();
    }
    return codes.finish();
  }
  const parts = [codesOf(70), codesOf(45)];
  const rowsOf = (concept: number): Set<string> => {
    const rows = new Set<string>();
    for (const [part, codes] of parts.entries()) {
      for (let r = 0; r < codes.rows; r++) {
        const { indices, values } = codeRow(codes, r);
        if ((values[indices.indexOf(concept)] ?? 0) > 0) rows.add(`${part}:${r}`);
      }
    }
    return rows;
  };

  it('are those with the highest Jaccard index that share at least three rows', () => {
    for (const concept of [0, 6, 21]) {
      const mine = rowsOf(concept);
      const all = Array.from({ length: c }, (_, i) => {
        const own = rowsOf(i);
        const common = [...own].filter((row) => mine.has(row)).length;
        return { concept: i, common, value: common / new Set([...own, ...mine]).size };
      });
      const shared = all.filter(({ concept: i, common }) => i !== concept && common >= 3);
      expect(shared.length).toBeLessThan(c - 1);
      const expected = shared.sort((a, b) => b.value - a.value || a.concept - b.concept);
      expect(coactivating(parts, concept, c)).toEqual(expected.map(({ concept: i, value }) => ({ concept: i, value })));
      expect(coactivating(parts, concept, 2)).toEqual(coactivating(parts, concept, c).slice(0, 2));
    }
  });

  it('are none for a concept that is never active', () => {
    const codes: SparseCodes = { rows: 4, cols: 3, indptr: Uint32Array.of(0, 2, 4, 6, 8), indices: Uint32Array.of(0, 1, 0, 1, 0, 1, 0, 1), values: new Float32Array(8).fill(1) };
    expect(coactivating([codes], 2, 5)).toEqual([]);
    expect(coactivating([codes], 0, 5)).toEqual([{ concept: 1, value: 1 }]);
  });
});

describe('wordsOf', () => {
  it('are the texts that point its way once what all texts share is gone', () => {
    // All texts lie far along the first axis, and differ along the others.
    const texts = matrix(25, d, numbers(25 * d).map((value, at) => (at % d === 0 ? 20 + value : value)));
    const mean = Float64Array.from({ length: d }, (_, t) => Array.from({ length: 25 }, (_row, r) => texts.data[r * d + t] ?? 0).reduce((sum, value) => sum + value, 0) / 25);
    const expected = Array.from({ length: 25 }, (_, r) => ({ text: r, cosine: cosine(rowOf(texts, r).map((value, t) => value - (mean[t] ?? 0)), atom(3)) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, 8);
    const words = wordsOf(dictionary, 3, texts, 8);
    expect(words.map(({ text }) => text)).toEqual(expected.map(({ text }) => text));
    for (const [at, { cosine: value }] of expected.entries()) expect(words[at]?.cosine).toBeCloseTo(value, 5);
  });

  it('finds nothing among no texts', () => {
    expect(wordsOf(dictionary, 3, matrix(0, d), 8)).toEqual([]);
  });
});
