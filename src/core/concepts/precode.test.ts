import { describe, expect, it } from 'vitest';
import { encode, preCodes } from '../encode.ts';
import { InputError } from '../errors.ts';
import { Random } from '../random.ts';
import { codeRow, matrix, type Matrix } from '../tensor.ts';
import { conceptPrecodes, thresholdOf } from './precode.ts';
import type { Activation, Dictionary, InputNorm } from '../dictionary.ts';

const [d, c, n] = [11, 9, 150];
const random = new Random(5);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
const x = matrix(n, d, numbers(n * d));

function dictionaryOf(act: Activation, norm: InputNorm = { kind: 'none' }): Dictionary {
  const encoder = act.kind !== 'mp' && act.kind !== 'omp';
  return { d, c, W_enc: numbers(encoder ? d * c : 0), b_enc: numbers(encoder ? c : 0), W_dec: numbers(c * d), b_dec: numbers(d), b_pre: numbers(d), act, norm, notes: [], source: 'test' };
}

const batchtopk: Activation = { kind: 'batchtopk', k: 2, theta: 1.5, cmp: '>=' };
const jumprelu: Activation = { kind: 'jumprelu', theta: Float32Array.from({ length: c }, (_, i) => i / 4), cmp: '>=' };

/** Column of the pre-codes of all concepts, not below 0. */
function column(dictionary: Dictionary, concept: number): number[] {
  const all = preCodes(dictionary, x);
  return Array.from({ length: n }, (_, r) => Math.max(0, all.data[r * c + concept] ?? Number.NaN));
}

describe('conceptPrecodes', () => {
  const cases: [string, Dictionary][] = [
    ['relu', dictionaryOf({ kind: 'relu' })],
    ['topk', dictionaryOf({ kind: 'topk', k: 2, relu: true })],
    ['batchtopk of scaled rows', dictionaryOf(batchtopk, { kind: 'rowNorm', mean: numbers(d) })],
    ['jumprelu of standardised rows', dictionaryOf(jumprelu, { kind: 'layerNorm' })],
    ['gated', dictionaryOf({ kind: 'gated', bGate: numbers(c), bMag: numbers(c), rMag: numbers(c) }, { kind: 'constant', scale: 3 })],
    ['no encoder bias', { ...dictionaryOf({ kind: 'relu' }), b_enc: new Float32Array() }],
    ['a LayerNorm over the pre-codes', { ...dictionaryOf({ kind: 'relu' }), preNorm: { kind: 'layerNorm', gamma: numbers(c), beta: numbers(c), eps: 1e-5 } }],
    ['mp', dictionaryOf({ kind: 'mp', k: 3 })],
    ['omp', dictionaryOf({ kind: 'omp', k: 3, maxIter: 10 })],
  ];
  it.each(cases)('is the column of all pre-codes: %s', (_name, dictionary) => {
    for (const concept of [0, 4, c - 1]) {
      const precodes = conceptPrecodes(dictionary, x, concept);
      expect([...precodes]).toEqual(column(dictionary, concept));
      expect(precodes.some((value) => value > 0)).toBe(true);
    }
  });

  it('is for matching pursuit the correlation with the atom', () => {
    const dictionary = dictionaryOf({ kind: 'mp', k: 3 });
    const precodes = conceptPrecodes(dictionary, x, 2);
    for (let r = 0; r < n; r++) {
      let dot = 0;
      for (let t = 0; t < d; t++) dot += ((x.data[r * d + t] ?? 0) - (dictionary.b_pre[t] ?? 0)) * (dictionary.W_dec[2 * d + t] ?? 0);
      expect(precodes[r]).toBeCloseTo(Math.max(0, dot), 5);
    }
  });

  it.each([['batchtopk', batchtopk], ['jumprelu', jumprelu]] as const)('reaches θ just where the concept is active: %s', (_name, act) => {
    const dictionary = dictionaryOf(act);
    const codes = encode(dictionary, x);
    for (const concept of [1, 6]) {
      const precodes = conceptPrecodes(dictionary, x, concept);
      const theta = thresholdOf(dictionary, concept) ?? Number.NaN;
      for (let r = 0; r < n; r++) {
        const { indices, values } = codeRow(codes, r);
        const code = values[indices.indexOf(concept)] ?? 0;
        const precode = precodes[r] ?? Number.NaN;
        expect(code).toBe(precode > 0 && precode >= theta ? precode : 0);
      }
    }
  });

  const broken: Matrix = matrix(100, d, Float32Array.from({ length: 100 * d }, (_, at) => (at === 70 * d + 3 ? Number.NaN : 1)));
  it.each(cases)('names the row that is not finite: %s', (_name, dictionary) => {
    expect(() => conceptPrecodes(dictionary, broken, 0)).toThrow('row 70: the embedding has NaN at position 3');
  });

  it('refuses rows of another width and concepts that there are not', () => {
    const dictionary = dictionaryOf({ kind: 'relu' });
    expect(() => conceptPrecodes(dictionary, matrix(2, d + 1), 0)).toThrow(InputError);
    expect(() => conceptPrecodes(dictionary, x, c)).toThrow(`concept ${c} of ${c}`);
  });
});

describe('thresholdOf', () => {
  it('is θ where there is one', () => {
    expect(thresholdOf(dictionaryOf(batchtopk), 3)).toBe(1.5);
    expect(thresholdOf(dictionaryOf(jumprelu), 3)).toBe(0.75);
    expect(thresholdOf(dictionaryOf({ kind: 'batchtopk', k: 2, theta: null, cmp: '>' }), 3)).toBeNull();
    expect(thresholdOf(dictionaryOf({ kind: 'topk', k: 2, relu: true }), 3)).toBeNull();
    expect(thresholdOf(dictionaryOf({ kind: 'mp', k: 2 }), 3)).toBeNull();
  });
});
