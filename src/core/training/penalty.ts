import type { Recipe } from './recipe.ts';

/** Largest relative change of the penalty in one step. */
const RATE = 0.01;

/**
 * The sparsity penalty of the next step, after one whose batch had `l0` codes a row: up where that is more than `k`, down where it is
 * less, by at most 1 % and in proportion to how far off it is. The penalty itself where the recipe keeps it fixed.
 */
export function nextPenalty({ k, penalty }: Pick<Recipe, 'k' | 'penalty'>, weight: number, l0: number): number {
  if (!penalty.adaptive) return weight;
  return weight * (1 + RATE * Math.max(-1, Math.min(1, (l0 - k) / k)));
}
