import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { matrixShape, numberSetting, setting, weights, type AtomNorm, type DictionaryOptions, type Settings } from './importer.ts';

/** Added to a norm before dividing by it, in all of overcomplete's normalisations. */
const EPSILON = 1e-8;
const NORMS = new Set<unknown>(['l2', 'max_l2', 'l1', 'max_l1', 'identity']);

/** Decoder `(c, d)`. */
export interface Atoms {
  readonly W_dec: Float32Array;
  readonly c: number;
  readonly d: number;
}

/**
 * Atoms of a state dict as the library computes them: `rownorm(_weights)·exp(multiplier)` (`_weights` are stored un-normalised), or
 * for an archetypal dictionary `(W·C + Relax)·exp(multiplier)` with W's rows made convex and Relax's rows cut to norm delta.
 * @throws InputError when tensors are missing, do not fit together or are not finite.
 */
export async function overcompleteAtoms(
  tensors: TensorFile,
  config: Settings | null,
  options: DictionaryOptions,
  notes: string[],
): Promise<Atoms> {
  const archetypal = tensors.tensors.has('dictionary.C');
  const atoms = archetypal
    ? await archetypalAtoms(tensors, config, notes)
    : await freeAtoms(tensors, normOf(config, options, notes));
  const multiplier = tensors.tensors.has('dictionary.multiplier')
    ? Math.exp((await weights(tensors, 'dictionary.multiplier', []))[0] ?? 0)
    : 1;
  const W_dec = Float32Array.from(atoms.values, (value) => value * multiplier);
  if (!W_dec.every(Number.isFinite))
    throw new InputError('the atoms overflow.', { file: tensors.name, field: 'dictionary.multiplier' });
  return { W_dec, c: atoms.c, d: atoms.d };
}

interface Values {
  readonly values: Float64Array;
  readonly c: number;
  readonly d: number;
}

async function freeAtoms(tensors: TensorFile, norm: AtomNorm): Promise<Values> {
  const [c, d] = matrixShape(tensors, 'dictionary._weights');
  const values = Float64Array.from(await weights(tensors, 'dictionary._weights', [c, d]));
  for (let i = 0; i < c; i++) {
    const row = values.subarray(i * d, (i + 1) * d);
    const divisor = rowDivisor(row, norm);
    for (let j = 0; j < d; j++) row[j] = (row[j] ?? 0) / divisor;
  }
  return { values, c, d };
}

function rowDivisor(row: Float64Array, norm: AtomNorm): number {
  if (norm === 'identity') return 1;
  const size = norm.endsWith('l1')
    ? row.reduce((sum, value) => sum + Math.abs(value), 0)
    : Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  // max_*: rows inside the ball stay as they are.
  return norm.startsWith('max_') ? Math.max(1, size) : size + EPSILON;
}

async function archetypalAtoms(tensors: TensorFile, config: Settings | null, notes: string[]): Promise<Values> {
  const [points, d] = matrixShape(tensors, 'dictionary.C');
  const [c] = matrixShape(tensors, 'dictionary.W');
  const C = await weights(tensors, 'dictionary.C', [points, d]);
  const W = await weights(tensors, 'dictionary.W', [c, points]);
  const relax = await weights(tensors, 'dictionary.Relax', [c, d]);
  const delta = numberSetting(config, 'delta') ?? 1;
  if (numberSetting(config, 'delta') === undefined)
    notes.push("The file does not say the archetypal dictionary's delta: the library's default of 1 was used.");
  const values = new Float64Array(c * d);
  for (let i = 0; i < c; i++) {
    const mix = Float64Array.from(W.subarray(i * points, (i + 1) * points), (value) => Math.max(0, value));
    const total = mix.reduce((sum, value) => sum + value, 0) + EPSILON;
    const slack = relax.subarray(i * d, (i + 1) * d);
    const norm = Math.sqrt(slack.reduce((sum, value) => sum + value * value, 0));
    const cut = norm > delta ? delta / norm : 1;
    const row = values.subarray(i * d, (i + 1) * d);
    for (let j = 0; j < d; j++) row[j] = (slack[j] ?? 0) * cut;
    for (let p = 0; p < points; p++) {
      const share = (mix[p] ?? 0) / total;
      if (share > 0) for (let j = 0; j < d; j++) row[j] = (row[j] ?? 0) + share * (C[p * d + j] ?? 0);
    }
  }
  return { values, c, d };
}

function normOf(config: Settings | null, options: DictionaryOptions, notes: string[]): AtomNorm {
  const named = options.atoms ?? setting(config, 'dictionary_normalization');
  if (named === undefined) {
    notes.push(
      "The file does not say how atoms were normalised: the library's default, unit L2 norm, was used. Say atoms = identity if it was trained without.",
    );
    return 'l2';
  }
  if (!isAtomNorm(named))
    throw new InputError(`the normalisation ${shortJson(named)} is not known.`, {
      file: config?.file,
      field: 'dictionary_normalization',
      fix: `Known are ${[...NORMS].join(', ')}.`,
    });
  return named;
}

function isAtomNorm(value: unknown): value is AtomNorm {
  return NORMS.has(value);
}
