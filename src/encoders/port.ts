import type { Matrix } from '../core/tensor.ts';
import type { RgbaImage } from './images/image.ts';

/** What a tower runs on: ONNX Runtime's wasm or WebGPU in a browser, its native `cpu` in Node. */
export type Backend = 'wasm' | 'webgpu' | 'cpu';

/** Weights' precision, as transformers.js names it. */
export type Dtype = 'fp32' | 'fp16' | 'q8';

/** The two halves of a dual encoder. */
export type TowerName = 'image' | 'text';

/**
 * Why a tower is where it is. `start`: on the processor, WebGPU not tried yet; `no-webgpu`: there is none; `faster`: won the
 * measurement; `webgpu-slower`, `webgpu-failed`, `self-test-failed`: WebGPU lost, broke, or gave wrong vectors;
 * `remembered`: an earlier measurement said so; `device-lost`: fell back when the device went away; `dtype-failed`: the
 * weights of first choice gave wrong vectors, others are used; `processor-failed`: only WebGPU gave right vectors.
 */
export type TowerWhy =
  | 'start'
  | 'no-webgpu'
  | 'faster'
  | 'webgpu-slower'
  | 'webgpu-failed'
  | 'self-test-failed'
  | 'remembered'
  | 'device-lost'
  | 'dtype-failed'
  | 'processor-failed';

/** Where one tower runs, and how that was decided. */
export interface TowerStatus {
  readonly backend: Backend;
  readonly dtype: Dtype;
  readonly why: TowerWhy;
  /** The failure or comparison behind `why`, in technical words; null where `why` says it all. */
  readonly detail: string | null;
  /** Milliseconds per item (one picture, one short text) on each backend tried, read-back included. */
  readonly ms: Readonly<Partial<Record<Backend, number>>>;
  /** Cosine of the self-test on this backend; null for a model that brings no self-test. */
  readonly selfTest: number | null;
}

/** Result of a measurement, small and JSON-safe, to be remembered per adapter and handed in the next time. */
export interface BackendChoice {
  readonly image: Backend;
  readonly text: Backend;
}

/** Raw (not normalised) embeddings `(rows, cols)` float32 row-major that stayed on the shared device. */
export interface ResidentEmbedding {
  /** Exactly `rows · cols · 4` bytes, usage STORAGE | COPY_SRC | COPY_DST. */
  readonly buffer: GPUBuffer;
  readonly rows: number;
  readonly cols: number;
  /** Frees the buffer. */
  release(): void;
}

/** For long batches. */
export interface EmbedOptions {
  /** Checked between model runs; aborting rejects with CancelledError. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A vision-language dual encoder. Calls may overlap: the model runs of all calls take turns. */
export interface Encoder {
  /** Folder name of the model, e.g. `mini-clip`. */
  readonly id: string;
  /** Embedding dimension d. */
  readonly dim: number;
  readonly imageTower: TowerStatus;
  readonly textTower: TowerStatus;

  /** Unit rows `(images.length, dim)`. Throws InputError for a picture that cannot be preprocessed, CancelledError. */
  embedImages(images: readonly RgbaImage[], options?: EmbedOptions): Promise<Matrix>;

  /** Unit rows `(texts.length, dim)`. Texts longer than the model takes are cut. Throws CancelledError. */
  embedTexts(texts: readonly string[], options?: EmbedOptions): Promise<Matrix>;

  /** Whether the tokenizer knows any part of `text`; of another script, some models see nothing at all. */
  canRead(text: string): boolean;

  /** As `embedImages`, raw and left on the GPU; null when there are no images or the image tower is not on WebGPU. */
  embedImagesResident(images: readonly RgbaImage[]): Promise<ResidentEmbedding | null>;

  /** As `embedTexts`, raw and left on the GPU; null when there are no texts or the text tower is not on WebGPU. */
  embedTextsResident(texts: readonly string[]): Promise<ResidentEmbedding | null>;

  /**
   * Tries each tower on `device` (shared with our kernels) and keeps it there if it passes the self-test and is faster than on
   * the processor. `remembered` skips the comparison, never the self-test. Never throws for a failing GPU: the statuses tell.
   */
  chooseBackends(device: GPUDevice | null, remembered?: BackendChoice): Promise<BackendChoice>;

  /** After a lost device: towers that were on WebGPU move to the new `device`, or to the processor when it is null. */
  recover(device: GPUDevice | null): Promise<void>;

  /** Frees the sessions. The shared device stays alive. */
  dispose(): Promise<void>;
}
