import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../random.ts';
import { denseProduct } from './dense-product.ts';

it('is the product, for every size and whatever rows come with a row', () => {
  const size = fc.integer({ min: 1, max: 11 });
  fc.assert(
    fc.property(size, size, size, (rows, d, c) => {
      const random = new Random(rows * 100 + d * 10 + c);
      const x = Float32Array.from({ length: rows * d }, () => random.normal());
      const w = Float32Array.from({ length: c * d }, () => random.normal());
      const out = new Float32Array(rows * c + 1).fill(7);
      denseProduct(x, rows, d, w, c, out);
      for (let r = 0; r < rows; r++) {
        for (let i = 0; i < c; i++) {
          let sum = 0;
          for (let j = 0; j < d; j++) sum += (x[r * d + j] ?? 0) * (w[i * d + j] ?? 0);
          expect(out[r * c + i]).toBe(Math.fround(sum));
        }
      }
      expect(out[rows * c]).toBe(7);
    }),
  );
});
