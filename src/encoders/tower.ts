import { IntegrityError, InputError } from '../core/errors.ts';
import { challengerMs, medianMs, timed } from './measure.ts';
import type { Backend, TowerStatus, TowerWhy } from './port.ts';
import { disposeAll, MissingFileError, runToProcessor, type Session } from './session.ts';
import type { FeedMaker, TowerParts } from './tower-parts.ts';
import { isLost, messageOf, release, trial } from './trial.ts';

interface Running {
  readonly session: Session;
  /** Null on the processor. */
  readonly device: GPUDevice | null;
}

/** One half of a dual encoder: a session on the processor, or on WebGPU where that was found to be right and faster. */
export class Tower {
  readonly #parts: TowerParts;
  #running: Running;
  #status: TowerStatus;
  /** The way back to the processor, while it is under way. */
  #retreat: Promise<void> | null = null;

  private constructor(parts: TowerParts, running: Running, status: TowerStatus) {
    this.#parts = parts;
    this.#running = running;
    this.#status = status;
    parts.onStatus(status);
  }

  /**
   * Opens the tower on the processor with the first weights that are there and pass the self-test; on WebGPU when there are
   * weights but none passes. Throws InputError when none can be opened, IntegrityError when none passes anywhere.
   */
  static async open(parts: TowerParts): Promise<Tower> {
    const failures: InputError[] = [];
    const attempt = async (device: GPUDevice | null): Promise<Tower | null> => {
      for (const dtype of parts.dtypes) {
        try {
          const { session, selfTest } = await trial(parts, dtype, device, parts.test.expected);
          const wrong = failures.find((failure) => !(failure instanceof MissingFileError));
          const why = device !== null ? 'processor-failed' : wrong === undefined ? 'start' : 'dtype-failed';
          const backend = device === null ? parts.runtime.processor : 'webgpu';
          const status = { backend, dtype, why, detail: wrong?.message ?? null, ms: {}, selfTest } as const;
          return new Tower(parts, { session, device }, status);
        } catch (error) {
          if (error instanceof InputError) failures.push(error);
          else if (device === null) throw error;
        }
      }
      return null;
    };
    const tower = await attempt(null);
    if (tower !== null) return tower;
    const device = failures.some((failure) => failure instanceof IntegrityError) ? await parts.lastResort() : null;
    const onGpu = device === null ? null : await attempt(device);
    if (onGpu !== null) return onGpu;
    throw failures.find((failure) => !(failure instanceof MissingFileError)) ?? failures[0] ?? new InputError('has no weights.', { file: parts.label });
  }

  get status(): TowerStatus {
    return this.#status;
  }

  /** The device that the tower runs on, null on the processor. */
  get device(): GPUDevice | null {
    return this.#running.device;
  }

  /** Raw embeddings of `rows` inputs, row-major. A failure of WebGPU moves the tower to the processor and is tried again there. */
  async run(feeds: FeedMaker, rows: number): Promise<Float32Array> {
    const { queue, output, dim } = this.#parts;
    let used = this.#running;
    const once = (): Promise<Float32Array> => {
      used = this.#running;
      return runToProcessor(used.session, feeds(this.#status.backend, used.session), output, rows * dim);
    };
    await this.#retreat;
    try {
      return await queue(once);
    } catch (error) {
      if (used.device === null) throw error;
      await this.#fallBack(used, error);
      return queue(once);
    }
  }

  /**
   * Copies the raw embeddings of `rows` inputs into `target` at row `at`, on the GPU. False, and nothing copied, when the
   * tower does not run on `device` (any more).
   */
  async runResident(feeds: FeedMaker, rows: number, device: GPUDevice, target: GPUBuffer, at: number): Promise<boolean> {
    const { queue, output, dim } = this.#parts;
    const used = this.#running;
    if (used.device !== device) return false;
    try {
      return await queue(async () => {
        if (this.#running !== used) return false;
        const outputs = await used.session.run(feeds('webgpu', used.session));
        const embedding = outputs[output];
        const resident = embedding?.location === 'gpu-buffer';
        if (resident) {
          const commands = device.createCommandEncoder({ label: `keep ${output}` });
          commands.copyBufferToBuffer(embedding.gpuBuffer, 0, target, at * dim * 4, rows * dim * 4);
          device.queue.submit([commands.finish()]);
        }
        disposeAll(outputs);
        return resident;
      });
    } catch (error) {
      await this.#fallBack(used, error);
      return false;
    }
  }

  /** Stays on the processor, for a reason found without trying; its speed there is measured all the same. */
  async stay(why: TowerWhy, detail: string | null): Promise<void> {
    if (this.#running.device !== null) return;
    await this.#timeProcessor(this.#running.session);
    this.#say({ why, detail });
  }

  /**
   * Tries WebGPU: self-test, then a comparison with the processor, or only one timed run when `forced`. The faster one stays,
   * the other is freed. A failing GPU is told in the status, never thrown.
   */
  async challenge(device: GPUDevice, forced: boolean): Promise<void> {
    const { test, queue, runtime } = this.#parts;
    const old = this.#running;
    if (old.device !== null) return;
    let session: Session | null = null;
    try {
      const processorMs = forced ? Infinity : await this.#timeProcessor(old.session);
      const expected = test.expected ?? (await queue(this.#testRun(old.session, runtime.processor)));
      const tried = await trial(this.#parts, this.#status.dtype, device, expected);
      session = tried.session;
      const onGpu = this.#testRun(session, 'webgpu');
      const webgpuMs = forced ? await queue(() => timed(onGpu)) : await challengerMs(onGpu, queue, tried.warmUpMs, processorMs);
      const ms = { ...this.#status.ms, webgpu: webgpuMs };
      if (webgpuMs < processorMs) {
        this.#running = { session, device };
        this.#say({ backend: 'webgpu', why: forced ? 'remembered' : 'faster', detail: null, ms, selfTest: tried.selfTest });
        await release(old.session, queue);
      } else {
        this.#say({ why: 'webgpu-slower', detail: null, ms });
        await release(session, queue);
      }
    } catch (error) {
      if (session !== null) await release(session, queue);
      this.#say({ why: error instanceof IntegrityError ? 'self-test-failed' : 'webgpu-failed', detail: messageOf(error) });
    }
  }

  /** Leaves WebGPU because its device was lost. Throws InputError when the processor's session cannot be opened again. */
  async loseDevice(): Promise<void> {
    if (this.#running.device !== null) await this.#fallBack(this.#running, null);
  }

  async dispose(): Promise<void> {
    await this.#retreat;
    await release(this.#running.session, this.#parts.queue);
  }

  /** Moves from `from` to the processor, once for all runs that failed together. `error` null: the device was lost. */
  async #fallBack(from: Running, error: unknown): Promise<void> {
    if (this.#running !== from || from.device === null) return;
    this.#retreat ??= this.#moveBack(from, from.device, error).finally(() => {
      this.#retreat = null;
    });
    await this.#retreat;
  }

  async #moveBack(from: Running, device: GPUDevice, error: unknown): Promise<void> {
    const lost = error === null || (await isLost(device));
    const { session, selfTest } = await trial(this.#parts, this.#status.dtype, null, this.#parts.test.expected);
    this.#running = { session, device: null };
    const { processor } = this.#parts.runtime;
    this.#say({ backend: processor, why: lost ? 'device-lost' : 'webgpu-failed', detail: lost ? null : messageOf(error), selfTest });
    await release(from.session, this.#parts.queue);
  }

  #testRun(session: Session, backend: Backend): () => Promise<Float32Array> {
    const { test, output, dim } = this.#parts;
    return () => runToProcessor(session, test.feeds(backend, session), output, dim);
  }

  async #timeProcessor(session: Session): Promise<number> {
    const { queue, runtime } = this.#parts;
    const ms = await medianMs(this.#testRun(session, runtime.processor), queue);
    this.#say({ ms: { ...this.#status.ms, [runtime.processor]: ms } });
    return ms;
  }

  #say(change: Partial<TowerStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#parts.onStatus(this.#status);
  }
}
