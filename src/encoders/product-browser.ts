/** The dense product in a browser, on the ONNX Runtime that the encoder runs on. */
import type { DenseProduct } from '../core/training/dense-product.ts';
import { loadOrt, ortQueue } from './ort-browser.ts';
import { ortProduct } from './ort-product.ts';

/** `base` is the application's root, where the wasm is. Throws InputError when it cannot be downloaded. */
export async function browserProduct(base: string): Promise<DenseProduct> {
  return ortProduct(await loadOrt(new URL(base)), ortQueue);
}
