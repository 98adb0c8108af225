import { describe, expect, it } from 'vitest';
import { torchArchive, type WrittenTensor } from '../../../tests/hostile/torch-writer.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { matrix } from '../../core/tensor.ts';
import { bytesSource } from '../byte-source.ts';
import type { DictionaryOptions } from './importer.ts';
import { openDictionary } from './table.ts';

type Tensors = Readonly<Record<string, WrittenTensor | undefined>>;

const filled = (shape: readonly number[], from = 1): WrittenTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i / 8),
});
const TENSORS = {
  'encoder.final_block.0.weight': filled([3, 2]),
  'encoder.final_block.0.bias': filled([3]),
  'dictionary._weights': { shape: [3, 2], data: Float32Array.of(3, 4, 0.3, -0.4, 0, 2) },
  'dictionary.multiplier': { shape: [], data: Float32Array.of(0) },
};
const norm1 = (prefix: string): Tensors => ({ [`${prefix}.weight`]: filled([3]), [`${prefix}.bias`]: filled([3]) });

function open(changed: Tensors, options: DictionaryOptions = { kind: 'relu' }, config?: unknown): Promise<Dictionary> {
  const all: Tensors = { ...TENSORS, ...changed };
  const entries = Object.entries(all).filter(
    (entry): entry is [string, WrittenTensor] => entry[1] !== undefined,
  );
  const files = [bytesSource('run/sae.pt', torchArchive(Object.fromEntries(entries)))];
  if (config !== undefined) files.push(bytesSource('run/config.json', new TextEncoder().encode(JSON.stringify(config))));
  return openDictionary(files, options);
}

describe('overcomplete importer', () => {
  it('transposes the encoder and says which normalisation it assumed', async () => {
    const dictionary = await open({});
    expect(dictionary).toMatchObject({ d: 2, c: 3, act: { kind: 'relu' }, source: 'overcomplete' });
    expect([...dictionary.W_enc]).toEqual([1, 1.25, 1.5, 1.125, 1.375, 1.625]);
    expect(dictionary.notes.join()).toMatch(/unit L2 norm.*identity/);
    expect([...dictionary.b_pre, ...dictionary.b_dec]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['l2', [0.6, 0.8, 0.6, -0.8, 0, 1]],
    ['max_l2', [0.6, 0.8, 0.3, -0.4, 0, 1]],
    ['l1', [3 / 7, 4 / 7, 3 / 7, -4 / 7, 0, 1]],
    ['max_l1', [3 / 7, 4 / 7, 0.3, -0.4, 0, 1]],
    ['identity', [3, 4, 0.3, -0.4, 0, 2]],
  ] as const)('normalises atoms by %s', async (atoms, expected) => {
    const dictionary = await open({}, { kind: 'relu', atoms });
    expected.forEach((value, i) => expect(dictionary.W_dec[i]).toBeCloseTo(value, 6));
    expect(dictionary.notes).toEqual([]);
    const configured = await open({}, { kind: 'relu' }, { dictionary_normalization: atoms });
    expect(configured.W_dec).toEqual(dictionary.W_dec);
  });

  it('reads the same dictionary through the prefix of DataParallel', async () => {
    const plain = await open({});
    const prefixed = Object.fromEntries(Object.entries(TENSORS).map(([name, tensor]) => [`module.${name}`, tensor]));
    expect(await openDictionary([bytesSource('run/sae.pt', torchArchive(prefixed))], { kind: 'relu' })).toEqual(plain);
  });

  it('keeps a LayerNorm of the encoder and folds a BatchNorm', async () => {
    const layer = await open(norm1('encoder.final_block.1'));
    expect(layer.preNorm).toEqual({
      kind: 'layerNorm',
      gamma: Float32Array.of(1, 1.125, 1.25),
      beta: Float32Array.of(1, 1.125, 1.25),
      eps: 1e-5,
    });
    const variance = { shape: [3], data: Float32Array.of(4 - 1e-5, 1 - 1e-5, 0.25 - 1e-5) };
    const running = { 'encoder.final_block.1.running_mean': filled([3]), 'encoder.final_block.1.running_var': variance };
    const batch = await open({ ...norm1('encoder.final_block.1'), ...running });
    // γ = (1, 1.125, 1.25) over σ = (2, 1, 0.5); bias − mean = 0, so that β alone is left.
    expect(batch.preNorm).toBeUndefined();
    [0.5, 1.40625, 3.75].forEach((value, i) => expect(batch.W_enc[i]).toBeCloseTo(value, 4));
    [1, 1.125, 1.25].forEach((value, i) => expect(batch.b_enc[i]).toBeCloseTo(value, 6));
  });

  it.each([
    [{ theta: 0.5 }, undefined, { kind: 'batchtopk', k: null, theta: 0.5, cmp: '>=' }],
    [{ k: 2 }, undefined, { kind: 'topk', k: 2, relu: true }],
    [{}, { sae_class: 'SAE' }, { kind: 'relu' }],
    [{}, { sae_class: 'RATopKSAE', top_k: 2 }, { kind: 'topk', k: 2, relu: true }],
    [
      {},
      { sae_class: 'BatchTopKSAE', top_k: 64, batch_size: 32, running_threshold: 2 },
      { kind: 'batchtopk', k: 2, theta: 2, cmp: '>=' },
    ],
    [{ theta: 3 }, { sae_class: 'BatchTopKSAE', running_threshold: 2 }, { kind: 'batchtopk', k: null, theta: 3, cmp: '>=' }],
    [{ kind: 'mp', k: 2 }, undefined, { kind: 'mp', k: 2 }],
    [{}, { sae_class: 'OMPSAE', k: 2, max_iter: 7 }, { kind: 'omp', k: 2, maxIter: 7 }],
  ] as const)('with %j and config %j is %j', async (options, config, act) => {
    expect((await open({}, options, config)).act).toEqual(act);
  });

  it.each([
    [{}, undefined, /sae\.pt: activation: .*does not say its activation\. Say activation relu, or topk with k/],
    [{ kind: 'topk' }, undefined, /sae\.pt: k: .*Give k/],
    [{ kind: 'batchtopk' }, undefined, /sae\.pt: theta: .*Give theta, or k/],
    [{ kind: 'batchtopk', k: 2 }, undefined, /sae\.pt: theta/],
    [{ kind: 'batchtopk', theta: NaN }, undefined, /θ is NaN/],
    [{ k: 4 }, undefined, /k is 4; .*from 1 to 3/],
    [{ k: 0 }, undefined, /k is 0/],
    [{ k: 3, calibration: matrix(2, 2, Float32Array.of(-9, -9, -9, -9)) }, undefined, /calibration: .*fewer than 3 positive codes/],
    [{}, { sae_class: 'QSAE' }, /config\.json: sae_class: .*"QSAE" is not known.*Known are SAE, TopKSAE/],
    [{}, { sae_class: 'JumpSAE' }, /thresholds: .*JumpReLU, but the tensor is missing/],
    [{}, { sae_class: 'TopKSAE', top_k: '4' }, /config\.json: top_k: .*not a number/],
    [{ kind: 'relu' }, { dictionary_normalization: 'l3' }, /"l3" is not known/],
  ] as const)('refuses the options %j with config %j', async (options, config, message) => {
    await expect(open({}, options, config)).rejects.toThrow(message);
  });

  it.each([
    [{ 'encoder.final_block.0.weight': filled([3, 2], NaN) }, /encoder\.final_block\.0\.weight: element \[0, 0\] is NaN/],
    [{ 'encoder.final_block.0.weight': filled([2, 3]) }, /ask for \(3, 2\)/],
    [{ 'encoder.final_block.0.bias': filled([2]) }, /bias: the shape is \(2\)/],
    [{ 'encoder.final_block.0.bias': undefined }, /bias: the tensor is missing/],
    [{ 'encoder.mlp_blocks.0.0.weight': filled([2, 2]) }, /several layers are not supported/],
    [{ 'encoder.final_block.1.weight': filled([3]) }, /encoder\.final_block\.1\.bias: the tensor is missing/],
    [{ 'dictionary._weights': filled([3, 2, 1]) }, /dictionary\._weights: .*two axes/],
    [{ 'dictionary._weights': undefined }, /no known dictionary format has these tensors: encoder\.final_block/],
    [{ 'dictionary.multiplier': { shape: [], data: Float32Array.of(1000) } }, /multiplier: the atoms overflow/],
    [{ thresholds: filled([2]) }, /thresholds: the file is a JumpReLU/],
    [
      { 'dictionary.C': filled([4, 2]), 'dictionary.W': filled([3, 5]) },
      /dictionary\.W: the shape is \(3, 5\) where the other tensors ask for \(3, 4\)/,
    ],
  ])('refuses the tensors %j', async (changed, message) => {
    await expect(open(changed)).rejects.toThrow(message);
  });

  it('refuses integer atoms', async () => {
    const integers = { shape: [3, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n) };
    await expect(open({ 'dictionary._weights': integers })).rejects.toThrow(/dictionary\._weights: the weights are int64/);
  });

  it('refuses thresholds of another length, and two dictionaries at once', async () => {
    await expect(open({ thresholds: filled([2]) }, {})).rejects.toThrow(/thresholds: the shape is \(2\)/);
    const bytes = torchArchive(TENSORS);
    await expect(openDictionary([bytesSource('a.pt', bytes), bytesSource('b.pt', bytes)], { kind: 'relu' })).rejects.toThrow(
      /several dictionaries at once: a\.pt, b\.pt/,
    );
  });
});
