import { InputError } from '../../../core/errors.ts';
import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { LOG_WORDS, readLog } from './log.ts';
import { LOG_SLOTS } from './memory.ts';
import type { GpuContext } from '../../device.ts';
import type { StepLog } from './log.ts';
import type { StepParams } from './params.ts';

/** One step as it was asked for; kept until the GPU has said that it is done. */
export interface StepInput extends StepParams {
  readonly picks: Uint32Array<ArrayBuffer>;
}

/** What the queue needs of the trainer. */
export interface StepHost {
  /** Records a step and submits it; its log goes to `slot`. */
  submit(input: StepInput, slot: number): void;
  /** Called for each step that is done, in order. */
  onDone(input: StepInput, log: StepLog): void;
  /** Makes room for what `log` found, and lets steps run again. */
  grow(log: StepLog): Promise<void>;
}

/** Steps whose logs come back together. */
interface Chunk {
  readonly inputs: readonly StepInput[];
  readonly started: number;
  readonly logs: Promise<StepLog[]>;
}

/** Chunks under way at most: while one is read the next one is computed. */
const IN_FLIGHT = 2;
const MOST_STEPS = LOG_SLOTS / IN_FLIGHT;
/** Chunks grow and shrink until they take about this long, so that a cancel need not wait. */
const SHORT_MS = 20;
const LONG_MS = 60;

/**
 * Keeps the GPU busy with a few steps ahead of the host. Steps report through a log that comes back a chunk at a time; a step whose
 * lists were too short has halted itself and all later ones, and the queue runs them again with more room: never cut.
 */
export class StepQueue {
  private readonly context: GpuContext;
  private readonly log: GPUBuffer;
  private readonly host: StepHost;
  /** A read-back buffer for each half of the log; chunks take turns. */
  private readonly stagings: readonly GPUBuffer[];
  private readonly sent: Chunk[] = [];
  private open: StepInput[] = [];
  private openValid: Promise<void>[] = [];
  private openStarted = 0;
  private chunkSteps = 1;
  private turn = 0;

  constructor(context: GpuContext, log: GPUBuffer, host: StepHost) {
    this.context = context;
    this.log = log;
    this.host = host;
    this.stagings = Array.from({ length: IN_FLIGHT }, () =>
      context.device.createBuffer({
        label: 'train log read-back',
        size: MOST_STEPS * LOG_WORDS * 4,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      }),
    );
  }

  /** Submits a step, once there are few enough before it. Throws DeviceLostError, and InputError where the loss of an earlier step is not a number. */
  async push(input: StepInput): Promise<void> {
    while (this.open.length === 0 && this.sent.length >= IN_FLIGHT) await this.retire();
    if (this.open.length === 0) this.openStarted = performance.now();
    const slot = this.turn * MOST_STEPS + this.open.length;
    const { valid } = validated(this.context.device, 'A training step', () => {
      this.host.submit(input, slot);
    });
    this.openValid.push(valid);
    this.open.push(input);
    if (this.open.length >= this.chunkSteps) this.close();
  }

  /** Waits for all steps. Throws as `push` does. */
  async drain(): Promise<void> {
    while (this.open.length > 0 || this.sent.length > 0) {
      if (this.open.length > 0) this.close();
      await this.retire();
    }
  }

  dispose(): void {
    for (const staging of this.stagings) staging.destroy();
  }

  /** Ends the chunk: its logs come back when its last step is done. */
  private close(): void {
    const staging = this.stagings[this.turn] as GPUBuffer;
    const firstSlot = this.turn * MOST_STEPS;
    this.turn = (this.turn + 1) % IN_FLIGHT;
    const inputs = this.open;
    const bytes = inputs.length * LOG_WORDS * 4;
    const { device } = this.context;
    const { valid } = validated(device, 'Reading the training log', () => {
      const encoder = device.createCommandEncoder({ label: 'train log' });
      encoder.copyBufferToBuffer(this.log, firstSlot * LOG_WORDS * 4, staging, 0, bytes);
      device.queue.submit([encoder.finish()]);
    });
    const valids = [...this.openValid, valid];
    const read = async (): Promise<StepLog[]> => {
      await orDeviceLost(this.context, Promise.all([staging.mapAsync(GPUMapMode.READ, 0, bytes), ...valids]));
      const mapped = staging.getMappedRange(0, bytes);
      const logs = inputs.map((_, i) => readLog(mapped, i));
      staging.unmap();
      return logs;
    };
    const logs = read();
    // `retire` sees the error; nobody else has to.
    logs.catch(() => undefined);
    this.sent.push({ inputs, started: this.openStarted, logs });
    this.open = [];
    this.openValid = [];
  }

  /** Waits for the oldest chunk and reports its steps. */
  private async retire(): Promise<void> {
    const chunk = this.sent[0];
    if (chunk === undefined) return;
    const logs = await chunk.logs;
    this.sent.shift();
    this.adapt(chunk);
    for (const [i, input] of chunk.inputs.entries()) {
      const log = logs[i];
      if (log === undefined) continue;
      if (log.outcome === 'broken') {
        throw new InputError(`the loss is no longer a number at step ${input.step}`, { field: 'learningRate', fix: 'Train again with a smaller learning rate.' });
      }
      if (log.outcome === 'full') {
        await this.again(chunk.inputs.slice(i), log);
        return;
      }
      this.host.onDone(input, log);
    }
  }

  /** Runs `first` and everything after it again, after making room. */
  private async again(first: readonly StepInput[], log: StepLog): Promise<void> {
    const idle = this.sent.splice(0);
    const inputs = [...first, ...idle.flatMap((chunk) => chunk.inputs), ...this.open];
    this.open = [];
    this.openValid = [];
    for (const { logs } of idle) await logs;
    await this.host.grow(log);
    for (const input of inputs) await this.push(input);
  }

  private adapt({ inputs, started }: Chunk): void {
    const took = performance.now() - started;
    if (took < SHORT_MS && inputs.length === this.chunkSteps) this.chunkSteps = Math.min(MOST_STEPS, 2 * this.chunkSteps);
    if (took > LONG_MS) this.chunkSteps = Math.max(1, this.chunkSteps >> 1);
  }
}
