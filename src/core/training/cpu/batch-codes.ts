/** Codes that there is room for at first. */
const FIRST_CODES = 2 ** 20;

/** Sparse codes of one batch in compressed rows; the buffers grow and stay, so that steps do not allocate. */
export class BatchCodes {
  /** Row r is entries `starts[r] … starts[r + 1]`. */
  readonly starts: Uint32Array;
  indices: Uint32Array;
  values: Float64Array;
  /** Entries so far. */
  size = 0;
  #rows = 0;

  constructor(batch: number, expected: number) {
    this.starts = new Uint32Array(batch + 1);
    const room = Math.max(16, Math.min(expected, FIRST_CODES));
    this.indices = new Uint32Array(room);
    this.values = new Float64Array(room);
  }

  clear(): void {
    this.size = 0;
    this.#rows = 0;
  }

  push(index: number, value: number): void {
    if (this.size === this.indices.length) this.#grow();
    this.indices[this.size] = index;
    this.values[this.size] = value;
    this.size += 1;
  }

  endRow(): void {
    this.#rows += 1;
    this.starts[this.#rows] = this.size;
  }

  #grow(): void {
    const indices = new Uint32Array(this.size * 2);
    indices.set(this.indices);
    this.indices = indices;
    const values = new Float64Array(this.size * 2);
    values.set(this.values);
    this.values = values;
  }
}
