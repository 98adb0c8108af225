import { InputError, invariant } from '../core/errors.ts';
import type { Dtype, TowerName } from './port.ts';

/** An output of ONNX Runtime: data on the processor, or a `GPUBuffer` when its session was told to leave it there. */
export interface OutputTensor {
  readonly dims: readonly number[];
  /** `cpu` or `gpu-buffer`. */
  readonly location: string;
  readonly gpuBuffer: GPUBuffer;
  /** The values; downloads them from the GPU where they are there. */
  getData(): Promise<unknown>;
  /** Must be called for every output on the GPU. */
  dispose(): void;
}

/** Inputs by name, made by the runtime's `tensor`. */
export type Feeds = Readonly<Record<string, unknown>>;

/** The part of ONNX Runtime's InferenceSession that we use. Never run two at a time: see `queue.ts`. */
export interface Session {
  readonly inputNames: readonly string[];
  run(feeds: Feeds): Promise<Readonly<Record<string, OutputTensor>>>;
  release(): Promise<void>;
}

/** What opens sessions: transformers.js over ONNX Runtime, in a browser or in Node. */
export interface Runtime {
  /** The backend that is always there. */
  readonly processor: 'wasm' | 'cpu';
  /**
   * Session of one tower, on `device` with outputs left there, or on the processor when it is null. Only inside the queue.
   * Throws MissingFileError, or InputError naming the file when it is broken.
   */
  readonly openSession: (tower: TowerName, dtype: Dtype, device: GPUDevice | null) => Promise<Session>;
  /** Session of a whole ONNX file in memory, as `openSession` opens it; null where sessions cannot use a GPUDevice at all. */
  readonly openBytes: ((bytes: Uint8Array, device: GPUDevice | null) => Promise<Session>) | null;
  readonly tensor: (type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]) => unknown;
}

/** The file is not there. */
export class MissingFileError extends InputError {
  constructor(file: string, fix?: string) {
    super('is missing.', { file, fix });
  }
}

/** Recognises what transformers.js keeps in `model.sessions`. */
export function isSession(value: unknown): value is Session {
  return typeof value === 'object' && value !== null && 'run' in value && 'release' in value && 'inputNames' in value;
}

/** Runs `session` and copies output `name`, `size` values, to the processor. Only inside the queue. */
export async function runToProcessor(session: Session, feeds: Feeds, name: string, size: number): Promise<Float32Array> {
  const outputs = await session.run(feeds);
  try {
    const data = await outputs[name]?.getData();
    invariant(data instanceof Float32Array && data.length === size, `output ${name} is not ${size} float32 values`);
    return data.slice();
  } finally {
    disposeAll(outputs);
  }
}

/** Frees every output, those that nobody asked for too. */
export function disposeAll(outputs: Readonly<Record<string, OutputTensor>>): void {
  for (const output of Object.values(outputs)) output.dispose();
}
