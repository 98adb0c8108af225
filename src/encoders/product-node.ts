/** The dense product in Node: the same wasm as in the page, so that both train the same bits. */
import type { DenseProduct } from '../core/training/dense-product.ts';
import { ortProduct } from './ort-product.ts';
import { createQueue } from './queue.ts';

/** ONNX Runtime's product on one thread: more threads may add up in another order. */
export async function nodeProduct(): Promise<DenseProduct> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return ortProduct(ort, createQueue());
}
