import type { Recipe } from '../../../core/training/recipe.ts';
import type { StepStats, TrainingState } from '../../../core/training/trainer.ts';
import type { StepLog } from './log.ts';
import type { StepInput } from './step-queue.ts';

/** Means over the steps between two readings, from the logs that come back. */
export class StatsMeter {
  readonly #recipe: Recipe;
  /** Steps done at the last reading. */
  #readAt: number;
  #theta: number | null;
  #dead = 0;
  #learningRate = 0;
  #count = 0;
  #loss = 0;
  #mse = 0;
  #codes = 0;

  constructor(recipe: Recipe, { step, theta }: TrainingState) {
    this.#recipe = recipe;
    this.#readAt = step;
    this.#theta = theta;
  }

  /** Steps of silence that make a unit dead, were the reading to follow step `step` (from 0). */
  windowAt(step: number): number {
    const { revival } = this.#recipe;
    return revival.kind === 'auxk' && revival.deadAfter > 0 ? revival.deadAfter : step + 1 - this.#readAt;
  }

  add({ rows, learningRate }: StepInput, { loss, mse, entries, dead, theta }: StepLog): void {
    this.#count += 1;
    this.#loss += loss;
    this.#mse += mse;
    this.#codes += entries / rows;
    this.#dead = dead / this.#recipe.concepts;
    this.#theta = theta;
    this.#learningRate = learningRate;
  }

  /** Means are NaN where there was no step since the last reading. */
  read(step: number): StepStats {
    const n = this.#count;
    const stats = { step, loss: this.#loss / n, mse: this.#mse / n, l0: this.#codes / n, dead: this.#dead, theta: this.#theta, learningRate: this.#learningRate };
    this.#readAt = step;
    this.#count = 0;
    this.#loss = 0;
    this.#mse = 0;
    this.#codes = 0;
    return stats;
  }
}
