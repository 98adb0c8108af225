import type { Activation, Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { transpose } from '../importers/importer.ts';
import { writeSafetensors } from '../safetensors.ts';

/** A state dict with overcomplete's names, and what the state dict does not say. */
export interface OvercompleteFiles {
  readonly 'config.json': Uint8Array;
  readonly 'sae.safetensors': Uint8Array;
}

/**
 * A dictionary under overcomplete's state-dict names (`load_state_dict(safetensors.torch.load_file(…))`), with a config.json of what the
 * library passes to the constructor. Codes and reconstructions stay the same; atoms are marked as stored as they are
 * (`dictionary_normalization: identity`). An input bias moves into the encoder, `b_enc' = b_enc − b_pre·W_enc`, rounded to float32.
 * @throws InputError for what overcomplete has no place for.
 */
export function writeOvercomplete(dictionary: Dictionary): OvercompleteFiles {
  const reason = noOvercomplete(dictionary);
  if (reason !== null) throw new InputError(`${reason}.`, { field: 'overcomplete', fix: 'Export to saelens, or use the file of this program.' });
  const { d, c, W_enc, W_dec, b_enc, b_pre, act } = dictionary;
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>([['dictionary._weights', { shape: [c, d], data: W_dec }]]);
  if (W_enc.length > 0) {
    tensors.set('encoder.final_block.0.weight', { shape: [c, d], data: transpose(W_enc, d, c) });
    tensors.set('encoder.final_block.0.bias', { shape: [c], data: withoutInputBias(b_enc, b_pre, W_enc, c) });
  }
  if (act.kind === 'jumprelu') tensors.set('thresholds', { shape: [c], data: act.theta.map(Math.log) });
  const config = { ...settingsOf(act), input_shape: d, nb_concepts: c, dictionary_normalization: 'identity' };
  return { 'config.json': new TextEncoder().encode(`${JSON.stringify(config, null, 1)}\n`), 'sae.safetensors': writeSafetensors(tensors) };
}

/** Why overcomplete cannot hold this dictionary; null where it can. */
function noOvercomplete({ act, norm, preNorm, softcap, W_skip, b_dec }: Dictionary): string | null {
  if (b_dec.some((value) => value !== 0)) return 'overcomplete has no decoder bias';
  if (norm.kind !== 'none' || norm.mean !== undefined) return 'overcomplete does not normalise its input';
  if (preNorm !== undefined) return 'a LayerNorm of the pre-codes is not written';
  if (softcap !== undefined) return 'overcomplete has no soft cap';
  if (W_skip !== undefined) return 'overcomplete has no skip connection';
  if (act.kind === 'gated' || act.kind === 'groupmax') return `overcomplete has no ${act.kind} SAE`;
  if (act.kind === 'topk' && !act.relu) return "overcomplete's top-k drops negative codes, which this dictionary keeps";
  if (act.kind === 'batchtopk' && act.theta === null) return 'BatchTopK without its threshold θ has no codes of its own';
  if (act.kind === 'batchtopk' && act.cmp === '>') return 'overcomplete compares its threshold ≥ θ, this dictionary >';
  if (act.kind === 'jumprelu' && act.cmp === '>') return 'overcomplete compares its thresholds ≥ θ, this dictionary >';
  if (act.kind === 'jumprelu' && act.theta.some((theta) => !(theta > 0))) return 'overcomplete keeps logarithms of thresholds, and one of them is not positive';
  return null;
}

function settingsOf(act: Activation): object {
  switch (act.kind) {
    case 'topk': return { sae_class: 'TopKSAE', top_k: act.k };
    case 'batchtopk': return { sae_class: 'BatchTopKSAE', running_threshold: act.theta, ...(act.k === null ? {} : { top_k: act.k, batch_size: 1 }) };
    case 'jumprelu': return { sae_class: 'JumpSAE' };
    case 'mp': return { sae_class: 'MpSAE', k: act.k };
    case 'omp': return { sae_class: 'OMPSAE', k: act.k, max_iter: act.maxIter };
    case 'relu':
    case 'gated':
    case 'groupmax': return { sae_class: 'SAE' };
  }
}

function withoutInputBias(b_enc: Float32Array, b_pre: Float32Array, W_enc: Float32Array, c: number): Float32Array {
  const sum = b_enc.length === 0 ? new Float64Array(c) : Float64Array.from(b_enc);
  for (const [i, b] of b_pre.entries()) {
    if (b !== 0) for (let j = 0; j < c; j++) sum[j] = (sum[j] ?? 0) - b * (W_enc[i * c + j] ?? 0);
  }
  return Float32Array.from(sum);
}
