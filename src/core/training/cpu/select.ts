import { kthLargest } from '../../activations/select.ts';
import type { Batch } from './batch.ts';

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

/** Codes of row r: positive pre-codes of at least `theta`. */
export function selectFrom({ c, pre, codes }: Batch, r: number, theta: number): void {
  const start = r * c;
  for (let i = 0; i < c; i++) {
    const value = pre[start + i] as number;
    if (value > 0 && value >= theta) codes.push(i, value);
  }
  codes.endRow();
}

/**
 * Finds θ_B, the `kTotal`-th largest positive pre-code of a batch (0 where there are fewer), without sorting what is certainly smaller:
 * rows are added one after the other, and only values from `floor` on are kept.
 */
export class BatchThreshold {
  #candidates: Float64Array;
  #size = 0;
  #floor = 0;

  constructor(expected: number) {
    this.#candidates = new Float64Array(Math.max(64, 4 * expected));
  }

  /** Starts a batch; a good `floor` lies somewhat below θ_B. */
  start(floor: number): void {
    this.#size = 0;
    this.#floor = floor;
  }

  add(pre: Float32Array, from: number, to: number): void {
    const floor = this.#floor;
    let size = this.#size;
    for (let at = from; at < to; at++) {
      const value = pre[at] as number;
      if (value <= 0 || value < floor) continue;
      if (size === this.#candidates.length) this.#grow();
      this.#candidates[size] = value;
      size += 1;
    }
    this.#size = size;
  }

  /** θ_B of what was added; null where `floor` was too high to tell. */
  find(kTotal: number): number | null {
    if (this.#size >= kTotal) return kthLargest(this.#candidates.subarray(0, this.#size), kTotal);
    return this.#floor > 0 ? null : 0;
  }

  #grow(): void {
    const larger = new Float64Array(this.#candidates.length * 2);
    larger.set(this.#candidates);
    this.#candidates = larger;
  }
}
