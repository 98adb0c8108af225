import { kthLargest } from '../../activations/select.ts';
import type { Batch } from './batch.ts';

/** Candidates of a batch that there is room for at first. */
const FIRST_CANDIDATES = 2 ** 20;

/** Adds `b_enc` to the pre-codes of rows `from … to`. */
export function addBias({ c, pre, parameters }: Batch, from: number, to: number): void {
  const bias = parameters.b_enc?.value ?? new Float32Array(c);
  for (let r = from; r < to; r++) {
    const start = r * c;
    for (let i = 0; i < c; i++) pre[start + i] = (pre[start + i] as number) + (bias[i] as number);
  }
}

/** Codes of row r by its own pre-codes alone. */
export type RowSelection = (batch: Batch, r: number) => void;

/** All positive pre-codes. */
export function selectRelu({ c, pre, codes }: Batch, r: number): void {
  const start = r * c;
  for (let i = 0; i < c; i++) {
    const value = pre[start + i] as number;
    if (value > 0) codes.push(i, value);
  }
  codes.endRow();
}

/** The k largest positive pre-codes; of equal ones at the boundary, those with the lowest concept number. */
export function topKSelection(k: number, c: number): RowSelection {
  const scratch = new Float64Array(c);
  return ({ pre, codes }, r) => {
    const start = r * c;
    let positive = 0;
    for (let i = 0; i < c; i++) {
      const value = pre[start + i] as number;
      if (value > 0) scratch[positive++] = value;
    }
    const limit = positive > k ? kthLargest(scratch.subarray(0, positive), k) : 0;
    let ties = k;
    for (let e = 0; e < Math.min(k, positive); e++) if ((scratch[e] as number) > limit) ties -= 1;
    for (let i = 0; i < c; i++) {
      const value = pre[start + i] as number;
      if (value <= 0 || value < limit) continue;
      if (value === limit && --ties < 0) continue;
      codes.push(i, value);
    }
    codes.endRow();
  };
}

/** JumpReLU: positive pre-codes of at least θ_i. */
export function selectJump({ c, pre, codes, theta }: Batch, r: number): void {
  const start = r * c;
  for (let i = 0; i < c; i++) {
    const value = pre[start + i] as number;
    if (value > 0 && value >= (theta[i] as number)) codes.push(i, value);
  }
  codes.endRow();
}

/**
 * BatchTopK: the `kTotal` largest positive pre-codes of a batch, ties with the last kept. What is certainly smaller is neither sorted nor
 * looked at again: rows are added one after the other, and only values from `floor` on are remembered.
 */
export class BatchSelection {
  readonly #batch: Batch;
  /** Where the candidates are in the pre-codes, ascending. */
  #places: Uint32Array;
  /** Their values, reordered in the search. */
  #values: Float64Array;
  #size = 0;
  #floor = 0;

  constructor(batch: Batch) {
    this.#batch = batch;
    const expected = Math.min(4 * batch.rows * batch.recipe.k, FIRST_CANDIDATES);
    this.#places = new Uint32Array(expected);
    this.#values = new Float64Array(expected);
  }

  /** Starts a batch; a good `floor` lies somewhat below θ_B. */
  start(floor: number): void {
    this.#size = 0;
    this.#floor = floor;
  }

  /** Adds the pre-codes of rows `from … to`, biases included. */
  add(from: number, to: number): void {
    const { c, pre } = this.#batch;
    const floor = this.#floor;
    const end = to * c;
    let size = this.#size;
    for (let at = from * c; at < end; at++) {
      const value = pre[at] as number;
      if (value <= 0 || value < floor) continue;
      if (size === this.#places.length) this.#grow();
      this.#places[size] = at;
      this.#values[size] = value;
      size += 1;
    }
    this.#size = size;
  }

  /** θ_B of what was added, 0 where fewer than `kTotal` are positive; null where `floor` was too high to tell. */
  find(kTotal: number): number | null {
    if (this.#size >= kTotal) return kthLargest(this.#values.subarray(0, this.#size), kTotal);
    return this.#floor > 0 ? null : 0;
  }

  /** The candidates of at least `theta` become the batch's codes. */
  select(theta: number): void {
    const { c, rows, pre, codes } = this.#batch;
    let n = 0;
    for (let r = 0; r < rows; r++) {
      const start = r * c;
      const end = start + c;
      for (; n < this.#size; n++) {
        const at = this.#places[n] as number;
        if (at >= end) break;
        const value = pre[at] as number;
        if (value >= theta) codes.push(at - start, value);
      }
      codes.endRow();
    }
  }

  #grow(): void {
    const places = new Uint32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
    const values = new Float64Array(this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
  }
}
