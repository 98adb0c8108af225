import { codeRow } from '../tensor.ts';
import type { SparseCodes } from '../tensor.ts';

/** Added to the L2 norm by overcomplete's `l1_l2_ratio`. */
const EPSILON = 1e-6;

/**
 * Hoyer sparsity of each row of codes `(n, c)`: `(√c − ‖z‖₁/(‖z‖₂ + 1e-6))/(√c − 1)`, 1 for a single active concept and 0 where
 * all are equally active (overcomplete `metrics.hoyer`). As there, a row without codes gives √c/(√c − 1), above 1; NaN for c = 1.
 */
export function hoyer(codes: SparseCodes): Float64Array {
  return Float64Array.from({ length: codes.rows }, (_, r) => hoyerOfRow(codeRow(codes, r).values, codes.cols));
}

/** `hoyer` of one row, from its codes other than 0. */
export function hoyerOfRow(values: Float32Array, c: number): number {
  let l1 = 0;
  let squares = 0;
  for (const value of values) {
    l1 += Math.abs(value);
    squares += value * value;
  }
  const root = Math.sqrt(c);
  return c === 1 ? Number.NaN : (root - l1 / (Math.sqrt(squares) + EPSILON)) / (root - 1);
}
