import { invariant } from '../errors.ts';
import { dotRow } from '../linear.ts';
import { R2_EPSILON } from '../metrics.ts';
import { rowScale } from '../norm.ts';
import { atomNorms } from '../analysis/atoms.ts';
import { rowOf, type Matrix, type SparseCodes } from '../tensor.ts';
import type { Dictionary } from '../dictionary.ts';

/** Rows with their codes and what these give back. */
export interface CodedRows {
  /** `(n, d)`. */
  readonly x: Matrix;
  /** `(n, c)`. */
  readonly codes: SparseCodes;
  /** `(n, d)`, as `decode` gives it. */
  readonly reconstruction: Matrix;
}

/**
 * `(c)` how much R² of all rows together (about one scalar mean, overcomplete `r2_score`) falls when concept i alone is taken out of
 * the codes and nothing is encoded anew: `Σ_rows 2z⟨x − x̂, D_i⟩ + z²‖D_i‖²` over n·d times the variance, where D_i is scaled back as the
 * decoder scales the row. Exact, up to rounding; below 0 for a concept without which the rows come out better. nnz·d operations.
 */
export function r2Losses(dictionary: Dictionary, parts: readonly CodedRows[]): Float64Array {
  const { c, d, W_dec, norm } = dictionary;
  const squares = atomNorms(dictionary).map((value) => value * value);
  const losses = new Float64Array(c);
  const residual = new Float64Array(d);
  for (const { x, codes, reconstruction } of parts) {
    invariant(x.rows === codes.rows && x.rows === reconstruction.rows && x.cols === d && reconstruction.cols === d && codes.cols === c, 'rows and codes disagree in shape');
    const { indptr, indices, values } = codes;
    for (let r = 0; r < x.rows; r++) {
      for (let t = 0, at = r * d; t < d; t++, at++) residual[t] = (x.data[at] ?? 0) - (reconstruction.data[at] ?? 0);
      const scale = norm.kind === 'none' ? 1 : rowScale(norm, rowOf(x, r), r).scale;
      const end = indptr[r + 1] ?? 0;
      for (let e = indptr[r] ?? 0; e < end; e++) {
        const i = indices[e] ?? 0;
        const z = (values[e] ?? 0) * scale;
        losses[i] = (losses[i] ?? 0) + 2 * z * dotRow(W_dec, i, residual) + z * z * (squares[i] ?? 0);
      }
    }
  }
  const total = spread(parts.map(({ x }) => x.data));
  return losses.map((loss) => (total === 0 ? 0 : loss / total));
}

/** `Σ(x − m)² + n·1e-6` with the mean m of all n values; 0 for none. */
function spread(parts: readonly Float32Array[]): number {
  let [n, sum, squares] = [0, 0, 0];
  for (const values of parts) {
    n += values.length;
    for (const value of values) sum += value;
  }
  const mean = sum / n;
  for (const values of parts) for (const value of values) squares += (value - mean) ** 2;
  return squares + n * R2_EPSILON;
}
