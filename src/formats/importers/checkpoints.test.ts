import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decode } from '../../core/decode.ts';
import { encode } from '../../core/encode.ts';
import { codeRow, matrix, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import { dictionarySources } from '../file-source-node.ts';
import type { DictionaryOptions } from './importer.ts';
import { openDictionary } from './table.ts';

const root = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));

interface Dense {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

interface Expected {
  readonly must_load: boolean;
  readonly x: Dense;
  readonly codes: Dense;
  readonly recon: Dense;
  readonly dictionary?: Dense;
  readonly calibration?: Dense;
  readonly calibrated_threshold?: number;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

/** What a person has to say, because the state dict does not (the fixtures' notes say so for each). */
const SAID: Readonly<Record<string, DictionaryOptions>> = {
  'overcomplete/mp': { kind: 'mp', k: 4 },
  'overcomplete/omp': { kind: 'omp', k: 4 },
  'overcomplete/ra_topk': { k: 4 },
  'overcomplete/sae_relu': { kind: 'relu' },
  'overcomplete/sae_relu_identity_norm': { kind: 'relu', atoms: 'identity' },
  'overcomplete/sae_relu_multiplier': { kind: 'relu' },
  'overcomplete/topk_dataparallel_prefix': { k: 4 },
  'overcomplete/topk_fp16': { k: 4 },
  'overcomplete/topk_mlp_bn_1': { k: 4 },
  'overcomplete/topk_mlp_ln_1': { kind: 'topk', k: 4 },
  'overcomplete/topk_tied': { k: 4 },
  'overcomplete/batch_topk_without_threshold': { k: 4 },
};

/** Options of the other tools; BatchTopK of MSAE keeps the k·n largest codes of the very batch it is given. */
const ALSO_SAID: Readonly<Record<string, (expected: Expected) => DictionaryOptions>> = {
  'msae/batch_topk': ({ x }) => ({ calibration: matrixOf(x) }),
};

const TOOLS = ['overcomplete', 'saelens', 'dictionary_learning', 'dncbm', 'msae', 'openai', 'saev', 'sparsify'];
const all = TOOLS.flatMap((tool) => readdirSync(root + tool).map((variant) => `${tool}/${variant}`));
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(`${root}${name}/expected.json`, 'utf8')) as Expected;
const matrixOf = ({ shape, data }: Dense): Matrix => matrix(shape[0], shape[1], Float32Array.from(data));
const loadable = all.filter((name) => expectedOf(name).must_load);

/** Largest excess over `atol + rtol·|expected|`; at most 0 when all agree. */
function excess(actual: ArrayLike<number>, expected: Dense, { atol, rtol }: Expected['tolerance']): number {
  expect(actual.length).toBe(expected.data.length);
  return Math.max(...expected.data.map((value, i) => Math.abs((actual[i] ?? NaN) - value) - atol - rtol * Math.abs(value)));
}

function dense(codes: SparseCodes): Float32Array {
  const out = new Float32Array(codes.rows * codes.cols);
  for (let r = 0; r < codes.rows; r++) {
    const { indices, values } = codeRow(codes, r);
    indices.forEach((index, e) => (out[r * codes.cols + index] = values[e] ?? 0));
  }
  return out;
}

describe('checkpoint zoo', () => {
  it('has all 74 variants', () => {
    expect(all.length).toBe(74);
    expect(loadable.length).toBe(73);
  });

  it.each(loadable)('%s: codes and reconstruction of the tool', async (name) => {
    const expected = expectedOf(name);
    const calibration = expected.calibration === undefined ? {} : { calibration: matrixOf(expected.calibration) };
    const dictionary = await openDictionary(await dictionarySources(root + name), { ...SAID[name], ...ALSO_SAID[name]?.(expected), ...calibration });
    const x = matrixOf(expected.x);
    const codes = encode(dictionary, x);
    expect(excess(dense(codes), expected.codes, expected.tolerance)).toBeLessThanOrEqual(0);
    expect(excess(decode(dictionary, codes, x).data, expected.recon, expected.tolerance)).toBeLessThanOrEqual(0);
    // Supports are equal, not merely close: a tie at θ decided the other way is a wrong comparator.
    const active = (values: ArrayLike<number>): string =>
      Array.from(values, (value) => (Math.abs(value) > 1e-6 ? '1' : '0')).join('');
    expect(active(dense(codes))).toBe(active(expected.codes.data));
    if (expected.dictionary) expect(excess(dictionary.W_dec, expected.dictionary, expected.tolerance)).toBeLessThanOrEqual(0);
    if (expected.calibrated_threshold !== undefined) {
      expect(dictionary.act.kind === 'batchtopk' ? dictionary.act.theta : null).toBeCloseTo(expected.calibrated_threshold, 5);
      expect(dictionary.notes.join(' ')).toMatch(/estimated on 64 calibration/);
    }
  });

  it.each(loadable.filter((name) => name in SAID))('%s: refused with the next step when nothing is said', async (name) => {
    await expect(openDictionary(await dictionarySources(root + name))).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/sae\.pt.*(Say activation|Give )/) as string,
    });
  });

  it('refuses a pickled module and says what to save instead', async () => {
    const sources = await dictionarySources(`${root}overcomplete/pickled_module_dataparallel`);
    await expect(openDictionary(sources)).rejects.toThrow(/sae\.pt.*DataParallel.*torch\.save\(model\.state_dict\(\)/);
  });
});
