import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overcomplete as reference, toMatrix } from '../../tests/fixtures/core/load.ts';
import { CodesBuilder } from './codes-builder.ts';
import { decode } from './decode.ts';
import { BIAS, explainPair } from './pair.ts';
import { rowOf } from './tensor.ts';
import type { Dictionary, InputNorm } from './dictionary.ts';
import type { Contribution } from './pair.ts';
import type { SparseCodes, SparseRow } from './tensor.ts';

const d = 5;
const c = 7;
const entry = fc.float({ min: -2, max: 2, noNaN: true });
const vector = fc.array(entry, { minLength: d, maxLength: d }).map((v) => Float32Array.from(v));
const norm: fc.Arbitrary<InputNorm> = fc.oneof(
  fc.constant<InputNorm>({ kind: 'none' }),
  fc.record({ kind: fc.constant('none' as const), mean: vector }),
  fc.record({ kind: fc.constant('constant' as const), scale: fc.constantFrom(0.5, -3, 7), mean: fc.option(vector, { nil: undefined }) }),
);
const dictionary: fc.Arbitrary<Dictionary> = fc
  .record({
    W_dec: fc.array(entry, { minLength: c * d, maxLength: c * d }).map((v) => Float32Array.from(v)),
    b_dec: fc.oneof(vector, fc.constant(new Float32Array(d))),
    norm,
  })
  .map((some) => ({
    ...some,
    d,
    c,
    W_enc: new Float32Array(),
    b_enc: new Float32Array(),
    b_pre: some.b_dec,
    act: { kind: 'mp', k: 1 },
    notes: [],
    source: 'test',
  }));
const code: fc.Arbitrary<SparseRow> = fc
  .uniqueArray(fc.tuple(fc.nat(c - 1), entry), { selector: ([i]) => i, maxLength: c })
  .map((pairs) => pairs.sort(([i], [j]) => i - j))
  .map((pairs) => ({ indices: Uint32Array.from(pairs, ([i]) => i), values: Float32Array.from(pairs, ([, v]) => v) }));

function asCodes(...rows: readonly SparseRow[]): SparseCodes {
  const codes = new CodesBuilder(rows.length, c);
  for (const { indices, values } of rows) {
    for (let e = 0; e < indices.length; e++) codes.push(indices[e] ?? Number.NaN, values[e] ?? Number.NaN);
    codes.endRow();
  }
  return codes.finish();
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * (b[i] ?? Number.NaN), 0);
const sum = (terms: readonly Contribution[]): number => terms.reduce((s, { value }) => s + value, 0);
const isBias = ({ i, j }: Contribution): boolean => i === BIAS || j === BIAS;

describe('explainPair', () => {
  it('splits the dot product of the two reconstructions, exactly', () => {
    fc.assert(
      fc.property(dictionary, code, code, entry, (some, zA, zB, similarity) => {
        const explanation = explainPair(some, zA, zB, similarity);
        const decoded = decode(some, asCodes(zA, zB));
        const expected = dot(rowOf(decoded, 0), rowOf(decoded, 1));
        const size = Math.hypot(...rowOf(decoded, 0)) * Math.hypot(...rowOf(decoded, 1));
        // decode() rounds to float32; cancellation inside it makes the absolute error grow with the atoms.
        const slack = 1e-5 * (1 + size + explanation.contributions.reduce((s, { value }) => s + Math.abs(value), 0));
        expect(Math.abs(explanation.reconstructed - expected)).toBeLessThan(slack);
        expect(Math.abs(sum(explanation.contributions) - explanation.reconstructed)).toBeLessThan(1e-9 * (1 + slack * 1e5));
        expect(Math.abs(sum(explanation.contributions.filter(isBias)) - explanation.bias)).toBeLessThan(1e-9 * (1 + slack * 1e5));
        expect(explanation.reconstructed + explanation.residual).toBeCloseTo(similarity, 9);
        expect(explanation.similarity).toBe(similarity);
      }),
    );
  });

  it('lists concept pairs by falling magnitude, then the bias terms', () => {
    fc.assert(
      fc.property(dictionary, code, code, (some, zA, zB) => {
        const { contributions } = explainPair(some, zA, zB, 0);
        const pairs = contributions.filter((t) => !isBias(t));
        const biasTerms = contributions.filter(isBias);
        expect(contributions).toEqual([...pairs, ...biasTerms]);
        for (const terms of [pairs, biasTerms]) {
          const sizes = terms.map(({ value }) => Math.abs(value));
          expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        }
        expect(pairs).toHaveLength(zA.indices.length * zB.indices.length);
        const hasBias = some.b_dec.some((v) => v !== 0) || some.norm.mean?.some((v) => v !== 0) === true;
        if (!hasBias) expect(biasTerms).toEqual([]);
      }),
    );
  });

  it('swaps with its probes', () => {
    const key = ({ i, j, value }: Contribution): string => `${i} ${j} ${value}`;
    fc.assert(
      fc.property(dictionary, code, code, entry, (some, zA, zB, similarity) => {
        const ab = explainPair(some, zA, zB, similarity);
        const ba = explainPair(some, zB, zA, similarity);
        expect(ba.contributions.map(({ i, j, value }) => key({ i: j, j: i, value })).sort()).toEqual(ab.contributions.map(key).sort());
        expect(ba.reconstructed).toBeCloseTo(ab.reconstructed, 9);
        expect(ba.residual).toBeCloseTo(ab.residual, 9);
      }),
    );
  });

  it('averaged over the matched pairs is the bridge score of overcomplete', () => {
    const n = reference.n_pairs;
    const z = toMatrix(reference.batchtopk_eval.z);
    const row = (r: number): SparseRow => ({ indices: Uint32Array.from({ length: reference.c }, (_, i) => i), values: rowOf(z, r) });
    const W_dec = Float32Array.from(reference.dict_unit.data);
    const zero = new Float32Array(reference.d);
    const none = new Float32Array();
    const overcomplete: Dictionary = {
      d: reference.d, c: reference.c, W_enc: none, b_enc: none, W_dec, b_dec: zero, b_pre: zero,
      act: { kind: 'relu' }, norm: { kind: 'none' }, notes: [], source: 'overcomplete',
    };
    const bridge = new Float64Array(reference.c ** 2);
    for (let p = 0; p < n; p++) {
      for (const { i, j, value } of explainPair(overcomplete, row(p), row(n + p), 0).contributions) {
        const at = i * reference.c + j;
        bridge[at] = (bridge[at] ?? 0) + value / n;
      }
    }
    bridge.forEach((value, at) => { expect(value).toBeCloseTo(reference.metrics.bridge.data[at] ?? Number.NaN, 5); });
    expect(bridge.reduce((s, v) => s + v, 0)).toBeCloseTo(1.312292, 4);
  });

  it('leaves the residual open where the similarity is not known', () => {
    fc.assert(
      fc.property(dictionary, code, (some, z) => {
        const { residual, reconstructed } = explainPair(some, z, z, Number.NaN);
        expect(residual).toBeNaN();
        expect(reconstructed).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it('refuses what it cannot split or does not know', () => {
    const [some] = fc.sample(dictionary, 1);
    if (some === undefined) throw new Error('no sample');
    const one: SparseRow = { indices: [1], values: [0.5] };
    for (const kind of ['rowNorm', 'layerNorm'] as const) {
      expect(() => explainPair({ ...some, norm: { kind } }, one, one, 0)).toThrow(expect.objectContaining({ name: 'InputError' }));
    }
    expect(() => explainPair(some, one, { indices: [c], values: [1] }, 0)).toThrow(/second probe: concept 7 is not one of the dictionary's 7/);
    const crowd: SparseRow = { indices: new Uint32Array(2000), values: new Float32Array(2000) };
    expect(() => explainPair(some, crowd, crowd, 0)).toThrow(/too many/);
  });
});
