import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decode } from '../../core/decode.ts';
import type { Activation, Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';
import { bytesSource } from '../byte-source.ts';
import { dictionarySources } from '../file-source-node.ts';
import type { DictionaryOptions } from '../importers/importer.ts';
import { openDictionary } from '../importers/table.ts';
import { readSafetensors } from '../safetensors.ts';
import { dictionaryFiles, writeNative } from './native.ts';
import { noSaeLens, writeSaeLens } from './saelens.ts';

const root = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/', import.meta.url));

/** Checkpoints of the tools themselves, with what a person has to say about some. */
const CHECKPOINTS: [string, DictionaryOptions?][] = [
  ['overcomplete/batch_topk_with_sidecar'],
  ['overcomplete/tie_batch_topk'],
  ['overcomplete/tie_jump'],
  ['overcomplete/jump'],
  ['overcomplete/mp', { kind: 'mp', k: 4 }],
  ['overcomplete/omp', { kind: 'omp', k: 4 }],
  ['overcomplete/sae_relu', { kind: 'relu' }],
  ['overcomplete/topk_fp16', { k: 4 }],
  ['overcomplete/topk_mlp_ln_1', { kind: 'topk', k: 4 }],
  ...readdirSync(`${root}saelens`).map((name): [string] => [`saelens/${name}`]),
];

async function opened(name: string, options: DictionaryOptions = {}): Promise<{ dictionary: Dictionary; x: Matrix }> {
  const { x } = JSON.parse(readFileSync(`${root}${name}/expected.json`, 'utf8')) as { x: { shape: [number, number]; data: number[] } };
  return { dictionary: await openDictionary(await dictionarySources(root + name), options), x: matrix(...x.shape, Float32Array.from(x.data)) };
}

const read = (files: ReadonlyMap<string, Uint8Array>): Promise<Dictionary> => openDictionary([...files].map(([name, bytes]) => bytesSource(`out/${name}`, bytes)));
const cfgOf = (files: ReturnType<typeof writeSaeLens>): Record<string, unknown> => JSON.parse(new TextDecoder().decode(files['cfg.json'])) as Record<string, unknown>;

describe('dictionary files', () => {
  it.each(CHECKPOINTS)('%s: written and opened again, codes and reconstructions are the same', async (name, options) => {
    const { dictionary, x } = await opened(name, options);
    const codes = encode(dictionary, x);
    expect(codes.values.length).toBeGreaterThan(0);
    const again = await read(dictionaryFiles(dictionary));
    expect(encode(again, x)).toEqual(codes);
    expect(decode(again, codes, x)).toEqual(decode(dictionary, codes, x));
  });

  it.each(CHECKPOINTS)('%s: our own file holds all of it bit for bit', async (name, options) => {
    const { dictionary } = await opened(name, options);
    expect(await read(new Map([['dictionary.safetensors', writeNative(dictionary)]]))).toEqual(dictionary);
  });
});

/** Two concepts that read the two coordinates off. */
const PLAIN: Dictionary = {
  d: 2,
  c: 2,
  W_enc: Float32Array.of(1, 0, 0, 1),
  b_enc: new Float32Array(2),
  W_dec: Float32Array.of(1, 0, 0, 1),
  b_dec: new Float32Array(2),
  b_pre: new Float32Array(2),
  act: { kind: 'relu' },
  norm: { kind: 'none' },
  notes: [],
  source: 'test',
};
const folder = (dictionary: Dictionary): Promise<Dictionary> => read(new Map(Object.entries(writeSaeLens(dictionary))));

describe('SAELens folder', () => {
  it.each<[Activation['kind'], Activation, string]>([
    ['relu', { kind: 'relu' }, 'standard'],
    ['topk', { kind: 'topk', k: 1, relu: true }, 'topk'],
    ['batchtopk', { kind: 'batchtopk', k: 1, theta: 0.5, cmp: '>=' }, 'jumprelu'],
    ['jumprelu', { kind: 'jumprelu', theta: Float32Array.of(0.1, 0.2), cmp: '>' }, 'jumprelu'],
  ])('a %s dictionary has the architecture and the tensors that SAELens gives it', async (_, act, architecture) => {
    const files = writeSaeLens({ ...PLAIN, act });
    expect(cfgOf(files)).toMatchObject({ architecture, d_in: 2, d_sae: 2, dtype: 'float32', normalize_activations: 'none', reshape_activations: 'none' });
    const tensors = await readSafetensors(bytesSource('w', files['sae_weights.safetensors']));
    expect([...tensors.keys()]).toEqual(['W_enc', 'b_enc', 'W_dec', 'b_dec', ...(architecture === 'jumprelu' ? ['threshold'] : [])]);
  });

  it('keeps codes that lie on the threshold, and those next to it', async () => {
    // 0.1 has no float32: the nearest one is above it, the one below is not.
    for (const theta of [0.5, Math.fround(0.1), 0.1, 2 ** -140, 0, -1]) {
      for (const cmp of ['>', '>='] as const) {
        const bits = new DataView(new ArrayBuffer(4));
        bits.setFloat32(0, Math.max(theta, 0));
        const near = [-2, -1, 0, 1, 2].map((step) => {
          const other = new DataView(new ArrayBuffer(4));
          other.setUint32(0, Math.max(0, bits.getUint32(0) + step));
          return other.getFloat32(0);
        });
        const x = matrix(5, 2, Float32Array.from([...near, ...near.toReversed()]));
        const batchTopK: Dictionary = { ...PLAIN, act: { kind: 'batchtopk', k: null, theta, cmp } };
        expect(encode(await folder(batchTopK), x), `${cmp} ${theta}`).toEqual(encode(batchTopK, x));
        const jump: Dictionary = { ...PLAIN, act: { kind: 'jumprelu', theta: Float32Array.of(theta, 0.3), cmp } };
        expect(encode(await folder(jump), x), `jump ${cmp} ${theta}`).toEqual(encode(jump, x));
      }
    }
  });

  it('says that the threshold was moved, and how it was trained', async () => {
    const files = writeSaeLens({ ...PLAIN, act: { kind: 'batchtopk', k: 3, theta: 0.5, cmp: '>=' }, notes: ['θ is an estimate.'] }, { trained_as: 'batchtopk' });
    expect(cfgOf(files)['metadata']).toEqual({ trained_as: 'batchtopk', notes: ['θ is an estimate.', expect.stringMatching(/≥ θ; SAELens compares >/)] });
    const { threshold } = Object.fromEntries(await readSafetensors(bytesSource('w', files['sae_weights.safetensors'])));
    expect(threshold?.data).toEqual(new Float32Array(2).fill(0.5 - 2 ** -25));
  });

  it('moves an input bias of its own into the encoder', async () => {
    const tied: Dictionary = { ...PLAIN, b_pre: Float32Array.of(0.25, -0.5), b_dec: Float32Array.of(0.25, -0.5) };
    expect(cfgOf(writeSaeLens(tied))['apply_b_dec_to_input']).toBe(true);
    expect(cfgOf(writeSaeLens({ ...tied, b_pre: new Float32Array(2) }))['apply_b_dec_to_input']).toBe(false);
    const own: Dictionary = { ...tied, W_enc: Float32Array.of(2, 1, -1, 3), b_enc: Float32Array.of(0.5, 0.125), b_dec: Float32Array.of(1, 2) };
    const files = writeSaeLens(own);
    expect(cfgOf(files)['apply_b_dec_to_input']).toBe(false);
    const again = await read(new Map(Object.entries(files)));
    // b_enc − b_pre·W_enc by hand: 0.5 − (0.25·2 + 0.5·1), 0.125 − (0.25·1 − 0.5·3).
    expect([...again.b_enc]).toEqual([-0.5, 1.375]);
    const x = matrix(2, 2, Float32Array.of(0.5, 0.25, 1, -1));
    expect(encode(again, x)).toEqual(encode(own, x));
  });

  it.each<[Partial<Dictionary>, RegExp]>([
    [{ act: { kind: 'mp', k: 1 } }, /architecture: SAELens has no architecture for matching pursuit\. .*dictionary\.safetensors/],
    [{ act: { kind: 'batchtopk', k: 4, theta: null, cmp: '>=' } }, /threshold θ.*Calibrate it first/],
    [{ act: { kind: 'topk', k: 1, relu: false } }, /negative codes/],
    [{ norm: { kind: 'constant', scale: 2 } }, /mean and the scale/],
    [{ preNorm: { kind: 'layerNorm', gamma: new Float32Array(2), beta: new Float32Array(2), eps: 1e-5 } }, /LayerNorm/],
  ])('refuses %j in a sentence', (change, message) => {
    expect(() => writeSaeLens({ ...PLAIN, ...change })).toThrow(message);
    expect(noSaeLens({ ...PLAIN, ...change })).not.toBeNull();
  });
});

describe('our own dictionary file', () => {
  const bytes = writeNative({ ...PLAIN, W_enc: new Float32Array(), b_enc: new Float32Array(), act: { kind: 'mp', k: 1 } });
  /** The same file with a text of its header replaced by one as long. */
  function changed(from: string, to: string): ReadonlyMap<string, Uint8Array> {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toContain(from);
    return new Map([['dictionary.safetensors', Uint8Array.from(Buffer.from(text.replace(from, to.padEnd(from.length)), 'latin1'))]]);
  }

  it.each([
    ['"version":"1"', '"version":"2"', /version: version "2"/],
    ['\\"k\\":1', '\\"k\\":3', /dictionary\.act\.k: k is 3 with 2 concepts/],
    ['\\"kind\\":\\"mp\\"', '\\"kind\\":\\"qq\\"', /dictionary\.act/],
    ['\\"notes\\":[]', '\\"notes\\":{}', /dictionary\.notes/],
    ['"atoms":{', '"atomz":{', /atoms: the tensor is missing/],
  ])('with %s → %s is refused', async (from, to, message) => {
    await expect(read(changed(from, to))).rejects.toThrow(message);
  });

  it('does not take options that it answers itself', async () => {
    await expect(openDictionary([bytesSource('d.safetensors', bytes)], { k: 4 })).rejects.toThrow(/d\.safetensors: k: the file says this itself/);
  });
});
