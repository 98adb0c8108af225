import { describe, expect, it } from 'vitest';
import type { Dictionary } from '../../core/dictionary.ts';
import { bytesSource } from '../byte-source.ts';
import { writeSafetensors } from '../safetensors.ts';
import type { DictionaryOptions } from './importer.ts';
import { openDictionary } from './table.ts';

type Tensors = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;

const filled = (shape: readonly number[], from = 1): Tensors[string] => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => from + i / 8),
});
const TENSORS: Tensors = { W_enc: filled([2, 3]), b_enc: filled([3]), W_dec: filled([3, 2]), b_dec: filled([2]) };
const CFG = { architecture: 'standard', d_in: 2, d_sae: 3, normalize_activations: 'none' };

function open(cfg: unknown, tensors: Tensors = TENSORS, options: DictionaryOptions = {}): Promise<Dictionary> {
  const files = [bytesSource('sae/sae_weights.safetensors', writeSafetensors(new Map(Object.entries(tensors))))];
  const text = typeof cfg === 'string' ? cfg : JSON.stringify(cfg);
  return openDictionary(
    cfg === undefined ? files : [...files, bytesSource('sae/cfg.json', new TextEncoder().encode(text))],
    options,
  );
}

describe('SAELens importer', () => {
  it('recognises the folder by content and keeps the tensors as they are', async () => {
    const dictionary = await open(CFG);
    expect(dictionary).toMatchObject({ d: 2, c: 3, act: { kind: 'relu' }, norm: { kind: 'none' }, notes: [], source: 'saelens' });
    expect(dictionary.W_enc).toEqual(TENSORS['W_enc']?.data);
    expect(dictionary.b_pre).toEqual(dictionary.b_dec);
  });

  it('says that a scale is missing from expected_average_only_in, also where an old file says true', async () => {
    for (const value of ['expected_average_only_in', true]) {
      expect((await open({ ...CFG, normalize_activations: value })).notes.join()).toMatch(/holds no scale/);
    }
    expect((await open({ ...CFG, normalize_activations: false })).notes).toEqual([]);
  });

  it('moves decoder norms into the encoder, an atom of norm 0 included', async () => {
    const W_dec = { shape: [3, 2], data: Float32Array.of(3, 4, 0, 0, 0, 2) };
    const dictionary = await open(
      { ...CFG, architecture: 'topk', k: 1, rescale_acts_by_decoder_norm: true },
      { ...TENSORS, W_dec },
    );
    expect([...dictionary.W_dec]).toEqual([0.6000000238418579, 0.800000011920929, 0, 0, 0, 1]);
    expect([...dictionary.b_enc]).toEqual([5, 0, 2.5]);
    expect([...dictionary.W_enc]).toEqual([5, 0, 2.5, 6.875, 0, 3.25]);
  });

  it('ignores a legacy scaling factor of ones, and no other', async () => {
    const ones = { shape: [3], data: Float32Array.of(1, 1, 1) };
    expect((await open(CFG, { ...TENSORS, scaling_factor: ones })).c).toBe(3);
    await expect(open(CFG, { ...TENSORS, scaling_factor: filled([3]) })).rejects.toThrow(/scaling_factor: fine-tuned/);
  });

  it.each([
    [{ ...CFG, architecture: 'temporal' }, /cfg\.json: architecture: .*"temporal" is not known.*Known are/],
    [{ ...CFG, architecture: 7 }, /architecture 7 is not known/],
    [{ ...CFG, activation_fn_str: 'tanh-relu' }, /activation_fn_str: .*"tanh-relu"/],
    [{ ...CFG, architecture: 'topk' }, /k: a TopK SAE of 3 concepts needs a k/],
    [{ ...CFG, architecture: 'topk', k: 4 }, /k between 1 and 3/],
    [{ ...CFG, architecture: 'topk', k: 1.5 }, /k between 1 and 3/],
    [{ ...CFG, architecture: 'topk', k: '1' }, /k: the setting is not a number/],
    [{ ...CFG, normalize_activations: 'z_score' }, /normalize_activations: .*"z_score"/],
    [{ ...CFG, reshape_activations: 'hook_z' }, /reshape_activations/],
    [{ ...CFG, apply_b_dec_to_input: 'yes' }, /apply_b_dec_to_input: .*true or false/],
    [{ ...CFG, d_in: 4 }, /d_in: the settings say 4, the tensors 2\. The two files do not belong together/],
    [{ ...CFG, d_sae: 4 }, /d_sae: the settings say 4, the tensors 3/],
    [[CFG], /there are no weights|cfg\.json/],
    ['{"architecture": "standard", "architecture": "gated"}', /"architecture" is given twice/],
    ['{"architecture": ', /cfg\.json: the text is not valid JSON/],
    [undefined, /sae_weights\.safetensors: the cfg\.json that belongs to it is missing\. Hand over both/],
  ])('refuses the settings %j', async (cfg, message) => {
    await expect(open(cfg)).rejects.toThrow(message);
  });

  it.each([
    [{ b_enc: undefined }, 'standard', /b_enc: the tensor is missing/],
    [{ b_dec: undefined }, 'standard', /b_dec: the tensor is missing/],
    [{}, 'jumprelu', /threshold: the tensor is missing/],
    [{ threshold: filled([2]) }, 'jumprelu', /threshold: the shape is \(2\) where the other tensors ask for \(3\)/],
    [{ b_gate: filled([3]), b_mag: filled([3]) }, 'gated', /r_mag: the tensor is missing/],
    [{ W_dec: filled([2, 3]) }, 'standard', /W_dec: the shape is \(2, 3\) where the other tensors ask for \(3, 2\)/],
    [{ W_enc: filled([2, 3, 1]) }, 'standard', /W_enc: the shape is \(2, 3, 1\); two axes/],
    [{ W_enc: filled([0, 3]) }, 'standard', /W_enc: the shape is \(0, 3\)/],
    [{ W_dec: filled([3, 2], NaN) }, 'standard', /W_dec: element \[0, 0\] is NaN/],
    [{ b_enc: { shape: [3], data: Float32Array.of(0, 1, -Infinity) } }, 'standard', /b_enc: element \[2\] is -Infinity/],
  ])('refuses the tensors %j as %s', async (changed, architecture, message) => {
    const entries = Object.entries({ ...TENSORS, ...changed }).filter(
      (entry): entry is [string, Tensors[string]] => entry[1] !== undefined,
    );
    await expect(open({ ...CFG, architecture }, Object.fromEntries(entries))).rejects.toThrow(message);
  });

  it('refuses options, which the folder answers itself', async () => {
    await expect(open(CFG, TENSORS, { k: 4 })).rejects.toThrow(/cfg\.json: k: a SAELens folder says this itself/);
  });
});
