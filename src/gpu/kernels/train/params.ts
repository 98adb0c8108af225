import type { Sizes } from './sizes.ts';

/** Bytes of Params in common.wgsl. */
export const PARAMS_BYTES = 400;

/** What is different from step to step. */
export interface StepParams {
  readonly rows: number;
  /** Codes to keep: k·B of the batch, or k of each row. */
  readonly keep: number;
  /** Steps of silence after which the log counts a unit as dead. */
  readonly window: number;
  readonly learningRate: number;
  /** Optimiser steps with this one; Adam's t. */
  readonly step: number;
}

/** What stays the same in a run. */
export interface RunParams {
  readonly sizes: Sizes;
  /** Whether θ follows the batches. */
  readonly follow: boolean;
  readonly trainBias: boolean;
  readonly clip: number | null;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly auxiliary: { readonly weight: number; readonly keep: number; readonly deadAfter: number };
  readonly reanimation: number;
  readonly nudge: number;
}

/** Entries that the lists have room for. */
export interface Capacities {
  readonly codes: number;
  readonly auxiliary: number;
}

/** Larger than any norm of a gradient. */
const NO_CLIP = 3e38;

/** Params of common.wgsl for one step. Sums are scaled in float64 and rounded once. */
export function packParams(run: RunParams, step: StepParams, capacities: Capacities, slot: number): ArrayBuffer {
  const { sizes } = run;
  const { segment } = sizes;
  const bytes = new ArrayBuffer(PARAMS_BYTES);
  const words = new Uint32Array(bytes);
  const floats = new Float32Array(bytes);
  words.set([
    step.rows,
    sizes.vectors,
    sizes.concepts,
    sizes.quads,
    Math.ceil(step.rows / 32),
    sizes.batch,
    sizes.columnGroups,
    sizes.prefixes.length,
    step.keep,
    run.auxiliary.keep,
    run.auxiliary.deadAfter,
    step.window,
    capacities.codes,
    capacities.auxiliary,
    Math.floor(capacities.codes / segment),
    Math.floor(capacities.auxiliary / segment),
    segment,
    slot,
    run.follow ? 1 : 0,
    run.trainBias ? 1 : 0,
  ]);
  const errorScale = 1 / (step.rows * sizes.d);
  const lossScale = errorScale / sizes.prefixes.length;
  const [beta1, beta2] = run.betas;
  floats.set(
    [
      2 * lossScale,
      lossScale,
      errorScale,
      run.auxiliary.weight,
      -run.reanimation / (step.rows * sizes.concepts),
      run.nudge,
      run.clip ?? NO_CLIP,
      1 - step.learningRate * run.weightDecay,
      step.learningRate / (1 - beta1 ** step.step),
      1 / Math.sqrt(1 - beta2 ** step.step),
      run.epsilon,
      0,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
    ],
    20,
  );
  words.set(sizes.prefixes, 36);
  return bytes;
}
