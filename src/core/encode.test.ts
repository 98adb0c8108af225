import { describe, expect, it } from 'vitest';
import { dense, overcomplete as reference, pursuit, saelens, stack, toMatrix, transposed } from '../../tests/fixtures/core/load.ts';
import { encode, preCodes } from './encode.ts';
import { decode } from './decode.ts';
import { l0, r2 } from './metrics.ts';
import { matrix, rowOf } from './tensor.ts';
import type { Activation, Dictionary, InputNorm } from './dictionary.ts';
import type { Matrix } from './tensor.ts';
import type { Tensor } from '../../tests/fixtures/core/load.ts';

const { d, c } = reference;
const x = stack(toMatrix(reference.images), toMatrix(reference.texts));

function overcompleteDictionary(act: Activation): Dictionary {
  const pursues = act.kind === 'mp' || act.kind === 'omp';
  return {
    d,
    c,
    W_enc: pursues ? new Float32Array() : transposed(reference.enc_w),
    b_enc: pursues ? new Float32Array() : Float32Array.from(reference.enc_b.data),
    W_dec: Float32Array.from(reference.dict_unit.data),
    b_dec: new Float32Array(d),
    b_pre: new Float32Array(d),
    act,
    norm: { kind: 'none' },
    notes: [],
    source: 'overcomplete',
  };
}

/** Largest difference of all entries, rows in `except` left out; a different active set counts as infinite. */
function largestDifference(actual: Matrix, expected: Tensor, except: readonly number[] = [], sameSupport = true): number {
  expect([actual.rows, actual.cols]).toEqual(expected.shape);
  let largest = 0;
  for (let at = 0; at < actual.data.length; at++) {
    if (except.includes(Math.floor(at / actual.cols))) continue;
    const a = actual.data[at] ?? Number.NaN;
    const e = expected.data[at] ?? Number.NaN;
    const wrong = Number.isNaN(a - e) || (sameSupport && (a === 0) !== (e === 0));
    largest = Math.max(largest, wrong ? Infinity : Math.abs(a - e));
  }
  return largest;
}

const batchtopk = (theta: number | null): Activation => ({ kind: 'batchtopk', k: 3, theta, cmp: '>=' });

describe('forwards agree with overcomplete to 1e-5', () => {
  const theta = Float32Array.from(reference.jump_log_thresholds.data, Math.exp);
  // MP's rows 20 and 43 choose between atoms that are equal to 1e-5 (near_ties of the reference).
  const cases: [string, Activation, { z: Tensor; x_hat: Tensor; r2: number; l0: number }, readonly number[]][] = [
    ['ReLU', { kind: 'relu' }, reference.relu_eval, []],
    ['TopK 3', { kind: 'topk', k: 3, relu: true }, reference.topk3_eval, []],
    ['BatchTopK', batchtopk(reference.batchtopk_threshold_after_2), reference.batchtopk_eval, []],
    ['JumpReLU', { kind: 'jumprelu', theta, cmp: '>=' }, reference.jump_eval, []],
    ['MP 4', { kind: 'mp', k: 4 }, reference.mp4_eval, reference.near_ties.mp_rows],
    ['OMP 3', { kind: 'omp', k: 3, maxIter: 10 }, reference.omp3_eval, []],
  ];
  it.each(cases)('%s', (_name, act, expected, except) => {
    const dictionary = overcompleteDictionary(act);
    const codes = encode(dictionary, x);
    const reconstruction = decode(dictionary, codes);
    expect(largestDifference(dense(codes), expected.z, except)).toBeLessThan(1e-5);
    expect(largestDifference(reconstruction, expected.x_hat, except, false)).toBeLessThan(1e-5);
    expect(r2(x, reconstruction)).toBeCloseTo(expected.r2, 5);
    expect(l0(codes)).toBeCloseTo(expected.l0, 5);
  });
});

describe('forwards agree with the checkpoint zoo', () => {
  it.each(['mp', 'omp'] as const)('overcomplete/%s', (name) => {
    const { activation, tolerance, dictionary: D, x: inputs, codes: z, recon } = pursuit[name];
    const [atoms = 0, dims = 0] = D.shape;
    const k = activation.k ?? Number.NaN;
    const dictionary: Dictionary = {
      ...overcompleteDictionary(name === 'mp' ? { kind: 'mp', k } : { kind: 'omp', k, maxIter: activation.max_iter ?? Number.NaN }),
      d: dims,
      c: atoms,
      W_dec: Float32Array.from(D.data),
      b_dec: new Float32Array(dims),
      b_pre: new Float32Array(dims),
    };
    const codes = encode(dictionary, toMatrix(inputs));
    expect(largestDifference(dense(codes), z)).toBeLessThan(tolerance.atol / 20);
    expect(largestDifference(decode(dictionary, codes), recon, [], false)).toBeLessThan(tolerance.atol / 20);
  });

  const norms: Record<string, InputNorm> = {
    none: { kind: 'none' },
    layer_norm: { kind: 'layerNorm' },
    constant_norm_rescale: { kind: 'rowNorm' },
  };
  it.each(Object.keys(saelens))('%s', (name) => {
    const fixture = saelens[name];
    if (fixture === undefined) throw new Error(name);
    const tensor = (key: string): Float32Array => Float32Array.from(fixture.tensors[key]?.data ?? []);
    const [dims = 0, concepts = 0] = fixture.tensors['W_enc']?.shape ?? [];
    const acts: Record<string, Activation> = {
      relu: { kind: 'relu' },
      threshold: { kind: 'jumprelu', theta: tensor('threshold'), cmp: fixture.activation.cmp ?? '>=' },
      gated: { kind: 'gated', bGate: tensor('b_gate'), bMag: tensor('b_mag'), rMag: tensor('r_mag') },
    };
    const dictionary: Dictionary = {
      d: dims,
      c: concepts,
      W_enc: tensor('W_enc'),
      b_enc: tensor('b_enc'),
      W_dec: tensor('W_dec'),
      b_dec: tensor('b_dec'),
      b_pre: tensor('b_dec'),
      act: acts[fixture.activation.kind] ?? { kind: 'mp', k: 0 },
      norm: norms[fixture.normalize_activations] ?? { kind: 'constant', scale: Number.NaN },
      notes: [],
      source: 'saelens',
    };
    const inputs = toMatrix(fixture.x);
    const codes = encode(dictionary, inputs);
    expect(largestDifference(dense(codes), fixture.codes)).toBeLessThan(1e-5);
    expect(largestDifference(decode(dictionary, codes, inputs), fixture.recon, [], false)).toBeLessThan(1e-5);
  });
});

describe('encode', () => {
  it('gives a row the same bits alone and in a batch', () => {
    for (const act of [batchtopk(0.66), { kind: 'mp', k: 4 }, { kind: 'omp', k: 3, maxIter: 10 }] satisfies Activation[]) {
      const together = dense(encode(overcompleteDictionary(act), x));
      const alone = dense(encode(overcompleteDictionary(act), matrix(1, d, rowOf(x, 17).slice())));
      expect(alone.data).toEqual(rowOf(together, 17));
    }
  });

  it.each([{ kind: 'topk', k: 0, relu: true }, { kind: 'mp', k: 0 }, { kind: 'omp', k: 0, maxIter: 10 }] satisfies Activation[])(
    'gives empty codes for k = 0 ($kind)',
    (act) => {
      const codes = encode(overcompleteDictionary(act), x);
      expect(codes.indices).toHaveLength(0);
      expect([...codes.indptr]).toEqual(new Array(x.rows + 1).fill(0));
    },
  );

  it('takes no rows, and more concepts than there are', () => {
    expect(encode(overcompleteDictionary({ kind: 'relu' }), matrix(0, d))).toMatchObject({ rows: 0, cols: c, indptr: Uint32Array.of(0) });
    const all = encode(overcompleteDictionary({ kind: 'topk', k: c + 5, relu: true }), x);
    expect(dense(all).data).toEqual(dense(encode(overcompleteDictionary({ kind: 'relu' }), x)).data);
    expect(encode(overcompleteDictionary({ kind: 'omp', k: c + 5, maxIter: 10 }), x).rows).toBe(x.rows);
  });

  it('takes a row of zeros under every norm', () => {
    for (const kind of ['none', 'constant', 'rowNorm', 'layerNorm'] satisfies InputNorm['kind'][]) {
      const dictionary: Dictionary = { ...overcompleteDictionary({ kind: 'relu' }), norm: { kind, scale: 2 } };
      const zero = matrix(1, d);
      const expected = reference.enc_b.data.map((b) => Math.max(0, b));
      const codes = encode(dictionary, zero);
      expect([...dense(codes).data]).toEqual(expected.map(Math.fround));
      expect([...decode(dictionary, codes, zero).data].every(Number.isFinite)).toBe(true);
    }
  });

  it('leaves out zero codes, and leaves them in order', () => {
    for (const act of [{ kind: 'relu' }, { kind: 'mp', k: 20 }, { kind: 'topk', k: 20, relu: false }] satisfies Activation[]) {
      const { values, indices, indptr, rows } = encode(overcompleteDictionary(act), x);
      expect(values.every((v) => v !== 0)).toBe(true);
      for (let r = 0; r < rows; r++) {
        const row = [...indices.slice(indptr[r], indptr[r + 1])];
        expect(row).toEqual([...new Set(row)].sort((a, b) => a - b));
      }
    }
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s and names the row', (bad) => {
    const data = x.data.slice();
    data[5 * d + 3] = bad;
    for (const act of [{ kind: 'relu' }, { kind: 'mp', k: 4 }] satisfies Activation[]) {
      const attempt = (): unknown => encode(overcompleteDictionary(act), matrix(x.rows, d, data));
      expect(attempt).toThrow(expect.objectContaining({ name: 'InputError', place: expect.objectContaining({ field: 'row 5' }) }));
    }
  });

  it('says what is missing or unusable', () => {
    const refused = (act: Activation, norm: InputNorm = { kind: 'none' }): unknown => encode({ ...overcompleteDictionary(act), norm }, x);
    expect(() => refused(batchtopk(null))).toThrow(/needs its threshold θ.*calibrate/);
    expect(() => refused({ kind: 'topk', k: 1.5, relu: true })).toThrow(/k: k is 1.5/);
    expect(() => refused({ kind: 'mp', k: -1 })).toThrow(/k: k is -1/);
    expect(() => refused({ kind: 'relu' }, { kind: 'constant', scale: 0 })).toThrow(/scale/);
    expect(() => encode(overcompleteDictionary({ kind: 'relu' }), matrix(1, d + 1))).toThrow(/9 dimensions and the dictionary takes 8/);
  });
});

describe('preCodes', () => {
  it('are what the activation sees', () => {
    const pre = preCodes(overcompleteDictionary({ kind: 'relu' }), x);
    expect(largestDifference({ ...pre, data: pre.data.map((v) => Math.max(0, v)) }, reference.relu_eval.z)).toBeLessThan(1e-5);
  });

  it('are correlations with the atoms where there is no encoder', () => {
    const pre = preCodes(overcompleteDictionary({ kind: 'mp', k: 1 }), x);
    const first = dense(encode(overcompleteDictionary({ kind: 'mp', k: 1 }), x));
    for (let r = 0; r < x.rows; r++) expect(Math.max(...rowOf(first, r))).toBe(Math.max(...rowOf(pre, r)));
  });
});
