/**
 * What every backend of the encoder has to do, against a plain float64 reference that shares no code with any of them.
 * Run by encode.test.ts on the CPU and by encode.browser.test.ts on WebGPU.
 */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../core/errors.ts';
import { codeRow, matrix, rowOf } from '../../../core/tensor.ts';
import { gaussians, randomDictionary, referencePreCodes, thetaOf } from './testing.ts';
import type { Activation, Comparator, Dictionary } from '../../../core/dictionary.ts';
import type { Matrix, SparseCodes } from '../../../core/tensor.ts';
import type { EncodeTuning } from './plan.ts';

export interface EncodeBackend {
  readonly name: string;
  /** `tuning` reaches rare paths; a backend without them ignores it. */
  readonly encode: (dictionary: Dictionary, x: Matrix, tuning?: Partial<EncodeTuning>) => Promise<SparseCodes>;
}

const COMPARATORS: readonly Comparator[] = ['>', '>='];

/** Rows, d, c: one of everything, odd ones, and both sides of the tiles of 64, the vec4s and the eight matvec rows. */
const SHAPES = [
  [1, 1, 1],
  [1, 5, 3],
  [1, 64, 257],
  [3, 7, 65],
  [8, 16, 64],
  [9, 33, 130],
  [64, 12, 64],
  [65, 30, 67],
  [129, 18, 200],
] as const;

export function encodeProperties({ name, encode }: EncodeBackend): void {
  describe(`encode on ${name}`, () => {
    for (const [rows, d, c] of SHAPES) {
      it(`agrees with float64 for ${rows} rows, d = ${d}, c = ${c}`, async () => {
        const x = matrix(rows, d, gaussians(rows * d, rows + d));
        for (const act of activations(c)) {
          const dictionary = randomDictionary(d, c, act, c);
          expectReference(await encode(dictionary, x), dictionary, x);
        }
      });
    }

    it('gives no rows for no rows', async () => {
      const codes = await encode(randomDictionary(6, 9, { kind: 'relu' }), matrix(0, 6));
      expect(codes).toEqual({ rows: 0, cols: 9, indptr: new Uint32Array(1), indices: new Uint32Array(), values: new Float32Array() });
    });

    it('gives an empty row, and the right ones around it, for a row without active concepts', async () => {
      const dictionary = { ...randomDictionary(4, 6, { kind: 'relu' }), b_enc: new Float32Array(6), b_pre: new Float32Array(4) };
      const x = matrix(3, 4, gaussians(12, 5));
      x.data.fill(0, 4, 8);
      const codes = await encode(dictionary, x);
      expectReference(codes, dictionary, x);
      expect(codeRow(codes, 1).indices.length).toBe(0);
      expect(codes.indices.length).toBeGreaterThan(0);
    });

    for (const cmp of COMPARATORS) {
      it(`decides exact ties by ${cmp}, for few rows and for many`, async () => {
        // Pre-codes are multiples of 1/8 and so exact; concept j of every row is j/8, and θ = 5/8.
        const d = 3;
        const c = 70;
        const W_enc = new Float32Array(d * c);
        for (let j = 0; j < c; j++) for (let i = 0; i < d; i++) W_enc[i * c + j] = [j / 8, -0.75, 0.25][i] ?? 0;
        for (const rows of [1, 9]) {
          const x = matrix(rows, d, new Float32Array(rows * d).map((_, i) => [1, 2, 6][i % 3] ?? 0));
          for (const act of [
            { kind: 'batchtopk', k: 1, theta: 0.625, cmp },
            { kind: 'jumprelu', theta: new Float32Array(c).fill(0.625), cmp },
          ] satisfies Activation[]) {
            const zero = { W_enc, b_enc: new Float32Array(c), b_pre: new Float32Array(d) };
            const codes = await encode({ ...randomDictionary(d, c, act), ...zero }, x);
            const first = cmp === '>=' ? 5 : 6;
            for (let r = 0; r < rows; r++) {
              const { indices, values } = codeRow(codes, r);
              expect([...indices]).toEqual(Array.from({ length: c - first }, (_, i) => first + i));
              expect([...values]).toEqual(Array.from(indices, (j) => j / 8));
            }
          }
        }
      });

      it(`takes no zero for active at θ = 0 and ${cmp}`, async () => {
        const zero = { W_enc: new Float32Array(6), b_enc: Float32Array.of(0, 1, -1), b_pre: new Float32Array(2) };
        const dictionary = { ...randomDictionary(2, 3, { kind: 'batchtopk', k: 1, theta: 0, cmp }), ...zero };
        const codes = await encode(dictionary, matrix(1, 2, Float32Array.of(1, 1)));
        expect([...codes.indices]).toEqual([1]);
        expect([...codes.values]).toEqual([1]);
      });
    }

    it('compares each concept with its own θ, also infinite and negative ones', async () => {
      const c = 130;
      const theta = Float32Array.from({ length: c }, (_, j) => [0.1 * (j % 7), Infinity, -0.5, 0, -Infinity][j % 5] ?? 0);
      for (const cmp of COMPARATORS) {
        const dictionary = randomDictionary(11, c, { kind: 'jumprelu', theta, cmp });
        const x = matrix(10, 11, gaussians(110, 3));
        const codes = await encode(dictionary, x);
        expectReference(codes, dictionary, x);
        expect([...codes.indices].some((j) => theta[j] === Infinity)).toBe(false);
        expect([...codes.indices].some((j) => theta[j] === -Infinity)).toBe(true);
      }
    });

    for (const bad of [NaN, Infinity, -Infinity]) {
      it(`refuses ${bad} and names the row, also behind a chunk boundary`, async () => {
        const dictionary = randomDictionary(6, 10, { kind: 'relu' });
        for (const [rows, row] of [[1, 0], [20, 13]] as const) {
          const x = matrix(rows, 6, gaussians(rows * 6, 4));
          x.data[row * 6 + 4] = bad;
          const refusal = expect(encode(dictionary, x, { chunkRows: 5 })).rejects;
          await refusal.toThrow(InputError);
          await refusal.toThrow(new RegExp(`row ${row}\\b`));
        }
      });
    }

    it('keeps nothing for k = 0: θ, which alone decides at inference, is then above every pre-code', async () => {
      const x = matrix(9, 5, gaussians(45, 6));
      const plain = randomDictionary(5, 70, { kind: 'relu' });
      const largest = Math.max(...Array.from({ length: 9 }, (_, r) => Math.max(...referencePreCodes(plain, rowOf(x, r)))));
      for (const theta of [largest * 1.000001, Infinity]) {
        const codes = await encode({ ...plain, act: { kind: 'batchtopk', k: 0, theta, cmp: '>=' } }, x);
        expect([...codes.indptr]).toEqual(new Array(10).fill(0));
        expect([codes.indices.length, codes.values.length]).toEqual([0, 0]);
      }
      const one = await encode({ ...plain, act: { kind: 'batchtopk', k: 0, theta: largest * 0.999999, cmp: '>=' } }, x);
      expect(one.values.length).toBe(1);
    });

    it('refuses BatchTopK without θ, and embeddings of another width', async () => {
      const x = matrix(2, 5, gaussians(10, 7));
      const act: Activation = { kind: 'batchtopk', k: 3, theta: null, cmp: '>=' };
      await expect(encode(randomDictionary(5, 8, act), x)).rejects.toThrow(InputError);
      await expect(encode(randomDictionary(6, 8, { kind: 'relu' }), x)).rejects.toThrow(/5 dimensions/);
    });

    it('does not depend on chunks, blocks of concepts, room for entries or the other rows', async () => {
      const d = 13;
      const c = 150;
      const x = matrix(23, d, gaussians(23 * d, 8));
      for (const act of activations(c)) {
        const dictionary = randomDictionary(d, c, act);
        const whole = await encode(dictionary, x);
        expectReference(whole, dictionary, x);
        // 2240 bytes hold 35 of the 150 padded weight rows, and force one row a chunk.
        for (const tuning of [{ chunkRows: 7 }, { minEntries: 1 }, { bufferBytes: 2240 }, { matvecRows: 0 }, { matvecRows: 100 }]) {
          expect(await encode(dictionary, x, tuning), JSON.stringify(tuning)).toEqual(whole);
        }
        const alone = await encode(dictionary, matrix(1, d, rowOf(x, 17).slice()));
        expect({ ...codeRow(alone, 0) }).toEqual({ ...codeRow(whole, 17) });
      }
    });

    it('survives the overflow of its entries in every chunk', async () => {
      const c = 300;
      // Every bias is above every product: all codes are active.
      const dictionary = { ...randomDictionary(4, c, { kind: 'jumprelu', theta: new Float32Array(c).fill(0.5), cmp: '>' }), b_enc: new Float32Array(c).fill(100) };
      const x = matrix(40, 4, gaussians(160, 9));
      const codes = await encode(dictionary, x, { chunkRows: 15, minEntries: 2 });
      expectReference(codes, dictionary, x);
      expect(codes.indices.length).toBe(40 * c);
    });

    it('decides right where sums in float32 would not', async () => {
      const d = 512;
      const c = 128;
      // One row for matvec and twelve equal ones for the tiles; θ lies 2e-7 of the pre-code beside it.
      const row = gaussians(d, 15).map((value) => 10 * value);
      const plain = randomDictionary(d, c, { kind: 'relu' });
      const pre = referencePreCodes(plain, row);
      const theta = Float32Array.from(pre, (p, j) => Math.fround(p * (1 + (j % 2 === 0 ? 2e-7 : -2e-7))));
      const expected = Array.from(pre.keys()).filter((j) => (pre[j] ?? 0) > Math.max(0, theta[j] ?? 0));
      expect(expected.length).toBeGreaterThan(20);
      expect(expected.length).toBeLessThan(50);
      for (const rows of [1, 12]) {
        const x = matrix(rows, d, new Float32Array(rows * d).map((_, i) => row[i % d] ?? 0));
        const codes = await encode({ ...plain, act: { kind: 'jumprelu', theta, cmp: '>' } }, x);
        for (let r = 0; r < rows; r++) expect([...codeRow(codes, r).indices]).toEqual(expected);
      }
    });

    it('keeps 1e-5 where |x| ~ 10, b_pre cancels most of it and the codes are small', async () => {
      const d = 96;
      const c = 64;
      const x = matrix(12, d, gaussians(12 * d, 10).map((value) => 10 + 0.001 * value));
      for (const act of [{ kind: 'relu' }, { kind: 'batchtopk', k: 4, theta: 1e-3, cmp: '>=' }] satisfies Activation[]) {
        const dictionary = { ...randomDictionary(d, c, act), b_pre: new Float32Array(d).fill(10), b_enc: new Float32Array(c) };
        const codes = await encode(dictionary, x);
        expectReference(codes, dictionary, x);
        expect(Math.max(...codes.values)).toBeLessThan(0.02);
        expect(codes.values.length).toBeGreaterThan(c);
      }
    });

    for (const norm of [
      { kind: 'none', mean: gaussians(18, 11) },
      { kind: 'constant', scale: 3.7, mean: gaussians(18, 12) },
      { kind: 'constant', scale: -0.6 },
      { kind: 'rowNorm', mean: gaussians(18, 13) },
      { kind: 'layerNorm' },
    ] as const) {
      it(`applies the input norm ${norm.kind}${'mean' in norm ? ' with a mean' : ''}${'scale' in norm ? ` of ${norm.scale}` : ''}`, async () => {
        for (const act of activations(75)) {
          const dictionary = { ...randomDictionary(18, 75, act), norm };
          const x = matrix(10, 18, gaussians(180, 14));
          expectReference(await encode(dictionary, x), dictionary, x);
        }
      });
    }
  });
}

function activations(c: number): Activation[] {
  return [
    { kind: 'relu' },
    { kind: 'batchtopk', k: 4, theta: 0.4, cmp: '>=' },
    { kind: 'jumprelu', theta: gaussians(c, 2).map(Math.abs), cmp: '>' },
  ];
}

/** The contract: active sets equal unless within 1e-6 of θ, values within 1e-5, rows ascending. */
export function expectReference(codes: SparseCodes, dictionary: Dictionary, x: Matrix): void {
  expect([codes.rows, codes.cols, codes.indptr.length]).toEqual([x.rows, dictionary.c, x.rows + 1]);
  expect(codes.indices.length).toBe(codes.values.length);
  expect(codes.indptr[x.rows]).toBe(codes.indices.length);
  const problems: string[] = [];
  for (let r = 0; r < x.rows; r++) {
    const pre = referencePreCodes(dictionary, rowOf(x, r));
    const { indices, values } = codeRow(codes, r);
    const got = new Map<number, number>();
    for (let e = 0; e < indices.length; e++) {
      if (e > 0 && (indices[e] ?? 0) <= (indices[e - 1] ?? 0)) problems.push(`row ${r}: entry ${e} does not ascend`);
      got.set(indices[e] ?? -1, values[e] ?? NaN);
    }
    for (let j = 0; j < dictionary.c; j++) {
      const p = pre[j] ?? NaN;
      const { theta, inclusive } = thetaOf(dictionary.act, j);
      const active = p > 0 && (p > theta || (inclusive && p === theta));
      const value = got.get(j);
      if (value === undefined ? active : !active) {
        if (Math.abs(p - Math.max(0, theta)) > 1e-6) problems.push(`row ${r}, concept ${j}: ${String(value)} where pre is ${p} and θ ${theta}`);
      } else if (value !== undefined && !(Math.abs(value - p) <= 1e-5 * p)) {
        problems.push(`row ${r}, concept ${j}: ${value} where float64 gives ${p}`);
      }
    }
  }
  expect(problems).toEqual([]);
}
