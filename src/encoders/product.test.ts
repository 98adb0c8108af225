import { describe, expect, it } from 'vitest';
import { denseProduct } from '../core/training/dense-product.ts';
import { Random } from '../core/random.ts';
import { nodeProduct } from './product-node.ts';

const normal = (n: number, seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: n }, () => random.normal());
};

describe('the dense product on ONNX Runtime', () => {
  it.each([[1, 1, 1], [3, 7, 5], [64, 64, 512], [130, 256, 100], [37, 33, 129]])('is the plain product, %i × %i × %i', async (rows, d, c) => {
    const product = await nodeProduct();
    const [x, w] = [normal(rows * d, 1), normal(c * d, 2)];
    // Buffers may be longer than the matrices.
    const [out, plain] = [new Float32Array(rows * c + 3), new Float32Array(rows * c)];
    await product(x, rows, d, w, c, out);
    denseProduct(x, rows, d, w, c, plain);
    for (let i = 0; i < plain.length; i++) expect(Math.abs((out[i] ?? 0) - (plain[i] ?? 0))).toBeLessThan(1e-6 * d + 1e-6);
    expect([...out.subarray(rows * c)]).toEqual([0, 0, 0]);
  });

  it('gives a row the same bits however the batch is cut, as a resumed run needs it', async () => {
    const product = await nodeProduct();
    const [rows, d, c] = [53, 256, 300];
    const [x, w, whole] = [normal(rows * d, 3), normal(c * d, 4), new Float32Array(rows * c)];
    await product(x, rows, d, w, c, whole);
    for (const cut of [1, 2, 5, 16, 52]) {
      const parts = new Float32Array(rows * c);
      await product(x.subarray(0, cut * d), cut, d, w, c, parts.subarray(0, cut * c));
      await product(x.subarray(cut * d), rows - cut, d, w, c, parts.subarray(cut * c));
      expect(Buffer.from(parts.buffer).equals(Buffer.from(whole.buffer)), `cut at ${cut}`).toBe(true);
    }
  });
});
