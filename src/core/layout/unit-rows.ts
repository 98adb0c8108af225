import { InputError } from '../errors.ts';
import type { Matrix } from '../tensor.ts';

/** Rows scaled to norm 1, for products that are cosines. */
interface UnitRows {
  /** `(n, d)`; a row of zeros stays one. */
  readonly unit: Float32Array;
  /** `(n)` squared norms of the rows as they were. */
  readonly squares: Float64Array;
}

/** Scales each row of x `(n, d)` to norm 1. Throws InputError naming the first row with a value that is not finite. */
export function unitRows(x: Matrix): UnitRows {
  const { rows, cols, data } = x;
  const unit = new Float32Array(data.length);
  const squares = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const start = r * cols;
    let square = 0;
    for (let i = start; i < start + cols; i++) square += (data[i] as number) ** 2;
    // Squares of float32 do not overflow in float64.
    if (!Number.isFinite(square)) {
      throw new InputError('the row has a value that is not finite', { field: `row ${r}`, fix: 'Remove the row or embed the item again.' });
    }
    squares[r] = square;
    const factor = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = start; i < start + cols; i++) unit[i] = (data[i] as number) * factor;
  }
  return { unit, squares };
}
