import { assignBounded, boundedWork } from './bounded.ts';
import { assignDense } from './dense.ts';
import { eachStrip } from './similarities.ts';
import type { Meter } from '../baselines/meter.ts';
import type { Similarities } from './similarities.ts';
import type { Proven } from './solution.ts';

/** Concepts up to which all similarities are held at once: 32 MB. */
export const EXACT_CONCEPTS = 2000;
/** Gap a pair that is rounding. */
const ROUNDING = 1e-9;
/** What the dense solver spends on each similarity, about; its bidding rounds and paths go through rows again and again. */
const DENSE_VISITS = 20;

/** Who is matched with whom. */
export interface Assignment {
  /** Column of each row `(rows)`; −1 for rows without, where there are more rows than columns. */
  readonly columnOf: Int32Array;
  /** Similarity of each row with its column `(rows)`; 0 for rows without. */
  readonly matched: Float64Array;
  /** Sum of `matched`. */
  readonly value: number;
  /** Proven that no assignment has a larger sum. */
  readonly exact: boolean;
  /** The largest sum is at most this much above `value`; 0 where exact. */
  readonly gap: number;
}

/** Multiply-adds of `assign`, about, for a progress bar. */
export function assignWork(similarities: Pick<Similarities, 'rows' | 'cols' | 'depth'>, limit = EXACT_CONCEPTS): number {
  const { rows, cols, depth } = similarities;
  return rows * cols <= limit * limit ? rows * cols * (depth + DENSE_VISITS) : boundedWork(similarities);
}

/**
 * Pairs rows with columns, as many as the smaller side has, so that the sum of their similarities is largest. Exact up to
 * `limit`² similarities; beyond, exact or with a proven gap (`assignBounded`). Of several best ones, always the same.
 */
export async function assign(similarities: Similarities, meter: Meter, limit = EXACT_CONCEPTS): Promise<Assignment> {
  const { rows, cols } = similarities;
  if (rows > cols) {
    const turned = await assign(similarities.transposed(), meter, limit);
    const columnOf = new Int32Array(rows).fill(-1);
    const matched = new Float64Array(rows);
    turned.columnOf.forEach((row, column) => {
      columnOf[row] = column;
      matched[row] = turned.matched[column] ?? 0;
    });
    return { ...turned, columnOf, matched };
  }
  if (rows === 0) return { columnOf: new Int32Array(0), matched: new Float64Array(0), value: 0, exact: true, gap: 0 };
  const { columnOf, matched, value, bound } = rows * cols <= limit * limit ? await dense(similarities, meter) : await assignBounded(similarities, meter);
  const exact = bound - value <= ROUNDING * rows;
  return { columnOf, matched, value, exact, gap: exact ? 0 : bound - value };
}

async function dense(similarities: Similarities, meter: Meter): Promise<Proven> {
  const { rows, cols } = similarities;
  const all = new Float64Array(rows * cols);
  await eachStrip(similarities, meter, (from, to) => { similarities.fill(from, to, all.subarray(from * cols, to * cols)); });
  return assignDense(all, rows, cols, meter);
}
