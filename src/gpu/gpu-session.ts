import { DeviceLostError } from '../core/errors.ts';
import { EncodeKernel } from './kernels/encode/encode.ts';
import type { Dictionary } from '../core/dictionary.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import type { GpuContext } from './device.ts';
import type { GpuMatrix } from './buffers.ts';

/** What a session needs from its owner. */
export interface GpuSessionHost {
  /** Opens a device: at first, and again after each loss. `null` where there is no adapter (any more). */
  request(): Promise<GpuContext | null>;
  /**
   * Called once for each loss: with the new device, or with `null` when none can be opened. Everything else that lived on the
   * old one (ONNX Runtime's sessions, resident embeddings) has to be made again on `context`, or on the processor.
   */
  onRecovered(reason: string, context: GpuContext | null): void;
}

/**
 * A device with one encode kernel for each dictionary in use. When the device is lost (driver reset, sleep, adapter
 * unplugged), device and kernels are made again and the interrupted call runs a second time. Falling back to the CPU is the
 * caller's decision, on DeviceLostError.
 */
export class GpuSession {
  private readonly host: GpuSessionHost;
  private current: GpuContext;
  private readonly kernels = new Map<Dictionary, Promise<EncodeKernel>>();
  private recovery: Promise<void> | null = null;
  private closed = false;

  /** `null` where there is no adapter. */
  static async open(host: GpuSessionHost): Promise<GpuSession | null> {
    const context = await host.request();
    return context === null ? null : new GpuSession(host, context);
  }

  private constructor(host: GpuSessionHost, context: GpuContext) {
    this.host = host;
    this.current = context;
    this.watch(context);
  }

  /** The device in use; another one after a loss. */
  get context(): GpuContext {
    return this.current;
  }

  /** As `EncodeKernel.encode`; throws DeviceLostError when the device is lost twice, cannot be opened again, or held `x`. */
  async encode(dictionary: Dictionary, x: Matrix | GpuMatrix): Promise<SparseCodes> {
    return this.attempt(dictionary, !('buffer' in x), async (kernel) => kernel.encode(x));
  }

  /** As `EncodeKernel.encodeResident`; throws DeviceLostError when the device, and `x` with it, is lost: embed again. */
  async encodeResident(dictionary: Dictionary, x: GpuMatrix): Promise<{ embeddings: Matrix; codes: SparseCodes }> {
    return this.attempt(dictionary, false, async (kernel) => kernel.encodeResident(x));
  }

  /** Frees the memory of a dictionary that is no longer used. */
  async release(dictionary: Dictionary): Promise<void> {
    const kernel = this.kernels.get(dictionary);
    this.kernels.delete(dictionary);
    (await kernel?.catch(() => null))?.dispose();
  }

  /** Closes the device; pending calls reject with DeviceLostError. */
  dispose(): void {
    this.closed = true;
    this.kernels.clear();
    this.current.device.destroy();
  }

  private async attempt<T>(dictionary: Dictionary, repeatable: boolean, work: (kernel: EncodeKernel) => Promise<T>): Promise<T> {
    // A call that comes while a device is being replaced waits for the new one.
    await this.recovery?.catch(() => undefined);
    const { current } = this;
    try {
      return await work(await this.kernelOf(dictionary));
    } catch (error) {
      if (!(error instanceof DeviceLostError) || this.closed) throw error;
      await this.recover(current, error);
      if (!repeatable) throw error;
      return work(await this.kernelOf(dictionary));
    }
  }

  private async kernelOf(dictionary: Dictionary): Promise<EncodeKernel> {
    const known = this.kernels.get(dictionary);
    if (known !== undefined) return known;
    const creating = EncodeKernel.create(this.current, dictionary);
    this.kernels.set(dictionary, creating);
    // A failure is not remembered: the next call tries again.
    creating.catch(() => {
      if (this.kernels.get(dictionary) === creating) this.kernels.delete(dictionary);
    });
    return creating;
  }

  /** Opens a new device in place of `lost`, once for all calls that it interrupted. */
  private async recover(lost: GpuContext, cause: DeviceLostError): Promise<void> {
    if (this.current !== lost) return;
    this.recovery ??= this.reopen(cause).finally(() => {
      this.recovery = null;
    });
    await this.recovery;
  }

  /** Recovers from a loss that no call of ours ran into: models on the same device are waiting for it. */
  private watch(context: GpuContext): void {
    void context.lost.then(async (reason) => {
      if (!this.closed) await this.recover(context, new DeviceLostError(reason)).catch(() => undefined);
    });
  }

  private async reopen(cause: DeviceLostError): Promise<void> {
    const context = await this.host.request().catch(() => null);
    this.kernels.clear();
    if (context === null) {
      this.host.onRecovered(cause.message, null);
      throw new DeviceLostError(`${cause.message}, and no device could be opened again`, { cause });
    }
    this.current = context;
    this.watch(context);
    this.host.onRecovered(cause.message, context);
  }
}
