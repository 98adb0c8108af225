import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { InputError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';

/** Where codes are computed. */
export type BackendName = 'cpu' | 'webgpu';

/** Codes, and what computed them in a person's words: `cpu`, `webgpu (SwiftShader driver 5.0.0)`, `cpu (topk has no GPU kernel)`. */
export interface BackendCodes {
  readonly codes: SparseCodes;
  readonly backend: string;
}

/**
 * Codes of `x` `(n, d)` on the backend asked for. What has no kernel (topk, gated, mp, omp, a LayerNorm of the pre-codes) is
 * computed on the CPU, and `backend` says so; a missing driver is an error, never a silent fallback.
 * @throws InputError for embeddings that do not fit, and when there is no WebGPU here.
 */
export async function encodeOnBackend(dictionary: Dictionary, x: Matrix, backend: BackendName): Promise<BackendCodes> {
  if (backend === 'cpu') return { codes: encode(dictionary, x), backend };
  // Loaded only here: the kernels and Dawn are not needed on the CPU.
  const { EncodeKernel } = await import('../gpu/kernels/encode/encode.ts');
  if (!EncodeKernel.supports(dictionary.act)) return onCpu(dictionary, x, dictionary.act.kind);
  if (dictionary.preNorm !== undefined) return onCpu(dictionary, x, dictionary.preNorm.kind);
  const [{ nodeGpu }, { requestGpu }] = await Promise.all([import('../gpu/node-gpu.ts'), import('../gpu/device.ts')]);
  const context = await requestGpu(await nodeGpu().catch(withDriverHint));
  if (context === null) throw new InputError(NO_DRIVER, { field: '--backend webgpu', fix: DRIVER_HINT });
  try {
    const kernel = await EncodeKernel.create(context, dictionary);
    return { codes: await kernel.encode(x), backend: `webgpu (${context.name})` };
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

function onCpu(dictionary: Dictionary, x: Matrix, what: string): BackendCodes {
  return { codes: encode(dictionary, x), backend: `cpu (${what} has no GPU kernel)` };
}
