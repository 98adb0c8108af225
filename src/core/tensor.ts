import { invariant } from './errors.ts';

/** Dense row-major matrix `(rows, cols)`. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
}

/** Sparse codes in compressed rows `(rows, cols)`; within a row, indices strictly ascend. SciPy's CSR. */
export interface SparseCodes {
  readonly rows: number;
  readonly cols: number;
  /** `(rows + 1)`; row r is entries `indptr[r] … indptr[r + 1]`. */
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** One row of sparse codes: ascending concept numbers with their activations. */
export interface SparseRow {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Wraps `data` as a `(rows, cols)` matrix; throws when the sizes disagree. */
export function matrix(rows: number, cols: number, data: Float32Array = new Float32Array(rows * cols)): Matrix {
  invariant(data.length === rows * cols, `matrix of ${rows}×${cols} got ${data.length} values`);
  return { rows, cols, data };
}

/** View of row `r`, no copy. */
export function rowOf(m: Matrix, r: number): Float32Array {
  return m.data.subarray(r * m.cols, (r + 1) * m.cols);
}

/** View of code row `r`, no copy. */
export function codeRow(codes: SparseCodes, r: number): { indices: Uint32Array; values: Float32Array } {
  const start = codes.indptr[r] ?? 0;
  const end = codes.indptr[r + 1] ?? start;
  return { indices: codes.indices.subarray(start, end), values: codes.values.subarray(start, end) };
}

/** View of rows `start … end` of a matrix, no copy. */
export function someRows(m: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, cols: m.cols, data: m.data.subarray(start * m.cols, end * m.cols) };
}

/** Rows `start … end` of codes; indices and values are views. */
export function someCodes(codes: SparseCodes, start: number, end: number): SparseCodes {
  const [from, to] = [codes.indptr[start] ?? 0, codes.indptr[end] ?? 0];
  return {
    rows: end - start,
    cols: codes.cols,
    indptr: codes.indptr.slice(start, end + 1).map((at) => at - from),
    indices: codes.indices.subarray(from, to),
    values: codes.values.subarray(from, to),
  };
}
