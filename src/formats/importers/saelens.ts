import type { Activation, Dictionary, InputNorm } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { checkSize, matrixShape, numberSetting, readSettings, setting, weights, type Importer, type Settings } from './importer.ts';

/**
 * SAELens 6 and older: `cfg.json` + `sae_weights.safetensors`. Encodes `(norm(x) − b_dec·apply_b_dec_to_input)·W_enc + b_enc`,
 * thresholds compare `>`. A trained BatchTopK is saved by the tool as `jumprelu`.
 */
export const saelens: Importer = {
  tool: 'saelens',
  looksFor: 'W_enc and W_dec in a safetensors file (SAELens)',
  recognises: ({ container, tensors }) =>
    container === 'safetensors' && tensors.tensors.has('W_enc') && tensors.tensors.has('W_dec'),
  open: async (checkpoint, options) => {
    const { tensors } = checkpoint;
    const cfg = await readSettings(checkpoint, 'cfg.json');
    if (cfg === null)
      throw new InputError('the cfg.json that belongs to it is missing.', {
        file: tensors.name,
        fix: 'Hand over both files, or the whole folder.',
      });
    for (const key of ['kind', 'k', 'theta', 'calibration', 'atoms'] as const) {
      if (options[key] !== undefined)
        throw new InputError('a SAELens folder says this itself.', { file: cfg.file, field: key, fix: 'Leave the option out.' });
    }
    const [d, c] = matrixShape(tensors, 'W_enc');
    checkSize(cfg, 'd_in', d);
    checkSize(cfg, 'd_sae', c);
    const notes: string[] = [];
    const architecture = architectureOf(cfg);
    const act = await activationOf(architecture, cfg, tensors, c);
    const norm = normOf(cfg, notes);
    await refuseScalingFactor(tensors, c);
    const b_dec = await weights(tensors, 'b_dec', [d]);
    const dictionary: Dictionary = {
      d,
      c,
      W_enc: await weights(tensors, 'W_enc', [d, c]),
      b_enc: architecture === 'gated' ? new Float32Array(c) : await weights(tensors, 'b_enc', [c]),
      W_dec: await weights(tensors, 'W_dec', [c, d]),
      b_dec,
      b_pre: subtractsDecoderBias(cfg) ? b_dec : new Float32Array(d),
      act,
      norm,
      notes,
      source: 'saelens',
    };
    return setting(cfg, 'rescale_acts_by_decoder_norm') === true ? foldDecoderNorms(dictionary) : dictionary;
  },
};

type Architecture = 'standard' | 'topk' | 'jumprelu' | 'gated';

/** Before 6.0 `architecture` could be missing or say `standard` for a TopK SAE: the activation function decided. */
function architectureOf(cfg: Settings): Architecture {
  const place = { file: cfg.file, field: 'architecture' };
  const named = setting(cfg, 'architecture') ?? 'standard';
  if (named !== 'standard') {
    if (named === 'topk' || named === 'jumprelu' || named === 'gated') return named;
    throw new InputError(`the architecture ${shortJson(named)} is not known.`, {
      ...place,
      fix: 'Known are standard, topk, jumprelu and gated; SAELens saves a trained BatchTopK as jumprelu.',
    });
  }
  const activation = setting(cfg, 'activation_fn_str') ?? setting(cfg, 'activation_fn') ?? 'relu';
  if (activation === 'relu') return 'standard';
  if (activation === 'topk') return 'topk';
  throw new InputError(`the activation function ${shortJson(activation)} is not known.`, {
    file: cfg.file,
    field: 'activation_fn_str',
  });
}

async function activationOf(architecture: Architecture, cfg: Settings, tensors: TensorFile, c: number): Promise<Activation> {
  switch (architecture) {
    case 'standard':
      return { kind: 'relu' };
    case 'topk':
      return { kind: 'topk', k: topK(cfg, c), relu: true };
    case 'jumprelu':
      return { kind: 'jumprelu', theta: await weights(tensors, 'threshold', [c]), cmp: '>' };
    case 'gated':
      return {
        kind: 'gated',
        bGate: await weights(tensors, 'b_gate', [c]),
        bMag: await weights(tensors, 'b_mag', [c]),
        rMag: await weights(tensors, 'r_mag', [c]),
      };
  }
}

function topK(cfg: Settings, c: number): number {
  const legacy = setting(cfg, 'activation_fn_kwargs');
  const nested = typeof legacy === 'object' && !Array.isArray(legacy) ? { file: cfg.file, values: { ...legacy } } : null;
  const k = numberSetting(cfg, 'k') ?? numberSetting(nested, 'k');
  if (k === undefined || !Number.isInteger(k) || k < 1 || k > c)
    throw new InputError(`a TopK SAE of ${c} concepts needs a k between 1 and ${c}.`, { file: cfg.file, field: 'k' });
  return k;
}

function normOf(cfg: Settings, notes: string[]): InputNorm {
  const reshape = setting(cfg, 'reshape_activations') ?? 'none';
  if (reshape !== 'none')
    throw new InputError(`reshape_activations ${shortJson(reshape)} is for attention heads, not for embeddings.`, {
      file: cfg.file,
      field: 'reshape_activations',
    });
  // A Boolean before 6.0.
  const value = setting(cfg, 'normalize_activations') ?? 'none';
  switch (value) {
    case 'none':
    case false:
      return { kind: 'none' };
    case 'expected_average_only_in':
    case true:
      notes.push(
        'Trained with normalize_activations = expected_average_only_in, but the file holds no scale: embeddings are used as they are, as SAELens does.',
      );
      return { kind: 'none' };
    case 'constant_norm_rescale':
      return { kind: 'rowNorm' };
    case 'layer_norm':
      return { kind: 'layerNorm' };
    default:
      throw new InputError(`the normalisation ${shortJson(value)} is not known.`, {
        file: cfg.file,
        field: 'normalize_activations',
      });
  }
}

function subtractsDecoderBias(cfg: Settings): boolean {
  const value = setting(cfg, 'apply_b_dec_to_input') ?? true;
  if (typeof value !== 'boolean')
    throw new InputError('the setting is not true or false.', { file: cfg.file, field: 'apply_b_dec_to_input' });
  return value;
}

/** For a time SAELens wrote a tensor of ones; a real (fine-tuned) factor would change the decoder. */
async function refuseScalingFactor(tensors: TensorFile, c: number): Promise<void> {
  for (const name of ['scaling_factor', 'finetuning_scaling_factor']) {
    if (!tensors.tensors.has(name)) continue;
    const factor = await weights(tensors, name, [c]);
    if (factor.some((value) => value !== 1))
      throw new InputError('fine-tuned scaling factors are not supported.', { file: tensors.name, field: name });
  }
}

/**
 * `rescale_acts_by_decoder_norm`: codes are multiplied by ‖W_dec row‖ before the top-k and divided by it again when decoding, which
 * is the same as moving the norms into the encoder. An atom of norm 0 then has code 0 and stays 0.
 */
function foldDecoderNorms(dictionary: Dictionary): Dictionary {
  const { c, d } = dictionary;
  const norms = Float64Array.from({ length: c }, (_, i) =>
    Math.sqrt(dictionary.W_dec.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + value * value, 0)),
  );
  return {
    ...dictionary,
    W_enc: dictionary.W_enc.map((value, i) => value * (norms[i % c] ?? 1)),
    b_enc: dictionary.b_enc.map((value, i) => value * (norms[i] ?? 1)),
    W_dec: dictionary.W_dec.map((value, i) => value / nonZero(norms[Math.floor(i / d)])),
  };
}

function nonZero(norm: number | undefined): number {
  return norm === undefined || norm === 0 ? 1 : norm;
}
