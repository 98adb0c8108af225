import { InputError, invariant } from '../../../core/errors.ts';
import { codesAt, learningRateAt } from '../../../core/training/schedule.ts';
import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { tilesOf } from './kernels.ts';
import { TrainMemory } from './memory-of-run.ts';
import { packParams } from './params.ts';
import { StepRecorder } from './recorder.ts';
import { StatsMeter } from './stats-meter.ts';
import { rowsPerShard, sizesOf } from './sizes.ts';
import { downloadState, uploadState } from './state.ts';
import { isGpuMethod, planStep } from './step-plan.ts';
import { StepQueue } from './step-queue.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { StepStats, Trainer, TrainingState } from '../../../core/training/trainer.ts';
import type { Matrix } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { Tile } from './kernels.ts';
import type { StepLog } from './log.ts';
import type { Capacities } from './sizes.ts';
import type { PartTimes } from './recorder.ts';
import type { Sizes } from './sizes.ts';
import type { GpuMethod, Part } from './step-plan.ts';
import type { StepInput } from './step-queue.ts';

/** What a GPU trainer is made from. */
export interface WebGpuTrainerOptions {
  readonly recipe: Recipe;
  readonly d: number;
  /** Of the whole run: the schedule's end. */
  readonly totalSteps: number;
  /** `initialState`, or where an earlier trainer, on any backend, was saved. */
  readonly state: TrainingState;
}

/** What a run can do without; none of it changes its numbers beyond the rounding of float32, and `capacities` and `times` not at all. */
export interface TrainTuning {
  /** Of the dense product, from `fasterTile`; the device's usual one where null. */
  readonly tile: Tile | null;
  /** Room at first in the lists of codes; tests make it small. */
  readonly capacities: Capacities | null;
  /** Codes of a concept that one workgroup sums; tests make it small. */
  readonly segment: number | null;
  /** Times the parts of each step; that takes time itself. */
  readonly times: PartTimes | null;
}

const DEFAULT_TUNING: TrainTuning = { tile: null, capacities: null, segment: null, times: null };

type GpuRecipe = Recipe & { readonly method: GpuMethod };

/**
 * SAE training on WebGPU; src/gpu/README.md tells how a step goes. Follows the CPU reference to the rounding of float32; the same
 * recipe, state and batches give the same bits on one device.
 */
export class WebGpuTrainer implements Trainer {
  readonly backend = 'webgpu';
  readonly #context: GpuContext;
  readonly #recipe: GpuRecipe;
  readonly #totalSteps: number;
  readonly #sizes: Sizes;
  readonly #tuning: TrainTuning;
  readonly #memory: TrainMemory;
  readonly #queue: StepQueue;
  readonly #meter: StatsMeter;
  #recorder: StepRecorder | null = null;
  #steps: number;
  #tail: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /** Whether the kernels know all that the recipe asks for. */
  static supports({ method }: Recipe): boolean {
    return isGpuMethod(method);
  }

  /**
   * Uploads the state. Throws InputError when the recipe is not supported, an array of the state does not fit it or a buffer does not
   * fit the device; DeviceLostError.
   */
  static async create(context: GpuContext, options: WebGpuTrainerOptions, tuning: Partial<TrainTuning> = {}): Promise<WebGpuTrainer> {
    const { recipe, d, state } = options;
    const { method } = recipe;
    if (!isGpuMethod(method)) throw new InputError(`${method} is not trained on the GPU`, { field: 'method', fix: 'Train on the CPU.' });
    const { device } = context;
    const sizes = sizesOf(recipe, d, device.limits, tuning.segment ?? null);
    const { result, valid } = validated(device, 'Making the trainer', () => {
      const memory = new TrainMemory(device, { ...recipe, method }, sizes, tuning.capacities ?? null);
      uploadState(device, recipe, sizes, memory.state, state);
      return new WebGpuTrainer(context, { ...options, recipe: { ...recipe, method } }, sizes, { ...DEFAULT_TUNING, ...tuning }, memory);
    });
    await orDeviceLost(context, valid);
    return result;
  }

  private constructor(context: GpuContext, options: WebGpuTrainerOptions & { readonly recipe: GpuRecipe }, sizes: Sizes, tuning: TrainTuning, memory: TrainMemory) {
    const { recipe, totalSteps, state } = options;
    this.#context = context;
    this.#recipe = recipe;
    this.#totalSteps = totalSteps;
    this.#sizes = sizes;
    this.#tuning = tuning;
    this.#memory = memory;
    this.#steps = state.step;
    this.#meter = new StatsMeter(recipe, state);
    this.#queue = new StepQueue(context, memory.work.log, {
      submit: (input, slot) => {
        this.#submit(input, slot);
      },
      onDone: (input, log) => {
        this.#meter.add(input, log);
      },
      grow: async (log) => this.#grow(log),
    });
  }

  get steps(): number {
    return this.#steps;
  }

  /** Parts of a step in the order of `times`; known after the first step. */
  get parts(): readonly Part[] {
    return this.#recorder?.parts ?? [];
  }

  /**
   * Copies rows `(n, d)` to the GPU, in place of the last shard. Throws InputError when they do not fit a buffer (`rowsPerShard`);
   * DeviceLostError.
   */
  async useShard(shard: Matrix): Promise<void> {
    await this.#enqueue(async () => {
      const { device } = this.#context;
      invariant(shard.cols === this.#sizes.d, `a trainer of ${this.#sizes.d} dimensions got rows of ${shard.cols}`);
      const most = rowsPerShard(shard.cols, device);
      if (shard.rows > most) {
        throw new InputError(`${shard.rows} rows of ${shard.cols} dimensions do not fit a buffer of the GPU`, { field: 'rows', fix: `Train in shards of at most ${most} rows.` });
      }
      // Steps that have to run again need the rows that they were given.
      await this.#queue.drain();
      this.#recorder = null;
      const { valid } = validated(device, 'Uploading embeddings', () => {
        this.#memory.uploadShard(shard);
      });
      await orDeviceLost(this.#context, valid);
    });
  }

  /** As `Trainer.step`, on up to `batch` rows. Rejects with DeviceLostError, and InputError where the loss of an earlier step is not a number. */
  async step(rows: Uint32Array): Promise<void> {
    await this.#enqueue(async () => {
      const held = this.#memory.shardRows;
      const recipe = this.#recipe;
      invariant(rows.length > 0 && rows.length <= recipe.batch, `a step of ${recipe.batch} rows got ${rows.length}`);
      const beyond = rows.find((row) => row >= held);
      invariant(beyond === undefined, `row ${beyond ?? ''} of a shard of ${held}`);
      await this.#prepare();
      const step = this.#steps;
      const input: StepInput = {
        picks: rows.slice(),
        rows: rows.length,
        keep: recipe.method === 'topk' ? recipe.k : Math.round(codesAt(recipe, step, this.#totalSteps) * rows.length),
        window: this.#meter.windowAt(step),
        learningRate: learningRateAt(recipe, step, this.#totalSteps),
        step: step + 1,
      };
      this.#steps += 1;
      await this.#queue.push(input);
    });
  }

  /** Waits for all steps. Means are NaN where there was none since the last reading. Rejects as `step` does. */
  async stats(): Promise<StepStats> {
    return this.#enqueue(async () => {
      await this.#queue.drain();
      return this.#meter.read(this.#steps);
    });
  }

  /** Waits for all steps. Rejects as `step` does. */
  async save(): Promise<TrainingState> {
    return this.#enqueue(async () => {
      await this.#queue.drain();
      return downloadState(this.#context, this.#recipe, this.#sizes, this.#memory.state, this.#steps);
    });
  }

  /** Frees the GPU's memory once the call under way is done; calls that follow reject. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    void this.#tail.then(() => {
      this.#memory.dispose();
      this.#queue.dispose();
    });
  }

  /** Runs `work` after all earlier calls. */
  async #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#tail.then(async () => {
      invariant(!this.#disposed, 'the trainer was disposed');
      return work();
    });
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Compiles and binds what steps need, once for each set of buffers. */
  async #prepare(): Promise<void> {
    if (this.#recorder !== null) return;
    const { device } = this.#context;
    const plan = planStep(this.#recipe, this.#sizes, this.#tuning.tile ?? tilesOf(device)[0], this.#memory.buffers());
    this.#recorder = await orDeviceLost(this.#context, StepRecorder.create(device, this.#memory.work, this.#memory.cleared, plan));
  }

  #submit(input: StepInput, slot: number): void {
    const { device } = this.#context;
    const { params, picks } = this.#memory.work;
    const recorder = this.#recorder;
    invariant(recorder !== null, 'a step before its kernels');
    device.queue.writeBuffer(picks, 0, input.picks);
    device.queue.writeBuffer(params, 0, packParams(this.#recipe, this.#sizes, input, this.#memory.capacities, slot));
    const encoder = device.createCommandEncoder({ label: 'train step' });
    recorder.record(encoder, input.rows, this.#tuning.times);
    device.queue.submit([encoder.finish()]);
  }

  async #grow(log: StepLog): Promise<void> {
    this.#recorder = null;
    const { valid } = validated(this.#context.device, 'Making room for codes', () => {
      this.#memory.grow(log);
    });
    await orDeviceLost(this.#context, valid);
    await this.#prepare();
  }
}
