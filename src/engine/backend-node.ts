import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { InputError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';

/** Where codes are computed. */
export type BackendName = 'cpu' | 'webgpu';

/** Codes, and what computed them. */
export interface BackendCodes {
  readonly codes: SparseCodes;
  readonly backend: BackendName;
  /** Name of the GPU's adapter; null on the CPU. */
  readonly adapter: string | null;
  /** Why it is not the backend that was asked for; null where it is. */
  readonly note: string | null;
}

/**
 * Codes of `x` `(n, d)` on the backend asked for. What has no kernel (topk, gated, mp, omp, a LayerNorm of the pre-codes) is
 * computed on the CPU, and `note` says so; a missing driver is an error, never a silent fallback.
 * @throws InputError for embeddings that do not fit, and when there is no WebGPU here.
 */
export async function encodeOnBackend(dictionary: Dictionary, x: Matrix, backend: BackendName): Promise<BackendCodes> {
  if (backend === 'cpu') return { codes: encode(dictionary, x), backend, adapter: null, note: null };
  // Loaded only here: the kernels and Dawn are not needed on the CPU.
  const { EncodeKernel } = await import('../gpu/kernels/encode/encode.ts');
  if (!EncodeKernel.supportsDictionary(dictionary)) {
    const what = dictionary.preNorm?.kind ?? dictionary.act.kind;
    return { codes: encode(dictionary, x), backend: 'cpu', adapter: null, note: `${what} has no GPU kernel: encoded on the CPU` };
  }
  const [{ nodeGpu }, { requestGpu }] = await Promise.all([import('../gpu/node-gpu.ts'), import('../gpu/device.ts')]);
  const context = await requestGpu(await nodeGpu().catch(withDriverHint));
  if (context === null) throw new InputError(NO_DRIVER, { field: '--backend webgpu', fix: DRIVER_HINT });
  try {
    const kernel = await EncodeKernel.create(context, dictionary);
    return { codes: await kernel.encode(x), backend, adapter: context.name, note: null };
  } finally {
    // Node does not exit while a device is open.
    context.device.destroy();
  }
}

const NO_DRIVER = 'no Vulkan driver on this machine serves WebGPU.';
const DRIVER_HINT =
  'Use --backend cpu, or set VK_ICD_FILENAMES to the description (.json) of a Vulkan driver, such as the one beside a Chromium program.';

function withDriverHint(error: unknown): never {
  const noDriver = error instanceof InputError && error.reason.includes('driver');
  throw noDriver ? new InputError(NO_DRIVER, { ...error.place, fix: DRIVER_HINT }) : error;
}
