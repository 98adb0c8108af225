import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { InputError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { AnalysisKernel } from '../gpu/kernels/analysis/analysis.ts';

/** Where codes are computed. */
export type BackendName = 'cpu' | 'webgpu';

/** Codes with one dictionary, and what computes them. */
export interface BackendEncoder {
  readonly backend: BackendName;
  /** Name of the GPU's adapter; null on the CPU. */
  readonly adapter: string | null;
  /** Why it is not the backend that was asked for; null where it is. */
  readonly note: string | null;
  /** Codes of `x` `(n, d)`. @throws InputError naming the row, for embeddings that do not fit. */
  encode(x: Matrix): Promise<SparseCodes>;
  /** Frees the dictionary on the GPU. */
  dispose(): void;
}

/**
 * Encodes on the backend asked for, with one dictionary or several; the GPU is opened when first needed. What has no kernel (topk,
 * gated, mp, omp, a LayerNorm of the pre-codes) is computed on the CPU, and `note` says so; a missing driver is an error, never a
 * silent fallback.
 */
export class EncodeBackend {
  readonly #backend: BackendName;
  #gpu: Promise<GpuContext> | null = null;

  constructor(backend: BackendName) {
    this.#backend = backend;
  }

  /** @throws InputError when WebGPU was asked for and there is none here. */
  async encoder(dictionary: Dictionary): Promise<BackendEncoder> {
    if (this.#backend === 'cpu') return onCpu(dictionary, null);
    // Loaded only here: the kernels and Dawn are not needed on the CPU.
    const { EncodeKernel } = await import('../gpu/kernels/encode/encode.ts');
    if (!EncodeKernel.supportsDictionary(dictionary)) {
      return onCpu(dictionary, `${dictionary.preNorm?.kind ?? dictionary.act.kind} has no GPU kernel: encoded on the CPU`);
    }
    this.#gpu ??= openNodeGpu();
    const context = await this.#gpu;
    const kernel = await EncodeKernel.create(context, dictionary);
    return { backend: 'webgpu', adapter: context.name, note: null, encode: (x) => kernel.encode(x), dispose: () => { kernel.dispose(); } };
  }

  /** Sums over the codes of `c` concepts on the GPU; null on the CPU, where the metrics add up by themselves. @throws as `encoder`. */
  async sums(c: number): Promise<AnalysisKernel | null> {
    if (this.#backend === 'cpu') return null;
    const { AnalysisKernel } = await import('../gpu/kernels/analysis/analysis.ts');
    this.#gpu ??= openNodeGpu();
    return AnalysisKernel.create(await this.#gpu, c);
  }

  /** Closes the GPU: Node does not exit while a device is open. */
  async close(): Promise<void> {
    const context = await this.#gpu?.catch(() => null);
    context?.device.destroy();
  }
}

/** This machine's GPU, for Node. @throws InputError when no driver serves WebGPU. */
export async function openNodeGpu(): Promise<GpuContext> {
  const [{ nodeGpu }, { requestGpu }] = await Promise.all([import('../gpu/node-gpu.ts'), import('../gpu/device.ts')]);
  const context = await requestGpu(await nodeGpu().catch(withDriverHint));
  if (context === null) throw new InputError(NO_DRIVER, { field: '--backend webgpu', fix: DRIVER_HINT });
  return context;
}

function onCpu(dictionary: Dictionary, note: string | null): BackendEncoder {
  return { backend: 'cpu', adapter: null, note, encode: async (x) => encode(dictionary, x), dispose: () => undefined };
}

const NO_DRIVER = 'no Vulkan driver on this machine serves WebGPU.';
const DRIVER_HINT =
  'Use --backend cpu, or set VK_ICD_FILENAMES to the description (.json) of a Vulkan driver, such as the one beside a Chromium program.';

function withDriverHint(error: unknown): never {
  const noDriver = error instanceof InputError && error.reason.includes('driver');
  throw noDriver ? new InputError(NO_DRIVER, { ...error.place, fix: DRIVER_HINT }) : error;
}
