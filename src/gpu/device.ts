import { DeviceLostError } from '../core/errors.ts';

/** A device that our kernels, and ONNX Runtime when it is handed over, share. It cannot leave its thread. */
export interface GpuContext {
  /** Kept because Node's WebGPU shuts down, with its devices, when this object is collected. */
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
  /** What a person calls the adapter, e.g. `nvidia turing` or `SwiftShader driver 5.0.0`. */
  readonly name: string;
  /** A software adapter: correct, and slower than the plain CPU path. */
  readonly isFallback: boolean;
  /** Optional features that were granted. */
  readonly features: ReadonlySet<string>;
  /** Resolves when the device is lost: `destroyed` when that was asked for, else the driver's words. Never rejects. */
  readonly lost: Promise<string>;
}

/** Used by ONNX Runtime, and by our kernels where subgroups pay off; asked for only where present. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** The limits of which ONNX Runtime Web wants the adapter's maxima; a large dictionary needs the buffer sizes too. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/**
 * Opens a device on `gpu`: `navigator.gpu` of a page or worker, or `nodeGpu()`. `null` when there is no WebGPU or no adapter;
 * rejects when an adapter is there but its device cannot be opened.
 */
export async function requestGpu(gpu: GPU | undefined): Promise<GpuContext | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (gpu === undefined || !adapter) return null;
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const device = await adapter.requestDevice({
    label: 'vlm-explore',
    requiredFeatures: WANTED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits,
  });
  const name = readableName(adapter.info);
  return {
    gpu,
    adapter,
    device,
    name,
    isFallback: adapter.info.isFallbackAdapter || SOFTWARE.test(`${name} ${adapter.info.architecture}`),
    features: device.features,
    lost: device.lost.then(({ reason, message }) => (reason === 'destroyed' || message === '' ? reason : message)),
  };
}

function readableName(info: GPUAdapterInfo): string {
  if (info.description !== '') return info.description;
  const parts = [info.vendor, info.architecture, info.device].filter((part) => part !== '');
  return parts.length === 0 ? 'unnamed adapter' : parts.join(' ');
}

/** How long a rejected read-back waits to learn whether the device was lost; the two are reported separately. */
const LOSS_GRACE_MS = 200;

/**
 * `work`, with its rejection turned into a DeviceLostError when the device was lost. WebGPU itself rejects every pending
 * `mapAsync` on loss, so nothing hangs; racing each call against `lost` would leak one reaction a call.
 */
export async function orDeviceLost<T>(context: GpuContext, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = await within(LOSS_GRACE_MS, context.lost);
    if (reason === null) throw cause;
    throw new DeviceLostError(`The GPU "${context.name}" was lost: ${reason}`, { cause });
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => { resolve(null); }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
