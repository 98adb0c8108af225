import { InputError } from '../errors.ts';
import { codeRow } from '../tensor.ts';
import { CodesBuilder } from '../codes-builder.ts';
import { kthLargest } from './select.ts';
import type { SparseCodes } from '../tensor.ts';

/** Weight of the past in the running threshold (overcomplete `threshold_momentum`). */
const MOMENTUM = 0.9;

/** What BatchTopK remembers between batches. */
export interface BatchTopKState {
  /** Running threshold θ; `null` before the first batch. */
  readonly theta: number | null;
}

/** Codes that one batch keeps, and the thresholds after it. */
export interface BatchTopKStep {
  readonly codes: SparseCodes;
  /** θ_B: the smallest kept value of this batch. */
  readonly thetaBatch: number;
  readonly state: { readonly theta: number };
}

/**
 * BatchTopK in training (overcomplete `BatchTopKSAE.encode`): of the ReLU codes `(B, c)` of a batch, keeps the `kTotal` = k·B
 * largest; θ_B is the smallest of them and ties with it are kept; with fewer than `kTotal` positive codes θ_B = 0. The running
 * threshold becomes θ_B at first, then `0.9·θ + 0.1·θ_B`. Leave out a short last batch: it skews θ.
 * With `{ theta: null }` on a calibration set this estimates θ for a dictionary that has lost it.
 * Throws InputError when `kTotal` is not a positive whole number.
 */
export function batchTopKTrain(codes: SparseCodes, kTotal: number, state: BatchTopKState): BatchTopKStep {
  if (!Number.isInteger(kTotal) || kTotal < 1) {
    throw new InputError(`BatchTopK keeps k·B codes of a batch, and that is ${kTotal}`, { field: 'k', fix: 'Give a k of at least 1 and a batch of at least one row.' });
  }
  const positive = Float64Array.from(codes.values).filter((value) => value > 0);
  const thetaBatch = positive.length < kTotal ? 0 : kthLargest(positive, kTotal);
  const theta = state.theta === null ? thetaBatch : MOMENTUM * state.theta + (1 - MOMENTUM) * thetaBatch;
  return { codes: keepFrom(codes, thetaBatch), thetaBatch, state: { theta } };
}

function keepFrom(codes: SparseCodes, theta: number): SparseCodes {
  const kept = new CodesBuilder(codes.rows, codes.cols);
  for (let r = 0; r < codes.rows; r++) {
    const { indices, values } = codeRow(codes, r);
    for (let e = 0; e < indices.length; e++) {
      const value = values[e] ?? 0;
      if (value > 0 && value >= theta) kept.push(indices[e] ?? 0, value);
    }
    kept.endRow();
  }
  return kept.finish();
}
