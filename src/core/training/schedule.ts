import type { Recipe } from './recipe.ts';

/**
 * Learning rate of optimiser step `step` (from 0) of `totalSteps`.
 *
 * `cosine` is overcomplete's `CosineScheduler`, which counts up before its first use: step s takes value s + 1, so that `start` itself
 * is never applied and the last step has `final`. `onecycle` is torch's `OneCycleLR` with two phases of cosine annealing. `linear`
 * (dictionary_learning) reaches the learning rate at the end of the warm-up and would be 0 one step after the last.
 */
export function learningRateAt({ learningRate, schedule }: Pick<Recipe, 'learningRate' | 'schedule'>, step: number, totalSteps: number): number {
  switch (schedule.kind) {
    case 'constant':
      return learningRate;
    case 'cosine': {
      const warm = Math.round(schedule.warmupShare * totalSteps);
      const at = Math.min(step + 1, totalSteps);
      if (at < warm) return between(schedule.start, learningRate, at / (warm - 1));
      return annealed(learningRate, schedule.final, (at - warm) / Math.max(1, totalSteps - warm));
    }
    case 'onecycle': {
      const start = learningRate / schedule.divStart;
      const top = schedule.upShare * totalSteps - 1;
      const down = totalSteps - 1 - top;
      if (step < top) return annealed(start, learningRate, step / top);
      return annealed(learningRate, start / schedule.divFinal, down > 0 ? Math.min(1, (step - top) / down) : 0);
    }
    case 'linear': {
      const warm = Math.round(schedule.warmupShare * totalSteps);
      const decay = Math.round(schedule.decayShare * totalSteps);
      const up = warm === 0 ? 1 : Math.min(1, (step + 1) / warm);
      const down = decay === 0 ? 1 : Math.min(1, Math.max(0, totalSteps - step) / decay);
      return learningRate * up * down;
    }
  }
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** Half a cosine from `from` (share 0) to `to` (share 1). */
function annealed(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}

/**
 * Codes a row, on average, that BatchTopK and Matryoshka keep at `step` of `totalSteps`: `anneal.factor·k` at first, linearly down to k
 * over the first `anneal.share` of the steps. A step keeps `Math.round(codesAt · B)` of its batch.
 */
export function codesAt({ k, anneal }: Pick<Recipe, 'k' | 'anneal'>, step: number, totalSteps: number): number {
  const until = anneal.share * totalSteps;
  return step < until ? k * between(anneal.factor, 1, step / until) : k;
}
