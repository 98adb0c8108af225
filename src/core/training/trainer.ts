import type { Matrix } from '../tensor.ts';

/** Where a trainer computes. */
export type TrainingBackend = 'cpu' | 'webgpu';

/** What one or several optimiser steps looked like; means over the steps since the last reading, unless said otherwise. */
export interface StepStats {
  /** Optimiser steps done so far. */
  readonly step: number;
  /** The whole loss, penalties included. */
  readonly loss: number;
  /** Mean squared error over all entries. */
  readonly mse: number;
  /** Codes a row. */
  readonly l0: number;
  /** Share of units that were silent for the recipe's `deadAfter` steps, or in every step since the last reading without one. */
  readonly dead: number;
  /** Running threshold; null for methods without one. */
  readonly theta: number | null;
  readonly learningRate: number;
}

/**
 * All that a trainer has to remember, to go on after a reload exactly as if nothing had happened. Matrices are row-major with
 * one row a concept.
 */
export interface TrainingState {
  readonly step: number;
  readonly theta: number | null;
  /** Weight of the sparsity penalty as adapted so far. */
  readonly penalty: number;
  /**
   * By name: `W_enc` (c·d), `b_enc` (c), `D` (c·d, possibly off unit norm after an optimiser step), `b_pre` (d), `b_dec` (d),
   * `logTheta` (c, jumprelu only); `m.<name>` and `v.<name>` are Adam's moments of each trained one; `silent` (c) steps since each
   * unit fired last.
   */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** One dictionary in training: the contract of the CPU reference and of the WebGPU trainer. */
export interface Trainer {
  readonly backend: TrainingBackend;
  /** Optimiser steps done or queued. */
  readonly steps: number;
  /** Gives the rows `(n, d)` that the following steps index; the trainer may keep a copy (on the GPU). */
  useShard(shard: Matrix): Promise<void>;
  /**
   * One optimiser step on `rows` of the shard. Resolves when the trainer takes the next one; on the GPU that may be before it is
   * computed. Rejects with DeviceLostError.
   */
  step(rows: Uint32Array): Promise<void>;
  /** Statistics since the last reading; on the GPU the only thing that waits for it. */
  stats(): Promise<StepStats>;
  /** A copy of the whole state. */
  save(): Promise<TrainingState>;
  dispose(): void;
}
