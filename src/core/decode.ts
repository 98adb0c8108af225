import { InputError, invariant } from './errors.ts';
import { matrix, rowOf } from './tensor.ts';
import { addRow, matrixVector } from './linear.ts';
import { constantScale, rowScale } from './norm.ts';
import type { Dictionary } from './dictionary.ts';
import type { RowScale } from './norm.ts';
import type { Matrix, SparseCodes } from './tensor.ts';

/**
 * Reconstructions `(n, d)` of codes `(n, c)`: `x̂ = unnorm(z·W_dec + b_dec) + x·W_skipᵀ`, accumulated in float64. `rowNorm` and `layerNorm`
 * are undone with the statistics of the embeddings `x` `(n, d)` that the codes came from; a skip connection takes `x` as it is.
 * Throws InputError when those are needed and missing, or not finite, and for concepts that the dictionary does not have.
 */
export function decode(dictionary: Dictionary, codes: SparseCodes, x?: Matrix): Matrix {
  const { d, c, W_dec, b_dec, norm } = dictionary;
  invariant(codes.cols === c, `codes of ${codes.cols} concepts for a dictionary of ${c}`);
  invariant(x === undefined || (x.rows === codes.rows && x.cols === d), 'embeddings and codes disagree in shape');
  const scales = scalesOf(dictionary, x);
  const result = matrix(codes.rows, d);
  const sum = new Float64Array(d);
  const skip = skipOf(dictionary, x);
  for (let r = 0; r < codes.rows; r++) {
    sum.set(b_dec);
    const end = codes.indptr[r + 1] ?? 0;
    for (let e = codes.indptr[r] ?? 0; e < end; e++) {
      const index = codes.indices[e] ?? 0;
      if (index >= c) throw new InputError(`concept ${index} is not one of the dictionary's ${c}`, { field: `row ${r}`, fix: 'Use the dictionary that made the codes.' });
      addRow(W_dec, index, codes.values[e] ?? 0, sum);
    }
    const { scale, shift } = scales(r);
    const out = rowOf(result, r);
    const skipped = skip(r);
    for (let i = 0; i < d; i++) out[i] = (sum[i] ?? 0) * scale + shift + (norm.mean?.[i] ?? 0) + (skipped?.[i] ?? 0);
  }
  return result;
}

/** `x·W_skipᵀ` of one row `(d)`; null without a skip connection. */
function skipOf({ W_skip, d }: Dictionary, x: Matrix | undefined): (row: number) => Float64Array | null {
  if (W_skip === undefined) return () => null;
  if (x === undefined) {
    throw new InputError('this transcoder adds x·W_skip, so codes alone do not give a reconstruction', { field: 'W_skip', fix: 'Give the embeddings as well.' });
  }
  const sum = new Float64Array(d);
  return (row) => {
    matrixVector(W_skip, Float64Array.from(rowOf(x, row)), sum);
    return sum;
  };
}

function scalesOf({ norm }: Dictionary, x: Matrix | undefined): (row: number) => RowScale {
  if (norm.kind === 'none') return () => ({ scale: 1, shift: 0 });
  if (norm.kind === 'constant') {
    const scale = 1 / constantScale(norm);
    return () => ({ scale, shift: 0 });
  }
  if (x === undefined) {
    throw new InputError(`this dictionary rescales each embedding (${norm.kind}), so codes alone do not give a reconstruction`, {
      field: 'norm',
      fix: 'Give the embeddings as well.',
    });
  }
  return (row) => rowScale(norm, rowOf(x, row), row);
}
