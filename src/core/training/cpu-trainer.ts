import { CancelledError, InputError, invariant } from '../errors.ts';
import { uninterrupted } from '../work.ts';
import { adam, clipScale } from './cpu/adam.ts';
import { Backward } from './cpu/backward.ts';
import { Batch } from './cpu/batch.ts';
import { Forward } from './cpu/forward.ts';
import { arraysOf, parametersOf } from './cpu/parameters.ts';
import { denseProduct } from './dense-product.ts';
import { nextPenalty } from './penalty.ts';
import { learningRateAt } from './schedule.ts';
import { StatsMeter } from './cpu/stats-meter.ts';
import type { DenseProduct } from './dense-product.ts';
import type { Parameters } from './cpu/parameters.ts';
import type { Recipe } from './recipe.ts';
import type { StepStats, Trainer, TrainingState } from './trainer.ts';
import type { Matrix } from '../tensor.ts';
import type { Work } from '../work.ts';

/** Floating-point operations between two pauses: a few milliseconds in JavaScript. */
const PIECE = 2 ** 24;
/** Weights that Adam moves between two pauses. */
const ADAM_PIECE = 2 ** 18;

/** What a CPU trainer is made from. */
export interface CpuTrainerOptions {
  readonly recipe: Recipe;
  readonly d: number;
  /** Of the whole run: the schedule's end. */
  readonly totalSteps: number;
  /** `initialState`, or where an earlier trainer was saved. */
  readonly state: TrainingState;
  readonly product?: DenseProduct | undefined;
  /** Floating-point operations of one call of `product` at most; more for one that is faster than JavaScript. */
  readonly piece?: number | undefined;
  /** Asked between pieces of a step. A step that it cancels has not happened. */
  readonly work?: Work | undefined;
}

/** The reference of every SAE method, and what trains where there is no WebGPU. README.md tells how a step goes. */
export class CpuTrainer implements Trainer {
  readonly backend = 'cpu';
  readonly #recipe: Recipe;
  readonly #totalSteps: number;
  readonly #parameters: Parameters;
  readonly #batch: Batch;
  readonly #forward: Forward;
  readonly #backward: Backward;
  readonly #work: Work;
  readonly #meter: StatsMeter;
  #shard: Matrix | null = null;
  #steps: number;
  #theta: number | null;
  #penalty: number;
  #busy = false;

  private constructor(options: CpuTrainerOptions) {
    const { recipe, d, totalSteps, state, product = denseProduct, piece = PIECE, work = uninterrupted } = options;
    this.#recipe = recipe;
    this.#totalSteps = totalSteps;
    this.#parameters = parametersOf(recipe, state, d);
    this.#batch = new Batch(recipe, this.#parameters, recipe.batch, d);
    this.#forward = new Forward(this.#batch, product, piece);
    this.#backward = new Backward(this.#batch, piece);
    this.#work = work;
    this.#meter = new StatsMeter(recipe);
    this.#steps = state.step;
    this.#theta = state.theta;
    this.#penalty = state.penalty;
  }

  /** Throws InputError naming an array of the state that does not fit the recipe. The recipe is one that `checkRecipe` lets pass. */
  static create(options: CpuTrainerOptions): CpuTrainer {
    return new CpuTrainer(options);
  }

  get steps(): number {
    return this.#steps;
  }

  async useShard(shard: Matrix): Promise<void> {
    invariant(shard.cols === this.#batch.d, `a trainer of ${this.#batch.d} dimensions got rows of ${shard.cols}`);
    this.#shard = shard;
  }

  /** Throws CancelledError, and InputError where the loss is no longer a number; either way as if the step had not been taken. */
  async step(rows: Uint32Array): Promise<void> {
    invariant(!this.#busy, 'a step while another one runs');
    this.#busy = true;
    try {
      await this.#step(rows);
    } finally {
      this.#busy = false;
    }
  }

  async stats(): Promise<StepStats> {
    return this.#meter.read(this.#steps, this.#theta, this.#parameters.silent);
  }

  async save(): Promise<TrainingState> {
    invariant(!this.#busy, 'saved during a step');
    return { step: this.#steps, theta: this.#theta, penalty: this.#penalty, arrays: arraysOf(this.#parameters) };
  }

  dispose(): void {
    this.#shard = null;
  }

  async #step(rows: Uint32Array): Promise<void> {
    const batch = this.#batch;
    const pause = this.#work.pause;
    this.#take(rows);
    for (const { gradient } of this.#parameters.trained) gradient.fill(0);
    batch.penalty = this.#penalty;
    const thetaBatch = await this.#forward.run(this.#steps, this.#totalSteps, this.#theta, pause);
    await this.#backward.run(pause);
    const loss = batch.loss / batch.rows;
    // Gradients and moments are kept in float32.
    if (!Number.isFinite(Math.fround(loss))) {
      throw new InputError(`the loss is no longer a number at step ${this.#steps + 1}`, { field: 'learningRate', fix: 'Train again with a smaller learning rate.' });
    }
    await this.#commit(thetaBatch);
  }

  /** Copies the rows, and starts the sums of a step. */
  #take(rows: Uint32Array): void {
    const { x, centred, d, rows: count } = this.#batch;
    const shard = this.#shard;
    invariant(shard !== null && rows.length === count, `a step of ${count} rows got ${rows.length}, or no shard`);
    const { bPre, logTheta } = this.#parameters;
    if (logTheta !== null) for (let i = 0; i < this.#batch.c; i++) this.#batch.theta[i] = Math.exp(logTheta.value[i] as number);
    for (let r = 0; r < count; r++) {
      const row = rows[r] as number;
      invariant(row < shard.rows, `row ${row} of a shard of ${shard.rows}`);
      for (let j = 0; j < d; j++) {
        const value = shard.data[row * d + j] as number;
        x[r * d + j] = value;
        centred[r * d + j] = value - (bPre[j] as number);
      }
    }
  }

  /** Moves the parameters. A wish to cancel waits until all of them are moved, so that what is saved then is whole. */
  async #commit(thetaBatch: number | null): Promise<void> {
    const batch = this.#batch;
    const recipe = this.#recipe;
    const learningRate = learningRateAt(recipe, this.#steps, this.#totalSteps);
    const change = { learningRate, step: this.#steps + 1, gradientScale: clipScale(this.#parameters.trained, recipe.clip) };
    let cancelled: CancelledError | null = null;
    for (const parameter of this.#parameters.trained) {
      const row = Math.max(1, parameter.unitRows);
      const piece = Math.max(row, Math.floor(ADAM_PIECE / row) * row);
      for (let from = 0; from < parameter.value.length; from += piece) {
        adam(recipe, parameter, change, from, Math.min(from + piece, parameter.value.length));
        cancelled ??= await this.#pauseUncancelled();
      }
    }
    if (thetaBatch !== null) this.#theta = this.#theta === null ? thetaBatch : 0.9 * this.#theta + 0.1 * thetaBatch;
    if (this.#penalty !== 0) this.#penalty = nextPenalty(recipe, this.#penalty, batch.active / batch.rows);
    const { silent } = this.#parameters;
    for (let i = 0; i < batch.c; i++) silent[i] = batch.fired[i] === 1 ? 0 : (silent[i] as number) + 1;
    this.#meter.add(batch, learningRate);
    this.#steps += 1;
    if (cancelled !== null) throw cancelled;
  }

  async #pauseUncancelled(): Promise<CancelledError | null> {
    try {
      await this.#work.pause();
      return null;
    } catch (error) {
      if (error instanceof CancelledError) return error;
      throw error;
    }
  }
}
