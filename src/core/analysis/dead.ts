import type { SparseCodes } from '../tensor.ts';

/** `(c)` 1 for concepts that no row activates (overcomplete `metrics.dead_codes`), else 0. */
export function deadCodes(codes: SparseCodes): Uint8Array {
  const dead = new Uint8Array(codes.cols).fill(1);
  for (let e = 0; e < codes.indices.length; e++) if (codes.values[e] !== 0) dead[codes.indices[e] ?? 0] = 0;
  return dead;
}
