/** An assignment of rows to columns and the prices by which it was found. */
export interface Solution {
  /** Column of each row `(rows)`. */
  readonly columnOf: Int32Array;
  /** Price of each column `(cols)`: never negative, and 0 for columns without a row. */
  readonly prices: Float64Array;
}

/** An assignment with a proof of how good it is. */
export interface Proven extends Solution {
  /** Similarity of each row with its column `(rows)`. */
  readonly matched: Float64Array;
  /** Sum of `matched`. */
  readonly value: number;
  /**
   * No assignment has a larger sum, but for rounding: `Σ_j p_j + Σ_i max_j (a_ij − p_j)` over all entries, which bounds every
   * assignment at any prices p ≥ 0 (linear-programming duality), and equals `value` when each row has the column that is worth most
   * to it at these prices.
   */
  readonly bound: number;
}
