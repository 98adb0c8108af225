import { codeRow } from '../tensor.ts';
import type { SparseCodes } from '../tensor.ts';

/** Added to the denominator by overcomplete. */
const EPSILON = 1e-6;

/**
 * κ₄ of each row of codes `(n, c)`: `Σz⁴/((Σz²)² + 1e-6)`, how peaked the row is (Hurley and Rickard 2009; overcomplete
 * `metrics.kappa_4`). 0 for a row without codes.
 */
export function kappa4(codes: SparseCodes): Float64Array {
  return Float64Array.from({ length: codes.rows }, (_, r) => kappa4OfRow(codeRow(codes, r).values));
}

/** `kappa4` of one row, from its codes other than 0. */
export function kappa4OfRow(values: Float32Array): number {
  let squares = 0;
  let fourths = 0;
  for (const value of values) {
    const square = value * value;
    squares += square;
    fourths += square * square;
  }
  return fourths / (squares * squares + EPSILON);
}
