import type { Dictionary } from '../../core/dictionary.ts';
import { NATIVE_FORMAT } from '../importers/native.ts';
import { writeSafetensors } from '../safetensors.ts';
import { noSaeLens, writeSaeLens } from './saelens.ts';

/**
 * A dictionary as one safetensors file of our own, which holds every kind of `Dictionary` bit for bit: tensors under our names,
 * everything else as JSON in the header's metadata. For the dictionaries that SAELens has no architecture for.
 */
export function writeNative(dictionary: Dictionary, metadata: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const { d, c, act, norm, preNorm, softcap, W_skip, notes, source } = dictionary;
  const vectors: readonly (readonly [string, readonly number[], Float32Array | undefined])[] = [
    ['encoder', [d, c], dictionary.W_enc],
    ['encoder_bias', [c], dictionary.b_enc],
    ['atoms', [c, d], dictionary.W_dec],
    ['decoder_bias', [d], dictionary.b_dec],
    ['input_bias', [d], dictionary.b_pre],
    ['threshold', [c], act.kind === 'jumprelu' ? act.theta : undefined],
    ['gate_bias', [c], act.kind === 'gated' ? act.bGate : undefined],
    ['magnitude_bias', [c], act.kind === 'gated' ? act.bMag : undefined],
    ['magnitude_gain', [c], act.kind === 'gated' ? act.rMag : undefined],
    ['input_mean', [d], norm.mean],
    ['pre_norm_gamma', [c], preNorm?.gamma],
    ['pre_norm_beta', [c], preNorm?.beta],
    ['skip', [d, d], W_skip],
  ];
  // mp and omp have no encoder, and some tools no encoder bias: what is empty is not written.
  const tensors = vectors.flatMap(([name, shape, data]) => (data === undefined || data.length === 0 ? [] : [[name, { shape, data }] as const]));
  const settings = { act: numbersOf(act), norm: numbersOf(norm), ...(preNorm === undefined ? {} : { preNorm: numbersOf(preNorm) }), ...(softcap === undefined ? {} : { softcap }), notes, source };
  return writeSafetensors(new Map(tensors), { format: NATIVE_FORMAT, version: '1', dictionary: JSON.stringify(settings), about: JSON.stringify(metadata) });
}

/** Files of a dictionary's folder: SAELens' where it has the architecture, else our own. `metadata` says how it was made. */
export function dictionaryFiles(dictionary: Dictionary, metadata: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, Uint8Array> {
  if (noSaeLens(dictionary) !== null) return new Map([['dictionary.safetensors', writeNative(dictionary, metadata)]]);
  return new Map(Object.entries(writeSaeLens(dictionary, metadata)));
}

/** The fields that are no tensors. */
function numbersOf(part: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => !(value instanceof Float32Array)));
}
