import type { RgbaImage } from '../encoders/images/image.ts';
import type { Encoder } from '../encoders/port.ts';
import type { GpuContext } from '../gpu/device.ts';
import type { DenseProduct } from '../core/training/dense-product.ts';
import type { Folder } from './lab/folder.ts';
import type { Progress } from './protocol.ts';

/** What differs between the browser's worker and Node: files, models, pictures, the graphics device. */
export interface Environment {
  /** Whole file under the application's root, e.g. `packs/gallery/manifest.json`. Throws InputError naming it. */
  read(path: string, onProgress?: (progress: Progress) => void): Promise<Uint8Array>;
  /**
   * Encoder in the folder `path`, e.g. `models/mini-clip`, self-tested; `device` is asked for only when the self-test fails on
   * the processor.
   */
  openEncoder(path: string, onProgress: (progress: Progress) => void, device: () => Promise<GPUDevice | null>): Promise<Encoder>;
  /** The graphics device, or null where there is none. */
  openGpu(): Promise<GpuContext | null>;
  /** Something small kept from an earlier session under `key`, or null; hostile until checked. */
  recall(key: string): Promise<unknown>;
  /** Keeps a small JSON value under `key`, where that is possible. */
  remember(key: string, value: object): Promise<void>;
  /** Where the lab keeps runs and packs. */
  openFolder(): Promise<Folder>;
  /** A dense product that is faster here than the plain one, or null. */
  openProduct(): Promise<DenseProduct | null>;
  decodeImage(bytes: Uint8Array, name: string): Promise<RgbaImage>;
  /** A picture as WebP, for a pack's sheets. */
  encodePicture(image: RgbaImage): Promise<Uint8Array>;
  /** Small picture for display, or null where nothing is displayed. */
  thumbnail(image: RgbaImage): Promise<Blob | null>;
}
