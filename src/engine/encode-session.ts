import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { DeviceLostError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { GpuMatrix } from '../gpu/buffers.ts';
import { EncodeKernel } from '../gpu/kernels/encode/encode.ts';
import type { BackendReport } from './protocol.ts';

/** Up to this many rows the processor answers at once; a dispatch and its read-back would only add latency. */
const CPU_ROWS = 4;

/**
 * Encodes embeddings with one dictionary: on the GPU where there is one and the batch is worth it, else on the CPU reference.
 * Survives the loss of the device: the batch is done on the CPU, and `onLost` asks for a new device.
 */
export class EncodeSession {
  readonly dictionary: Dictionary;
  #gpu: { context: GpuContext; kernel: EncodeKernel } | null = null;

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  /** Moves to `context`, or to the CPU when it is null or the activation has no kernel. */
  async useGpu(context: GpuContext | null): Promise<void> {
    this.#gpu = null;
    if (context === null || context.isFallback || !EncodeKernel.supportsDictionary(this.dictionary)) return;
    this.#gpu = { context, kernel: await EncodeKernel.create(context, this.dictionary) };
  }

  /** Codes of `x` `(n, d)`. Throws InputError naming a row that is not finite. */
  async encode(x: Matrix): Promise<SparseCodes> {
    if (this.#gpu === null || x.rows <= CPU_ROWS) return encode(this.dictionary, x);
    try {
      return await this.#gpu.kernel.encode(x);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      this.#gpu = null;
      return encode(this.dictionary, x);
    }
  }

  /** Embeddings that a model left on the GPU: unit rows and their codes in one read-back; null without our kernel there. */
  async encodeResident(x: GpuMatrix): Promise<{ embeddings: Matrix; codes: SparseCodes } | null> {
    return this.#gpu === null ? null : this.#gpu.kernel.encodeResident(x);
  }

  /** Where codes are computed. */
  report(): BackendReport {
    return {
      part: 'dictionary',
      backend: this.#gpu === null ? 'cpu' : 'webgpu',
      adapter: this.#gpu?.context.name ?? null,
      ms: {},
      selfTest: null,
      why: this.#gpu !== null ? 'gpu' : EncodeKernel.supportsDictionary(this.dictionary) ? 'no-gpu' : 'no-kernel',
    };
  }
}
