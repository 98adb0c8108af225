import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { DeviceLostError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import type { GpuMatrix } from '../gpu/buffers.ts';
import type { GpuSession } from '../gpu/gpu-session.ts';
import { EncodeKernel } from '../gpu/kernels/encode/encode.ts';
import type { BackendReport } from './protocol.ts';

/** Up to this many rows the processor answers at once; a dispatch and its read-back would only add latency. */
const CPU_ROWS = 4;

/**
 * Encodes embeddings with one dictionary: on the GPU where there is a fast one and the batch is worth it, else on the CPU
 * reference. A lost device that cannot be opened again only means the CPU from then on.
 */
export class EncodeSession {
  readonly dictionary: Dictionary;
  #gpu: GpuSession | null = null;

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  /** Uses `gpu` from now on; software adapters and dictionaries without a kernel stay on the CPU. */
  useGpu(gpu: GpuSession | null): void {
    const usable = gpu !== null && !gpu.context.isFallback && EncodeKernel.supportsDictionary(this.dictionary);
    this.#gpu = usable ? gpu : null;
  }

  /** Codes of `x` `(n, d)`. Throws InputError naming a row that is not finite. */
  async encode(x: Matrix): Promise<SparseCodes> {
    const codes = x.rows <= CPU_ROWS ? null : await this.#onGpu((gpu) => gpu.encode(this.dictionary, x));
    return codes ?? encode(this.dictionary, x);
  }

  /** Embeddings that a model left on the GPU: unit rows and their codes in one read-back; null where that cannot be. */
  async encodeResident(x: GpuMatrix): Promise<{ embeddings: Matrix; codes: SparseCodes } | null> {
    if (!EncodeKernel.supportsResident(this.dictionary)) return null;
    return this.#onGpu((gpu) => gpu.encodeResident(this.dictionary, x));
  }

  /** Where codes are computed. */
  report(): BackendReport {
    const gpu = this.#gpu;
    return {
      part: 'dictionary',
      backend: gpu === null ? 'cpu' : 'webgpu',
      adapter: gpu?.context.name ?? null,
      ms: {},
      selfTest: null,
      why: gpu !== null ? 'gpu' : EncodeKernel.supportsDictionary(this.dictionary) ? 'no-gpu' : 'no-kernel',
    };
  }

  async #onGpu<T>(work: (gpu: GpuSession) => Promise<T>): Promise<T | null> {
    if (this.#gpu === null) return null;
    try {
      return await work(this.#gpu);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      return null;
    }
  }
}
