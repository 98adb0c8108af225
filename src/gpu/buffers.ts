import { invariant } from '../core/errors.ts';

/** Row-major float32 matrix `(rows, cols)` on the GPU, e.g. embeddings that ONNX Runtime left there; without padding. */
export interface GpuMatrix {
  /** Usable as storage; belongs to the device of the kernel it is given to. May be larger than the matrix. */
  readonly buffer: GPUBuffer;
  readonly rows: number;
  readonly cols: number;
}

/** A buffer that is replaced by a larger one when a call needs more, and otherwise reused. Its content does not survive. */
export class GrowingBuffer {
  private readonly device: GPUDevice;
  private readonly label: string;
  private readonly usage: GPUBufferUsageFlags;
  private buffer: GPUBuffer | null = null;

  constructor(device: GPUDevice, label: string, usage: GPUBufferUsageFlags) {
    this.device = device;
    this.label = label;
    this.usage = usage;
  }

  /** A buffer of at least `bytes`. */
  take(bytes: number): GPUBuffer {
    if (this.buffer === null || this.buffer.size < bytes) {
      this.buffer?.destroy();
      this.buffer = this.device.createBuffer({ label: this.label, size: roundUp(Math.max(bytes, 256), 256), usage: this.usage });
    }
    return this.buffer;
  }

  dispose(): void {
    this.buffer?.destroy();
    this.buffer = null;
  }
}

/** The smallest multiple of `step` that is at least `n`. */
export function roundUp(n: number, step: number): number {
  return Math.ceil(n / step) * step;
}

/** Entries of a row of a padded matrix: whole vec4s. */
export function paddedWidth(cols: number): number {
  return roundUp(cols, 4);
}

/**
 * Runs `record` between error scopes and returns its result with a promise that rejects with the first validation or
 * out-of-memory error. `record` is synchronous, so that scopes of two users of the device never interleave.
 */
export function validated<T>(device: GPUDevice, what: string, record: () => T): { readonly result: T; readonly valid: Promise<void> } {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let result: T;
  let valid: Promise<void>;
  try {
    result = record();
  } finally {
    valid = Promise.all([device.popErrorScope(), device.popErrorScope()]).then((errors) => {
      const error = errors.find((one) => one !== null) ?? null;
      if (error !== null) throw new Error(`${what} failed on the GPU: ${error.message}`);
    });
    // Whoever awaits `valid` sees the error; a call that fails earlier for another reason must not leave it unhandled.
    valid.catch(() => undefined);
  }
  return { result, valid };
}

/** Bind group layout of one uniform buffer followed by storage buffers of the given types. */
export function bufferLayout(device: GPUDevice, label: string, storage: readonly ('read-only-storage' | 'storage')[]): GPUBindGroupLayout {
  // WebGPU guarantees 8 a stage, and no more.
  invariant(storage.length <= 8, `${label} uses ${storage.length} storage buffers`);
  const types: GPUBufferBindingType[] = ['uniform', ...storage];
  return device.createBindGroupLayout({
    label,
    entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
  });
}
