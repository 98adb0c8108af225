import { invariant } from '../errors.ts';

/** Sums as plain data: `total = high + low`. */
export interface Sums {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * Sums that carry their rounding errors along (Neumaier; Knuth's TwoSum), about 106 bits in all: whichever way the terms are split
 * and ordered, `total` gives the same float64, but for sums that lie within about 2⁻⁵⁰ of a rounding boundary.
 */
export class CompensatedSums implements Sums {
  readonly high: Float64Array;
  readonly low: Float64Array;

  /** `size` sums of nothing. */
  constructor(size: number) {
    this.high = new Float64Array(size);
    this.low = new Float64Array(size);
  }

  /** Adds `value` to sum `i`. */
  add(i: number, value: number): void {
    const before = this.high[i] ?? 0;
    const sum = before + value;
    const added = sum - before;
    this.high[i] = sum;
    this.low[i] = (this.low[i] ?? 0) + (before - (sum - added) + (value - added));
  }

  /** Adds each sum of `other`. */
  merge(other: Sums): void {
    invariant(other.high.length === this.high.length && other.low.length === this.low.length, 'sums of different lengths');
    for (let i = 0; i < this.high.length; i++) {
      this.add(i, other.high[i] ?? 0);
      this.low[i] = (this.low[i] ?? 0) + (other.low[i] ?? 0);
    }
  }

  /** Sum `i`. */
  total(i: number): number {
    return (this.high[i] ?? 0) + (this.low[i] ?? 0);
  }

  /** All sums, each times `factor`. */
  totals(factor = 1): Float64Array {
    return this.high.map((_, i) => this.total(i) * factor);
  }

  copy(): Sums {
    return { high: this.high.slice(), low: this.low.slice() };
  }
}

/** The unevaluated sum of two float64, the second at most half a unit of the first. */
interface Double {
  readonly high: number;
  readonly low: number;
}

/** Spreads smaller than this share of the squares are rounding: float32 entries that differ at all give at least 2⁻⁷⁸. */
const NO_SPREAD = 2 ** -90;

/**
 * `Σ_ij (x_ij − m_j)²` of n numbers in each of several groups with their own means m_j, from the groups' sums `Σ_i x_ij` and the
 * sum of all squares, in twice the precision of float64, since the two parts nearly cancel where the means are large. Exactly 0
 * where nothing varies.
 */
export function spread(n: number, sums: Sums, squares: Double): number {
  let means: Double = { high: 0, low: 0 };
  for (let j = 0; j < sums.high.length; j++) {
    const sum = twoSum(sums.high[j] ?? 0, sums.low[j] ?? 0);
    means = add(means, product(sum, sum));
  }
  const whole = product(squares, { high: n, low: 0 });
  const rest = add(whole, { high: -means.high, low: -means.low });
  return rest.high <= whole.high * NO_SPREAD ? 0 : (rest.high + rest.low) / n;
}

function twoSum(a: number, b: number): Double {
  const high = a + b;
  const added = high - a;
  return { high, low: a - (high - added) + (b - added) };
}

function add(a: Double, b: Double): Double {
  const sum = twoSum(a.high, b.high);
  return twoSum(sum.high, sum.low + a.low + b.low);
}

function product(a: Double, b: Double): Double {
  const high = a.high * b.high;
  const [a1, a2] = halves(a.high);
  const [b1, b2] = halves(b.high);
  const low = a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2);
  return twoSum(high, low + a.high * b.low + a.low * b.high);
}

/** Veltkamp's split into two numbers of 26 bits, whose products are exact. */
function halves(a: number): [number, number] {
  const scaled = a * (2 ** 27 + 1);
  const high = scaled - (scaled - a);
  return [high, a - high];
}
