import { batchTopKTrain } from '../../core/activations/batchtopk.ts';
import type { Activation, Comparator, Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import { InputError, type ErrorPlace } from '../../core/errors.ts';
import type { Matrix } from '../../core/tensor.ts';
import { checkedK, type DictionaryOptions } from './importer.ts';

/**
 * Threshold θ of a BatchTopK dictionary that has lost it: the (k·N)-th largest ReLU code over the calibration embeddings `(N, d)`,
 * as one training step of overcomplete on all of them would give. Half a step of float32 below it, so that this very code, which was
 * rounded to float32, is kept; a soft cap comes after the threshold.
 * @throws InputError when fewer than k·N codes are positive: θ would be 0, and every one of them would be kept.
 */
function calibrateTheta(dictionary: Dictionary, calibration: Matrix, k: number): number {
  const codes = encode({ ...dictionary, softcap: undefined, act: { kind: 'relu' } }, calibration);
  const { thetaBatch } = batchTopKTrain(codes, k * calibration.rows, { theta: null });
  if (thetaBatch === 0)
    throw new InputError(`the calibration embeddings have fewer than ${k} positive codes a row.`, {
      field: 'calibration',
      fix: 'Give a smaller k, or embeddings like those of the training.',
    });
  return thetaBatch * (1 - 2 ** -24);
}

/** What a BatchTopK checkpoint of `c` concepts says. */
interface Stored {
  readonly k: number | undefined;
  /** Running threshold; undefined where it was never set or is not stored. */
  readonly theta: number | undefined;
  readonly cmp: Comparator;
}

/**
 * BatchTopK at inference: θ given by the person, else estimated on their calibration embeddings (by `withTheta`, once the dictionary is
 * there), else the stored one.
 * @throws InputError at `place` asking for θ when there is none, and for an unusable k.
 */
export function batchTopK({ k: storedK, theta: stored, cmp }: Stored, options: DictionaryOptions, c: number, place: ErrorPlace): Activation {
  const given = options.k ?? storedK;
  const k = given === undefined ? null : checkedK(given, c, { ...place, field: 'k' });
  if (options.theta !== undefined && !Number.isFinite(options.theta)) throw new InputError(`θ is ${options.theta}.`, { ...place, field: 'theta' });
  const theta = options.theta ?? (options.calibration === undefined ? stored : undefined);
  if (theta === undefined && (options.calibration === undefined || k === null)) {
    const fix = k === null ? 'Give theta, or k (codes a row) and calibration embeddings.' : 'Give theta, or calibration embeddings to estimate it on.';
    throw new InputError('the file does not hold the threshold θ of its BatchTopK.', { ...place, field: 'theta', fix });
  }
  return { kind: 'batchtopk', k, theta: theta ?? null, cmp };
}

/** Estimates the θ of a BatchTopK that has none; whoever made the activation saw to it that k and the embeddings are there. */
export function withTheta(dictionary: Dictionary, { calibration }: DictionaryOptions): Dictionary {
  const { act, notes } = dictionary;
  if (act.kind !== 'batchtopk' || act.theta !== null || act.k === null || calibration === undefined) return dictionary;
  const theta = calibrateTheta(dictionary, calibration, act.k);
  return {
    ...dictionary,
    act: { ...act, theta },
    notes: [
      ...notes,
      `θ = ${theta.toPrecision(6)} was estimated on ${calibration.rows} calibration embeddings with k = ${act.k}; it is not the running threshold of the training.`,
    ],
  };
}
