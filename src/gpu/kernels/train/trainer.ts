import { InputError, invariant } from '../../../core/errors.ts';
import { codesAt, learningRateAt } from '../../../core/training/schedule.ts';
import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { destroyAll, listBuffers, stateBuffers, workBuffers } from './memory.ts';
import { packParams } from './params.ts';
import { StepRecorder } from './recorder.ts';
import { firstCapacities, rowsPerShard, sizesOf } from './sizes.ts';
import { downloadState, padRows, uploadState } from './state.ts';
import { StepQueue } from './step-queue.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { StepStats, Trainer, TrainingState } from '../../../core/training/trainer.ts';
import type { Matrix } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { Tile } from './kernels.ts';
import type { StepLog } from './log.ts';
import type { Lists, StateBuffers, WorkBuffers } from './memory.ts';
import type { Capacities, RunParams } from './params.ts';
import type { StepShape } from './recorder.ts';
import type { Sizes } from './sizes.ts';
import type { StepInput } from './step-queue.ts';

/** What a GPU trainer is made from. */
export interface WebGpuTrainerOptions {
  readonly recipe: Recipe;
  readonly d: number;
  /** Of the whole run: the schedule's end. */
  readonly totalSteps: number;
  /** `initialState`, or where an earlier trainer, on any backend, was saved. */
  readonly state: TrainingState;
  /** Tile of the dense product, from `fasterTile`; a large one by default. */
  readonly tile?: Tile | undefined;
}

/** Bytes of one upload to the GPU. */
const UPLOAD_BYTES = 2 ** 26;

/** Sums over the steps since the last reading. */
interface Sums {
  steps: number;
  loss: number;
  mse: number;
  entries: number;
}

/**
 * SAE training on WebGPU; README.md tells how a step goes. Follows the CPU reference to the rounding of float32; the same recipe,
 * state and batches give the same bits on one device.
 */
export class WebGpuTrainer implements Trainer {
  readonly backend = 'webgpu';
  private readonly context: GpuContext;
  private readonly recipe: Recipe;
  private readonly totalSteps: number;
  private readonly sizes: Sizes;
  private readonly run: RunParams;
  private readonly shape: StepShape;
  private readonly state: StateBuffers;
  private readonly work: WorkBuffers;
  private readonly queue: StepQueue;
  private lists: Lists;
  private capacities: Capacities;
  private shard: { readonly buffer: GPUBuffer; readonly rows: number } | null = null;
  private recorder: StepRecorder | null = null;
  private queued: number;
  private readSteps: number;
  private sums: Sums = { steps: 0, loss: 0, mse: 0, entries: 0 };
  private last: { readonly log: StepLog; readonly learningRate: number } | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  private disposed = false;

  /** Whether the kernels know all that the recipe asks for. */
  static supports({ method }: Recipe): boolean {
    return method === 'batchtopk';
  }

  /**
   * Uploads the state. Throws InputError when the recipe is not supported or a buffer does not fit the device; DeviceLostError.
   */
  static async create(context: GpuContext, options: WebGpuTrainerOptions): Promise<WebGpuTrainer> {
    const { recipe, d, state } = options;
    if (!WebGpuTrainer.supports(recipe)) {
      throw new InputError(`${recipe.method} is not trained on the GPU`, { field: 'method', fix: 'Train on the CPU.' });
    }
    const { device } = context;
    const sizes = sizesOf(recipe, d, device.limits);
    const capacities = firstCapacities(recipe);
    const { result, valid } = validated(device, 'Making the trainer', () => {
      const buffers = stateBuffers(device, sizes);
      uploadState(device, sizes, buffers, state, recipe.init.bias === 'mean');
      return new WebGpuTrainer(context, options, sizes, buffers, capacities);
    });
    await orDeviceLost(context, valid);
    return result;
  }

  private constructor(context: GpuContext, { recipe, totalSteps, state, tile }: WebGpuTrainerOptions, sizes: Sizes, buffers: StateBuffers, capacities: Capacities) {
    const { revival } = recipe;
    this.context = context;
    this.recipe = recipe;
    this.totalSteps = totalSteps;
    this.sizes = sizes;
    this.state = buffers;
    this.capacities = capacities;
    this.queued = state.step;
    this.readSteps = state.step;
    const trainBias = recipe.init.bias === 'mean';
    this.run = {
      sizes,
      follow: recipe.method === 'batchtopk',
      trainBias,
      clip: recipe.clip,
      betas: recipe.betas,
      epsilon: recipe.epsilon,
      weightDecay: recipe.weightDecay,
      auxiliary: { weight: 0, keep: 0, deadAfter: 0 },
      reanimation: revival.kind === 'reanimation' ? revival.weight : 0,
      nudge: 0,
    };
    this.shape = { activation: 'batch', auxiliary: false, sums: trainBias || revival.kind === 'reanimation', tile: tile ?? 'large' };
    this.work = workBuffers(context.device, sizes, false);
    this.lists = listBuffers(context.device, sizes, capacities);
    this.queue = new StepQueue(context, this.work.log, {
      submit: (input, slot) => {
        this.submit(input, slot);
      },
      onDone: (input, log) => {
        this.onDone(input, log);
      },
      grow: async (log) => this.grow(log),
    });
  }

  get steps(): number {
    return this.queued;
  }

  /**
   * Copies rows `(n, d)` to the GPU, in place of the last shard. Throws InputError when they do not fit a buffer (`rowsPerShard`);
   * DeviceLostError.
   */
  async useShard(shard: Matrix): Promise<void> {
    await this.enqueue(async () => {
      const { device } = this.context;
      invariant(shard.cols === this.sizes.d, `a trainer of ${this.sizes.d} dimensions got rows of ${shard.cols}`);
      const most = rowsPerShard(shard.cols, device);
      if (shard.rows > most) {
        throw new InputError(`${shard.rows} rows of ${shard.cols} dimensions do not fit one buffer of the GPU`, { field: 'rows', fix: `Train in shards of at most ${most} rows.` });
      }
      // Steps that have to run again need the rows that they were given.
      await this.queue.drain();
      this.shard?.buffer.destroy();
      const { result, valid } = validated(device, 'Uploading embeddings', () => uploadShard(device, shard));
      this.shard = { buffer: result, rows: shard.rows };
      this.recorder = null;
      await orDeviceLost(this.context, valid);
    });
  }

  /** As `Trainer.step`; up to `batch` rows. Rejects with DeviceLostError, and InputError where the loss of an earlier step is not a number. */
  async step(rows: Uint32Array): Promise<void> {
    await this.enqueue(async () => {
      const { shard, recipe, totalSteps } = this;
      invariant(shard !== null && rows.length > 0 && rows.length <= recipe.batch, `a step of ${recipe.batch} rows got ${rows.length}, or no shard`);
      for (const row of rows) invariant(row < shard.rows, `row ${row} of a shard of ${shard.rows}`);
      await this.prepare();
      const input: StepInput = {
        picks: Uint32Array.from(rows),
        rows: rows.length,
        keep: Math.round(codesAt(recipe, this.queued, totalSteps) * rows.length),
        window: this.queued + 1 - this.readSteps,
        learningRate: learningRateAt(recipe, this.queued, totalSteps),
        step: this.queued + 1,
      };
      this.queued += 1;
      await this.queue.push(input);
    });
  }

  /** Waits for all steps. Means are NaN where there was none since the last reading. Rejects as `step` does. */
  async stats(): Promise<StepStats> {
    return this.enqueue(async () => {
      await this.queue.drain();
      const { sums, last } = this;
      this.sums = { steps: 0, loss: 0, mse: 0, entries: 0 };
      this.readSteps = this.queued;
      return {
        step: this.queued,
        loss: sums.loss / sums.steps,
        mse: sums.mse / sums.steps,
        l0: sums.entries / sums.steps,
        dead: (last?.log.dead ?? 0) / this.sizes.concepts,
        theta: last?.log.theta ?? null,
        learningRate: last?.learningRate ?? 0,
      };
    });
  }

  /** Waits for all steps. Throws DeviceLostError. */
  async save(): Promise<TrainingState> {
    return this.enqueue(async () => {
      await this.queue.drain();
      return downloadState(this.context, this.sizes, this.state, this.queued, this.run.trainBias);
    });
  }

  /** Frees the GPU's memory; calls that follow reject. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    void this.tail.then(() => {
      destroyAll(this.state);
      destroyAll(this.work);
      this.destroyLists();
      this.shard?.buffer.destroy();
      this.queue.dispose();
    });
  }

  /** Runs `work` after all earlier calls. */
  private async enqueue<T>(work: () => Promise<T>): Promise<T> {
    const run = this.tail.then(async () => {
      invariant(!this.disposed, 'the trainer was disposed');
      return work();
    });
    this.tail = run.catch(() => undefined);
    return run;
  }

  /** Compiles and binds what steps need, once for each set of buffers. */
  private async prepare(): Promise<void> {
    if (this.recorder !== null || this.shard === null) return;
    const { device } = this.context;
    const buffers = { state: this.state, work: this.work, lists: this.lists, shard: this.shard.buffer };
    this.recorder = await orDeviceLost(this.context, StepRecorder.create(device, this.sizes, this.shape, buffers));
  }

  private submit(input: StepInput, slot: number): void {
    const { device } = this.context;
    const { recorder } = this;
    invariant(recorder !== null, 'a step before its kernels');
    device.queue.writeBuffer(this.work.picks, 0, input.picks);
    device.queue.writeBuffer(this.work.params, 0, packParams(this.run, input, this.capacities, slot));
    const encoder = device.createCommandEncoder({ label: 'train step' });
    recorder.record(encoder, input.rows);
    device.queue.submit([encoder.finish()]);
  }

  private onDone({ rows, learningRate }: StepInput, log: StepLog): void {
    this.sums.steps += 1;
    this.sums.loss += log.loss;
    this.sums.mse += log.mse;
    this.sums.entries += log.entries / rows;
    this.last = { log, learningRate };
  }

  /** Lists with room for what a halted step found, and a quarter more. */
  private async grow({ entries, auxiliaryEntries }: StepLog): Promise<void> {
    const { device } = this.context;
    const most = this.sizes.batch * this.sizes.concepts;
    const room = (had: number, needed: number): number => (needed > had ? Math.min(most, Math.ceil(needed * 1.25)) : had);
    this.capacities = { codes: room(this.capacities.codes, entries), auxiliary: room(this.capacities.auxiliary, auxiliaryEntries) };
    this.destroyLists();
    const { result, valid } = validated(device, 'Making room for codes', () => {
      device.queue.writeBuffer(this.state.control, 0, new Uint32Array(1));
      return listBuffers(device, this.sizes, this.capacities);
    });
    this.lists = result;
    this.recorder = null;
    await orDeviceLost(this.context, valid);
    await this.prepare();
  }

  private destroyLists(): void {
    destroyAll(this.lists.codes);
    destroyAll(this.lists.auxiliary);
    this.lists.gradients.destroy();
  }
}

function uploadShard(device: GPUDevice, { rows, cols, data }: Matrix): GPUBuffer {
  const padded = padRows(data.subarray(0, 0), cols);
  invariant(padded.length === 0, 'padding of no rows');
  const width = Math.ceil(cols / 4) * 4;
  const buffer = device.createBuffer({ label: 'train shard', size: Math.max(16, rows * width * 4), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  const piece = Math.max(1, Math.floor(UPLOAD_BYTES / (width * 4)));
  for (let first = 0; first < rows; first += piece) {
    const end = Math.min(rows, first + piece);
    device.queue.writeBuffer(buffer, first * width * 4, padRows(data.subarray(first * cols, end * cols), cols));
  }
  return buffer;
}
