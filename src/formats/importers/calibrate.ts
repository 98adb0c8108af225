import { batchTopKTrain } from '../../core/activations/batchtopk.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import { InputError } from '../../core/errors.ts';
import type { Matrix } from '../../core/tensor.ts';

/**
 * Threshold θ of a BatchTopK dictionary that has lost it: the (k·N)-th largest ReLU code over the calibration embeddings `(N, d)`,
 * as one training step of overcomplete on all of them would give.
 * @throws InputError when fewer than k·N codes are positive: θ would be 0, and every one of them would be kept.
 */
export function calibrateTheta(dictionary: Dictionary, calibration: Matrix, k: number): number {
  const codes = encode({ ...dictionary, act: { kind: 'relu' } }, calibration);
  const { thetaBatch } = batchTopKTrain(codes, k * calibration.rows, { theta: null });
  if (thetaBatch === 0)
    throw new InputError(`the calibration embeddings have fewer than ${k} positive codes a row.`, {
      field: 'calibration',
      fix: 'Give a smaller k, or embeddings like those of the training.',
    });
  return thetaBatch;
}
