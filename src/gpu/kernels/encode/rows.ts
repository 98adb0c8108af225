import { InputError } from '../../../core/errors.ts';
import { constantScale, rowScale } from '../../../core/norm.ts';
import { paddedWidth } from '../../buffers.ts';
import { MAX_MAGNITUDE, writePair } from './concept-table.ts';
import type { InputNorm } from '../../../core/dictionary.ts';
import type { Matrix } from '../../../core/tensor.ts';

/** Rows ready for the kernel. */
export interface PackedRows {
  /** `(count, paddedWidth(cols))`, as given. */
  readonly data: Float32Array<ArrayBuffer>;
  /** `(count)` max|x| of each row. */
  readonly largest: Float32Array<ArrayBuffer>;
  /** `(count, 6)` RowNorm of encode.wgsl. */
  readonly norms: Float32Array<ArrayBuffer>;
}

/** Floats of one RowNorm in encode.wgsl, with its padding. */
const NORM_FIELDS = 6;

/** Added to the standard deviation before dividing by it; the same in core/norm.ts. */
const LAYER_NORM_EPSILON = 1e-5;

/** Whether the norm depends on the row: then it needs float64, so the host. */
export function isRowNorm(norm: InputNorm): boolean {
  return norm.kind === 'rowNorm' || norm.kind === 'layerNorm';
}

/**
 * Rows `first … first + count` of `x`, padded, with their input norms.
 * Throws InputError naming the first row that has NaN, an infinity or a magnitude of 2^60 or more.
 */
export function packRows(x: Matrix, first: number, count: number, norm: InputNorm): PackedRows {
  const { cols } = x;
  const width = paddedWidth(cols);
  const data = new Float32Array(count * width);
  const largest = new Float32Array(count);
  const norms = isRowNorm(norm) ? new Float32Array(count * NORM_FIELDS) : constantNorms(norm, count);
  for (let r = 0; r < count; r++) {
    const row = x.data.subarray((first + r) * cols, (first + r + 1) * cols);
    data.set(row, r * width);
    let most = 0;
    // Math.max keeps a NaN, unlike a comparison.
    for (let i = 0; i < cols; i++) most = Math.max(most, Math.abs(row[i] ?? 0));
    checkRow(first + r, most);
    largest[r] = most;
    if (isRowNorm(norm)) {
      const { scale, shift } = rowScale(norm, row, first + r);
      const inverse = norm.kind === 'layerNorm' ? scale + LAYER_NORM_EPSILON : scale;
      // Under rowNorm a row that equals the mean has no direction; what remains of it is 0, whatever the factor.
      writeNorm(norms, r, shift, inverse === 0 ? 1 : inverse);
    }
  }
  return { data, largest, norms };
}

/** `(count, 6)` norms of rows for `none` and `constant`; the mean is in the concept table. */
export function constantNorms(norm: InputNorm, count: number): Float32Array<ArrayBuffer> {
  const norms = new Float32Array(count * NORM_FIELDS);
  const inverse = norm.kind === 'constant' ? 1 / Math.abs(constantScale(norm)) : 1;
  for (let r = 0; r < count; r++) writeNorm(norms, r, 0, inverse);
  return norms;
}

function writeNorm(norms: Float32Array, r: number, shift: number, inverse: number): void {
  const at = r * NORM_FIELDS;
  writePair(norms, at, shift);
  writePair(norms, at + 2, inverse);
  norms[at + 4] = 1 / inverse;
}

/** Throws InputError when `largest`, the largest magnitude of row `row`, is NaN, infinite or too large. */
export function checkRow(row: number, largest: number): void {
  if (largest < MAX_MAGNITUDE) return;
  const what = Number.isFinite(largest) ? `a value of magnitude ${largest.toExponential(1)}` : 'NaN or an infinite value';
  throw new InputError(`the embedding has ${what}`, { field: `row ${row}`, fix: 'Remove the row or embed the item again.' });
}
