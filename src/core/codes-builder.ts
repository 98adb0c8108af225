import type { SparseCodes } from './tensor.ts';

/** Collects codes row by row into compressed rows; buffers double when full, so that pushing rarely allocates. */
export class CodesBuilder {
  readonly rows: number;
  readonly cols: number;
  private readonly indptr: Uint32Array;
  private indices: Uint32Array;
  private values: Float32Array;
  private size = 0;
  private row = 0;

  /** For `(rows, cols)` codes with about `perRow` active concepts a row. */
  constructor(rows: number, cols: number, perRow = 32) {
    this.rows = rows;
    this.cols = cols;
    this.indptr = new Uint32Array(rows + 1);
    const capacity = Math.max(1, rows * Math.min(perRow, cols));
    this.indices = new Uint32Array(capacity);
    this.values = new Float32Array(capacity);
  }

  /** Adds concept `index` to the current row; within a row, indices must ascend. A code of zero is not active and is left out. */
  push(index: number, value: number): void {
    if (value === 0) return;
    if (this.size === this.indices.length) this.grow();
    this.indices[this.size] = index;
    this.values[this.size] = value;
    this.size += 1;
  }

  /** Closes the current row. */
  endRow(): void {
    this.row += 1;
    this.indptr[this.row] = this.size;
  }

  /** The codes pushed so far; the builder is not used afterwards. */
  finish(): SparseCodes {
    const { rows, cols, indptr, size } = this;
    return { rows, cols, indptr, indices: this.indices.slice(0, size), values: this.values.slice(0, size) };
  }

  private grow(): void {
    const indices = new Uint32Array(this.size * 2);
    indices.set(this.indices);
    this.indices = indices;
    const values = new Float32Array(this.size * 2);
    values.set(this.values);
    this.values = values;
  }
}
