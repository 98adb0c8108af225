import type { Activation } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { shortJson } from '../text.ts';
import { checkedK, checkSize, matrixShape, numberSetting, onlyOptions, readSettings, setting, transpose, weights, type Importer, type Settings } from './importer.ts';

/**
 * sparsify: `cfg.json` + `sae.safetensors`. Encodes `relu((x − b_dec)·Eᵀ + b)` and keeps the k largest, or the largest of each of k groups
 * (`groupmax`). A transcoder subtracts nothing, and may add a skip connection `x·W_skipᵀ` to its reconstruction.
 */
export const sparsify: Importer = {
  tool: 'sparsify',
  looksFor: 'encoder.weight and W_dec in a safetensors file (sparsify)',
  recognises: ({ container, tensors: { tensors } }) => container === 'safetensors' && tensors.has('encoder.weight') && tensors.has('W_dec'),
  open: async (checkpoint, options) => {
    const { tensors } = checkpoint;
    onlyOptions(options, [], tensors.name);
    const cfg = await readSettings(checkpoint, 'cfg.json');
    if (cfg === null) throw new InputError('the cfg.json that belongs to it is missing.', { file: tensors.name, fix: 'Hand over both files, or the whole folder.' });
    const [c, d] = matrixShape(tensors, 'encoder.weight');
    checkSize(cfg, 'd_in', d);
    // 0 stands for d_in · expansion_factor.
    if (numberSetting(cfg, 'num_latents') !== 0) checkSize(cfg, 'num_latents', c);
    const transcoder = setting(cfg, 'transcode') === true;
    const b_dec = await weights(tensors, 'b_dec', [d]);
    return {
      d,
      c,
      W_enc: transpose(await weights(tensors, 'encoder.weight', [c, d]), c, d),
      b_enc: await weights(tensors, 'encoder.bias', [c]),
      W_dec: await weights(tensors, 'W_dec', [c, d]),
      b_dec,
      b_pre: transcoder ? new Float32Array(d) : b_dec,
      act: activationOf(cfg, c),
      ...(tensors.tensors.has('W_skip') ? { W_skip: await weights(tensors, 'W_skip', [d, d]) } : {}),
      norm: { kind: 'none' },
      notes: transcoder ? ['This is a transcoder: it reconstructs another activation than the one it encodes, so R² against its input means nothing.'] : [],
      source: 'sparsify',
    };
  },
};

function activationOf(cfg: Settings, c: number): Activation {
  const { file } = cfg;
  if (setting(cfg, 'signed') === true) throw new InputError('signed codes are not supported.', { file, field: 'signed' });
  const kind = setting(cfg, 'activation') ?? 'topk';
  const k = checkedK(numberSetting(cfg, 'k'), c, { file, field: 'k' });
  if (kind === 'topk') return { kind, k, relu: true };
  if (kind !== 'groupmax') throw new InputError(`the activation ${shortJson(kind)} is not known.`, { file, field: 'activation', fix: 'Known are topk and groupmax.' });
  if (c % k !== 0) throw new InputError(`${c} concepts are not ${k} groups of one size.`, { file, field: 'k' });
  return { kind, k };
}
