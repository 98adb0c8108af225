import { jumpKernels } from '../../../core/training/check.ts';
import { extraSegments } from './sizes.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { Capacities, Sizes } from './sizes.ts';

/** Bytes of Params in common.wgsl. */
export const PARAMS_BYTES = 416;

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

/** Larger than any norm of a gradient. */
const NO_CLIP = 3e38;
/** Places in Params, in words. */
const FLOATS = 23;
const ENDS = 40;

/** Params of common.wgsl for one step. Factors are computed in float64 and rounded once. */
export function packParams(recipe: Recipe, sizes: Sizes, step: StepParams, capacities: Capacities, slot: number): ArrayBuffer {
  const { method, revival, betas } = recipe;
  const auxk = revival.kind === 'auxk' ? revival : null;
  const penalised = method === 'relu' ? 1 : method === 'jumprelu' ? 2 : 0;
  const bytes = new ArrayBuffer(PARAMS_BYTES);
  const words = new Uint32Array(bytes);
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
    auxk?.kAux ?? Math.max(1, Math.floor(sizes.d / 2)),
    auxk?.deadAfter ?? 0,
    step.window,
    capacities.codes,
    capacities.auxiliary,
    extraSegments(sizes, capacities.codes),
    extraSegments(sizes, capacities.auxiliary),
    sizes.segment,
    slot,
    method === 'batchtopk' || method === 'matryoshka' ? 1 : 0,
    recipe.init.bias === 'mean' ? 1 : 0,
    penalised,
    penalised > 0 && recipe.penalty.adaptive ? 1 : 0,
    jumpKernels.indexOf(recipe.jump.kernel),
  ]);
  const errorScale = 1 / (step.rows * sizes.d);
  const lossScale = errorScale / sizes.prefixes.length;
  const [beta1, beta2] = betas;
  const floats = [
    2 * lossScale,
    lossScale,
    errorScale,
    auxk?.weight ?? 0,
    revival.kind === 'reanimation' ? -revival.weight / (step.rows * sizes.concepts) : 0,
    revival.kind === 'nudge' ? revival.amount : 0,
    recipe.clip ?? NO_CLIP,
    1 - step.learningRate * recipe.weightDecay,
    step.learningRate / (1 - beta1 ** step.step),
    1 / Math.sqrt(1 - beta2 ** step.step),
    recipe.epsilon,
    recipe.k,
    recipe.jump.bandwidth,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
  ];
  new Float32Array(bytes).set(floats, FLOATS);
  words.set(sizes.prefixes, ENDS);
  return bytes;
}
