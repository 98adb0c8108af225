import { invariant } from '../errors.ts';
import type { Matrix } from '../tensor.ts';

/** Mean and spread of embeddings `(rows, d)`, in float64. */
export interface Moments {
  readonly rows: number;
  /** `(d)`. */
  readonly mean: Float64Array;
  /** Mean over all entries of `(x − m)²`, m the one mean of all entries: the denominator of overcomplete's R². */
  readonly variance: number;
  /** Mean over the columns of each column's variance about its own mean: the denominator of 1 − FVU. */
  readonly featureVariance: number;
}

/**
 * Collects moments over any number of rows, piece by piece, and merges with others (Welford's update, and Chan, Golub and LeVeque's
 * for merging), so that a large mean does not eat the digits of a small spread.
 */
export class MomentsAccumulator {
  #rows = 0;
  readonly #mean: Float64Array;
  /** Σ (x − mean)² of each column `(d)`. */
  readonly #squares: Float64Array;

  constructor(d: number) {
    this.#mean = new Float64Array(d);
    this.#squares = new Float64Array(d);
  }

  /** Adds rows `(n, d)`. */
  add(rows: Matrix): void {
    const mean = this.#mean;
    const squares = this.#squares;
    const d = mean.length;
    invariant(rows.cols === d, `moments of ${d} dimensions got ${rows.cols}`);
    for (let r = 0; r < rows.rows; r++) {
      this.#rows += 1;
      const weight = 1 / this.#rows;
      const start = r * d;
      for (let j = 0; j < d; j++) {
        const before = mean[j] as number;
        const delta = (rows.data[start + j] as number) - before;
        const after = before + delta * weight;
        mean[j] = after;
        squares[j] = (squares[j] as number) + delta * ((rows.data[start + j] as number) - after);
      }
    }
  }

  /** Adds what `other` has collected. */
  merge(other: MomentsAccumulator): void {
    const both = this.#rows + other.#rows;
    invariant(other.#mean.length === this.#mean.length, 'moments of different dimensions');
    if (other.#rows === 0) return;
    const share = other.#rows / both;
    for (let j = 0; j < this.#mean.length; j++) {
      const before = this.#mean[j] as number;
      const delta = (other.#mean[j] as number) - before;
      this.#mean[j] = before + delta * share;
      this.#squares[j] = (this.#squares[j] as number) + (other.#squares[j] as number) + delta * delta * this.#rows * share;
    }
    this.#rows = both;
  }

  /** Moments of all rows so far; variances are NaN without a row. */
  finish(): Moments {
    const d = this.#mean.length;
    let squares = 0;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      squares += this.#squares[j] as number;
      sum += this.#mean[j] as number;
    }
    const centre = sum / d;
    let between = 0;
    for (const mean of this.#mean) between += (mean - centre) ** 2;
    const featureVariance = squares / (this.#rows * d);
    return { rows: this.#rows, mean: this.#mean.slice(), featureVariance, variance: featureVariance + between / d };
  }
}
