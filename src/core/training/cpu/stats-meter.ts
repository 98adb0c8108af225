import type { Recipe } from '../recipe.ts';
import type { StepStats } from '../trainer.ts';
import type { Batch } from './batch.ts';

/** Means over the steps between two readings. */
export class StatsMeter {
  readonly #recipe: Recipe;
  /** 1 for each unit `(c)` that fired since the last reading. */
  readonly #fired: Uint8Array;
  #steps = 0;
  #loss = 0;
  #mse = 0;
  #l0 = 0;
  #learningRate = 0;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.#fired = new Uint8Array(recipe.concepts);
  }

  add(batch: Batch, learningRate: number): void {
    this.#steps += 1;
    this.#loss += batch.loss / batch.rows;
    this.#mse += batch.squaredError / (batch.rows * batch.d);
    this.#l0 += batch.active / batch.rows;
    this.#learningRate = learningRate;
    for (let i = 0; i < batch.c; i++) if (batch.fired[i] === 1) this.#fired[i] = 1;
  }

  /** Means are NaN where there was no step since the last reading. */
  read(step: number, theta: number | null, silent: Float32Array): StepStats {
    const { revival } = this.#recipe;
    const c = this.#fired.length;
    let dead = 0;
    for (let i = 0; i < c; i++) {
      if (revival.kind === 'auxk' && revival.deadAfter > 0 ? (silent[i] as number) >= revival.deadAfter : this.#fired[i] === 0) dead += 1;
    }
    const n = this.#steps;
    const stats = { step, loss: this.#loss / n, mse: this.#mse / n, l0: this.#l0 / n, dead: dead / c, theta, learningRate: this.#learningRate };
    this.#fired.fill(0);
    this.#steps = 0;
    this.#loss = 0;
    this.#mse = 0;
    this.#l0 = 0;
    return stats;
  }
}
