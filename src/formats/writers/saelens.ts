import type { Activation, Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { writeSafetensors } from '../safetensors.ts';

/** The two files of a SAELens folder. */
export interface SaeLensFiles {
  readonly 'cfg.json': Uint8Array;
  readonly 'sae_weights.safetensors': Uint8Array;
}

/** The part of a SAELens folder that depends on the architecture. */
interface Architecture {
  readonly cfg: { readonly architecture: 'standard' | 'jumprelu' } | { readonly architecture: 'topk'; readonly k: number; readonly rescale_acts_by_decoder_norm: false };
  /** One `(c)`, for `jumprelu`. */
  readonly threshold: Float32Array | null;
  /** What was changed so that the codes stay the same. */
  readonly notes: readonly string[];
}

/** Why SAELens cannot hold this dictionary; null where it can. */
export function noSaeLens({ act, norm, preNorm, softcap, W_skip }: Dictionary): string | null {
  if (act.kind === 'mp' || act.kind === 'omp') return 'SAELens has no architecture for matching pursuit';
  if (act.kind === 'groupmax') return 'SAELens has no groupmax';
  if (softcap !== undefined) return 'SAELens has no soft cap';
  if (W_skip !== undefined) return 'SAELens has no skip connection in a SAE';
  if (act.kind === 'gated') return 'gated dictionaries are not written';
  if (act.kind === 'topk' && !act.relu) return "SAELens' top-k drops negative codes, which this dictionary keeps";
  if (act.kind === 'batchtopk' && act.theta === null) return 'BatchTopK without its threshold θ has no codes of its own';
  if (preNorm !== undefined) return 'SAELens has no LayerNorm of the pre-codes';
  if (norm.kind === 'constant' || norm.mean !== undefined || norm.scale !== undefined) return 'SAELens does not keep the mean and the scale of the input';
  return null;
}

/**
 * A dictionary as the folder that SAELens (6.x, and older through `architecture`) and our importer open unchanged: ReLU as
 * `standard`, TopK as `topk`, BatchTopK and JumpReLU as `jumprelu`, which is how SAELens saves a trained BatchTopK.
 *
 * Codes stay the same. SAELens keeps a code where it is `> threshold`: of a θ compared with `>=` the next float32 below is
 * written. It subtracts `b_dec` or nothing from the input: another `b_pre` moves into the encoder,
 * `b_enc' = b_enc − b_pre·W_enc`, rounded to float32. `metadata` goes into cfg.json's field of that name, with `notes` on both.
 * @throws InputError for what SAELens has no place for (see `noSaeLens`).
 */
export function writeSaeLens(dictionary: Dictionary, metadata: Readonly<Record<string, unknown>> = {}): SaeLensFiles {
  const reason = noSaeLens(dictionary);
  if (reason !== null) {
    const fix = dictionary.act.kind === 'batchtopk' ? 'Calibrate it first.' : 'Use the file of this program instead (dictionary.safetensors).';
    throw new InputError(`${reason}.`, { field: 'architecture', fix });
  }
  const { d, c, W_enc, W_dec, b_dec, norm } = dictionary;
  const { cfg, threshold, notes } = architectureOf(dictionary.act, c);
  const bias = encoderBias(dictionary);
  const settings = {
    ...cfg,
    d_in: d,
    d_sae: c,
    dtype: 'float32',
    device: 'cpu',
    apply_b_dec_to_input: bias.subtractsDecoderBias,
    normalize_activations: norm.kind === 'rowNorm' ? 'constant_norm_rescale' : norm.kind === 'layerNorm' ? 'layer_norm' : 'none',
    reshape_activations: 'none',
    metadata: { ...metadata, notes: [...dictionary.notes, ...notes, ...bias.notes] },
  };
  const tensors = new Map([
    ['W_enc', { shape: [d, c], data: W_enc }],
    ['b_enc', { shape: [c], data: bias.b_enc }],
    ['W_dec', { shape: [c, d], data: W_dec }],
    ['b_dec', { shape: [d], data: b_dec }],
    ...(threshold === null ? [] : [['threshold', { shape: [c], data: threshold }] as const]),
  ]);
  return { 'cfg.json': new TextEncoder().encode(`${JSON.stringify(settings, null, 1)}\n`), 'sae_weights.safetensors': writeSafetensors(tensors) };
}

function architectureOf(act: Activation, c: number): Architecture {
  switch (act.kind) {
    case 'topk':
      return { cfg: { architecture: 'topk', k: act.k, rescale_acts_by_decoder_norm: false }, threshold: null, notes: [] };
    case 'batchtopk':
    case 'jumprelu': {
      const theta = act.kind === 'jumprelu' ? act.theta : new Float64Array(c).fill(act.theta ?? 0);
      const threshold = Float32Array.from(theta, (value) => thresholdBelow(value, act.cmp === '>='));
      const said = act.kind === 'jumprelu' ? 'JumpReLU' : `BatchTopK (θ = ${act.theta ?? 0})`;
      const notes = act.cmp === '>=' ? [`Trained as ${said} with codes ≥ θ; SAELens compares >, so the threshold is the next float32 below θ: the codes are the same.`] : [];
      return { cfg: { architecture: 'jumprelu' }, threshold, notes };
    }
    case 'relu':
    case 'gated':
    case 'groupmax':
    case 'mp':
    case 'omp':
      return { cfg: { architecture: 'standard' }, threshold: null, notes: [] };
  }
}

/**
 * The float32 t for which `v > t` says the same of every float32 v > 0 as `v > theta`, or as `v ≥ theta` where `orEqual`: the
 * largest float32 that is at most, or less than, θ; 0 where θ lets every positive code through.
 */
function thresholdBelow(theta: number, orEqual: boolean): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, theta);
  const nearest = bits.getFloat32(0);
  if (nearest <= 0) return 0;
  if (nearest > theta || (orEqual && nearest === theta)) bits.setUint32(0, bits.getUint32(0) - 1);
  return bits.getFloat32(0);
}

/** `b_enc` of a SAE that subtracts `b_dec` or nothing, in float64 until the last step. */
function encoderBias({ d, c, W_enc, b_enc, b_dec, b_pre }: Dictionary): { b_enc: Float32Array; subtractsDecoderBias: boolean; notes: readonly string[] } {
  const bias = b_enc.length === 0 ? new Float32Array(c) : b_enc;
  if (b_pre.every((value) => value === 0)) return { b_enc: bias, subtractsDecoderBias: false, notes: [] };
  if (b_pre.every((value, i) => value === b_dec[i])) return { b_enc: bias, subtractsDecoderBias: true, notes: [] };
  const sum = Float64Array.from(bias);
  for (let i = 0; i < d; i++) {
    const b = b_pre[i] ?? 0;
    for (let j = 0; j < c; j++) sum[j] = (sum[j] ?? 0) - b * (W_enc[i * c + j] ?? 0);
  }
  return { b_enc: Float32Array.from(sum), subtractsDecoderBias: false, notes: ["The input bias differs from b_dec and was moved into b_enc (b_enc − b_pre·W_enc)."] };
}
