import { describe, expect, it } from 'vitest';
import type { Probe } from '../../../state/model.ts';
import { columnsOf, MAX_COLUMNS, sections } from './columns.ts';
import { conceptRows, pairRows } from './match-rows.ts';
import { novelty, rankIn } from './novelty.ts';

/** A ready probe with the given code. */
function probe(key: string, kind: 'image' | 'text', code: Record<number, number>): Probe {
  const indices = Uint32Array.from(Object.keys(code).map(Number));
  return {
    key, kind, name: key, status: 'ready', thumbnail: null,
    readout: { kind, text: null, item: null, code: { indices, values: Object.values(code) }, cosine: 0.9, neighbours: { images: [], texts: [] } },
  };
}

describe('concept table', () => {
  const image = probe('a', 'image', { 1: 0.5, 2: 0.4 });
  const text = probe('b', 'text', { 2: 0.9, 3: 0.1 });
  it('sets shared, image-only and text-only concepts apart; every active concept appears once', () => {
    const parts = sections(columnsOf([image, text], null), 'activation', []);
    expect(parts.map(({ section, rows }) => [section, rows.map((r) => r.concept)])).toEqual([['shared', [2]], ['images', [1]], ['texts', [3]]]);
    expect(parts[0]?.rows[0]?.activations).toEqual([0.4, 0.9]);
  });
  it('compares probes of one modality with each other', () => {
    const parts = sections(columnsOf([image, probe('c', 'image', { 2: 0.2, 7: 1 })], null), 'activation', []);
    expect(parts.map(({ section, rows }) => [section, rows.map((r) => r.concept)])).toEqual([['common', [2]], ['single', [7, 1]]]);
  });
  it('sorts by number and by modality', () => {
    const by = (sort: 'number' | 'modality'): number[] => sections(columnsOf([text], null), sort, [null, null, 0.1, 0.9])[0]?.rows.map((r) => r.concept) ?? [];
    expect(by('number')).toEqual([2, 3]);
    expect(by('modality')).toEqual([3, 2]);
  });
  it('shows at most six probes and always the chosen pair', () => {
    const many = Array.from({ length: 20 }, (_, i) => probe(`p${String(i)}`, 'text', { [i]: 1 }));
    const pair = { a: 'p3', b: 'p19', explanation: { similarity: 0, reconstructed: 0, residual: 0, bias: 0, contributions: [] } };
    const keys = columnsOf(many, pair).map((p) => p.key);
    expect(keys).toHaveLength(MAX_COLUMNS);
    expect(keys).toEqual(expect.arrayContaining(['p3', 'p19']));
  });
});

describe('rows of a match', () => {
  const contributions = [
    { i: 1, j: 1, value: 0.4 }, { i: 1, j: 2, value: 0.3 }, { i: 2, j: 1, value: -0.2 }, { i: -1, j: 2, value: 9 }, { i: -1, j: -1, value: 9 },
  ];
  it('are the concept pairs, or the concepts with half of each pair, with the same sum and without the bias', () => {
    expect(pairRows(contributions).map((r) => r.concepts)).toEqual([[1], [1, 2], [2, 1]]);
    const total = (rows: readonly { value: number }[]): number => rows.reduce((sum, r) => sum + r.value, 0);
    expect(total(conceptRows(contributions))).toBeCloseTo(total(pairRows(contributions)), 12);
    expect(conceptRows(contributions)[0]?.concepts).toEqual([1]);
    expect(conceptRows(contributions)[0]?.value).toBeCloseTo(0.45, 12);
  });
});

describe('novelty', () => {
  const quantiles = Array.from({ length: 101 }, (_, i) => i / 100);
  const calibration = { reconstruction: quantiles, nearest: quantiles };
  const at = (cosine: number, nearest: number) =>
    novelty({ kind: 'text', text: '', item: null, code: { indices: new Uint32Array(), values: [] }, cosine, neighbours: { images: [], texts: [{ item: 0, cosine: nearest }] } }, { images: calibration, texts: calibration });
  it('warns below the pack’s own first percentile, by the worse of the two measures', () => {
    expect(at(0.5, 0.5)).toBeNull();
    expect(at(0.005, 0.5)?.measure).toBe('reconstruction');
    expect(at(0.5, -0.2)?.measure).toBe('nearest');
  });
  it('ranks inside the quantiles', () => {
    expect(rankIn(quantiles, -1)).toBe(0);
    expect(rankIn(quantiles, 0.255)).toBeCloseTo(0.26, 5);
    expect(rankIn(quantiles, 2)).toBe(1);
  });
});
