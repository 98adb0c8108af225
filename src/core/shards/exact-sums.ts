import { InputError, invariant } from '../errors.ts';
import type { Sums } from '../analysis/compensated.ts';

/** Digits of a sum, and bits a digit. */
const DIGITS = 4;
const BASE = 2 ** 32;
/** What one unit of each digit is worth: the last one is the grid that terms are rounded to. */
const WEIGHTS = [2 ** 16, 2 ** -16, 2 ** -48, 2 ** -80] as const;
/** The first digit stays an exact integer below it, so that sums reach 2⁶⁸. */
const MAX_FIRST = 2 ** 52;

/** Exact sums as plain data, every sum with the one set of digits that it has. */
export interface ExactDigits {
  /** `(size)` first digits. */
  readonly first: Float64Array;
  /** `(3, size)` further digits. */
  readonly rest: Int32Array;
}

/**
 * Sums that do not depend on the order of their terms, to the last bit: fixed-point numbers of four digits of 32 bits. A term is
 * rounded to a multiple of 2⁻⁸⁰, by itself; everything after that is addition of integers, which is associative. That is what lets
 * shards of any number and order add up to the same bytes: rows are cut into blocks at the same places whoever computes them, a
 * block's compensated sums are the same wherever it is computed, and blocks are added here.
 */
export class ExactSums {
  readonly size: number;
  readonly #digits: readonly Float64Array[];

  /** `size` sums of nothing. */
  constructor(size: number) {
    this.size = size;
    this.#digits = WEIGHTS.map(() => new Float64Array(size));
  }

  /** Adds what compensated sums hold. Throws InputError when a sum leaves the range. */
  add({ high, low }: Sums): void {
    invariant(high.length === this.size && low.length === this.size, 'sums of different lengths');
    for (let i = 0; i < this.size; i++) {
      this.#add(i, high[i] ?? 0);
      this.#add(i, low[i] ?? 0);
    }
  }

  /** Adds other exact sums. Throws InputError when a sum leaves the range. */
  merge({ first, rest }: ExactDigits): void {
    invariant(first.length === this.size && rest.length === 3 * this.size, 'sums of different lengths');
    this.#carry();
    for (let k = 0; k < DIGITS; k++) {
      const digits = this.#digits[k];
      if (digits === undefined) continue;
      for (let i = 0; i < this.size; i++) digits[i] = (digits[i] ?? 0) + ((k === 0 ? first[i] : rest[(k - 1) * this.size + i]) ?? 0);
    }
  }

  /** The digits, a copy: equal sums have equal digits. Throws InputError when a sum has left the range. */
  digits(): ExactDigits {
    this.#carry();
    const first = this.#digits[0]?.slice() ?? new Float64Array(0);
    const rest = new Int32Array(3 * this.size);
    for (let k = 1; k < DIGITS; k++) rest.set(this.#digits[k] ?? [], (k - 1) * this.size);
    return { first, rest };
  }

  /** The sums to twice the precision of float64. */
  sums(): Sums {
    this.#carry();
    const high = new Float64Array(this.size);
    const low = new Float64Array(this.size);
    for (let i = 0; i < this.size; i++) {
      for (const [k, weight] of WEIGHTS.entries()) {
        const value = (this.#digits[k]?.[i] ?? 0) * weight;
        const before = high[i] ?? 0;
        const sum = before + value;
        const added = sum - before;
        high[i] = sum;
        low[i] = (low[i] ?? 0) + (before - (sum - added) + (value - added));
      }
    }
    return { high, low };
  }

  /** Each digit grows by at most half the base a term: 2²¹ terms fit before one leaves the exact integers, `#carry` comes long before. */
  #add(i: number, value: number): void {
    let left = value;
    for (let k = 0; k < DIGITS && left !== 0; k++) {
      const digits = this.#digits[k];
      const weight = WEIGHTS[k] ?? 1;
      const digit = Math.round(left / weight);
      if (digits === undefined || !(Math.abs(digit) < MAX_FIRST)) throw outOfRange();
      digits[i] = (digits[i] ?? 0) + digit;
      left -= digit * weight;
    }
  }

  /** Brings every digit but the first into −2³¹ … 2³¹ − 1, which only one set of digits does. */
  #carry(): void {
    for (let k = DIGITS - 1; k > 0; k--) {
      const [digits, above] = [this.#digits[k], this.#digits[k - 1]];
      for (let i = 0; i < this.size; i++) {
        const carried = Math.floor((digits?.[i] ?? 0) / BASE + 0.5);
        if (carried === 0 || digits === undefined || above === undefined) continue;
        digits[i] = (digits[i] ?? 0) - carried * BASE;
        above[i] = (above[i] ?? 0) + carried;
      }
    }
    if (this.#digits[0]?.some((digit) => Math.abs(digit) >= MAX_FIRST) === true) throw outOfRange();
  }
}

function outOfRange(): InputError {
  return new InputError('sums over the rows become too large to be exact (2⁶⁸).', { fix: 'Normalise the embeddings.' });
}
