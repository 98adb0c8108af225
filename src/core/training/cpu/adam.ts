import { normaliseRows } from './parameters.ts';
import type { Recipe } from '../recipe.ts';
import type { Parameter } from './parameters.ts';

/** Moments below this are set to 0: they would fade into denormal numbers, with which processors compute many times slower. */
const FADED = 1e-30;

/** What Adam needs to know of one step. */
export interface AdamStep {
  readonly learningRate: number;
  /** 1 for the first step. */
  readonly step: number;
  /** Factor on every gradient (clipping). */
  readonly gradientScale: number;
}

/**
 * AdamW on entries `from … to` of a parameter, as torch's: `w ← w·(1 − lr·wd)`, `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`,
 * `w ← w − lr/(1 − β₁ᵗ)·m/(√v/√(1 − β₂ᵗ) + ε)`; then unit rows where the parameter has them (`from` and `to` are whole rows).
 */
export function adam(recipe: Recipe, parameter: Parameter, { learningRate, step, gradientScale }: AdamStep, from: number, to: number): void {
  const { value, gradient, m, v, unitRows } = parameter;
  const [beta1, beta2] = recipe.betas;
  const rate = learningRate / (1 - beta1 ** step);
  const rootScale = 1 / Math.sqrt(1 - beta2 ** step);
  const kept = 1 - learningRate * recipe.weightDecay;
  const { epsilon } = recipe;
  for (let i = from; i < to; i++) {
    const g = (gradient[i] as number) * gradientScale;
    let first = beta1 * (m[i] as number) + (1 - beta1) * g;
    if (first < FADED && first > -FADED) first = 0;
    let second = beta2 * (v[i] as number) + (1 - beta2) * g * g;
    if (second < FADED) second = 0;
    m[i] = first;
    v[i] = second;
    value[i] = (value[i] as number) * kept - (rate * first) / (Math.sqrt(second) * rootScale + epsilon);
  }
  if (unitRows > 0) normaliseRows(value, unitRows, from / unitRows, to / unitRows);
}

/** Factor that brings the norm of all gradients together to at most `clip` (torch `clip_grad_norm_`); 1 where it is null. */
export function clipScale(parameters: readonly Parameter[], clip: number | null): number {
  if (clip === null) return 1;
  let squares = 0;
  for (const { gradient } of parameters) for (let i = 0; i < gradient.length; i++) squares += (gradient[i] as number) ** 2;
  return Math.min(1, clip / (Math.sqrt(squares) + 1e-6));
}
