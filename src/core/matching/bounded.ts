import { Largest, withEntries } from './candidates.ts';
import { eachRow } from './similarities.ts';
import { assignSparse } from './sparse.ts';
import type { Meter } from '../baselines/meter.ts';
import type { Candidates, Entry } from './candidates.ts';
import type { Proven, Solution } from './solution.ts';
import type { Similarities } from './similarities.ts';

/** Nearest columns that each row starts with, and those added at most each time the bound is computed. */
const NEAREST = 32;
const ADDED = 8;
/** Times that the bound is computed, each a pass over all similarities. */
const PASSES = 4;
/** Nearest columns, the missing ones, and the bound once, as between dictionaries of the same data. */
const EXPECTED_PASSES = 2.5;
/** Gap a row that needs no further pass. */
const CLOSE_ENOUGH = 1e-4;

/** Multiply-adds of `assignBounded`, about, for a progress bar. */
export function boundedWork({ rows, cols, depth }: Pick<Similarities, 'rows' | 'cols' | 'depth'>): number {
  return EXPECTED_PASSES * rows * cols * depth;
}

/**
 * Assigns rows to columns, rows ≤ cols, without ever holding all similarities: solved exactly among the nearest columns of each
 * row, then all similarities are gone through with the prices of that solution. For any prices p ≥ 0 no assignment is worth more
 * than `Σ_j p_j + Σ_i max_j (a_ij − p_j)`, which is the bound; columns that a row would rather have at these prices become candidates
 * and the rest is solved again (column generation). Ends when no row wants another column, which proves the optimum, when the
 * gap is below 1e-4 a row, or after four passes. Memory: at most 64 candidates a row, besides a strip of rows.
 */
export async function assignBounded(similarities: Similarities, meter: Meter): Promise<Proven> {
  let candidates = await nearest(similarities, meter);
  candidates = withEntries(candidates, await feasible(similarities, candidates, meter));
  let best: Proven | null = null;
  let bound = Infinity;
  for (let pass = 0; ; pass++) {
    const solution = await assignSparse(candidates, meter);
    const matched = matchedIn(candidates, solution);
    const value = matched.reduce((sum, similarity) => sum + similarity, 0);
    const priced = await price(similarities, candidates, solution, meter);
    bound = Math.min(bound, priced.bound);
    if (best === null || value > best.value) best = { ...solution, matched, value, bound };
    const done = priced.wanted.length === 0 || bound - best.value < CLOSE_ENOUGH * similarities.rows || pass + 1 === PASSES;
    // Rounding may put the bound of an optimum below it.
    if (done) return { ...best, bound: Math.max(bound, best.value) };
    candidates = withEntries(candidates, priced.wanted);
  }
}

/** The nearest columns of each row. */
async function nearest(similarities: Similarities, meter: Meter): Promise<Candidates> {
  const { rows, cols } = similarities;
  const count = Math.min(NEAREST, cols);
  const start = Uint32Array.from({ length: rows + 1 }, (_, i) => i * count);
  const columns = new Uint32Array(rows * count);
  const values = new Float64Array(rows * count);
  const largest = new Largest(count);
  await eachRow(similarities, meter, (row, similarity) => {
    largest.clear();
    for (let j = 0; j < cols; j++) if ((similarity[j] ?? 0) > largest.limit) largest.push(j, similarity[j] ?? 0);
    columns.set(largest.columns, row * count);
    values.set(largest.values, row * count);
  });
  return { rows, cols, start, columns, values };
}

/** What the candidates lack so that every row can have a column: the best one that no row took before, a candidate where possible. */
async function feasible(similarities: Similarities, { rows, cols, start, columns }: Candidates, meter: Meter): Promise<Entry[]> {
  const taken = new Uint8Array(cols);
  const placed = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let at = start[row] ?? 0; at < (start[row + 1] ?? 0) && placed[row] === 0; at++) {
      const column = columns[at] ?? 0;
      if (taken[column] === 1) continue;
      placed[row] = 1;
      taken[column] = 1;
    }
  }
  const entries: Entry[] = [];
  const similarity = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    if (placed[row] === 1) continue;
    similarities.fill(row, row + 1, similarity);
    let best = -1;
    for (let j = 0; j < cols; j++) if (taken[j] === 0 && (best < 0 || (similarity[j] ?? 0) > (similarity[best] ?? 0))) best = j;
    taken[best] = 1;
    entries.push({ row, column: best, value: similarity[best] ?? 0 });
    const wait = meter.spend(cols * similarities.depth);
    if (wait !== undefined) await wait;
  }
  return entries;
}

/** The bound that the solution's prices prove, and the columns that rows would rather have at these prices. */
async function price(similarities: Similarities, { start, columns, values }: Candidates, { prices }: Solution, meter: Meter): Promise<{ bound: number; wanted: Entry[] }> {
  const { cols } = similarities;
  const wanted: Entry[] = [];
  const largest = new Largest(ADDED);
  let bound = prices.reduce((sum, value) => sum + value, 0);
  await eachRow(similarities, meter, (row, similarity) => {
    let known = -Infinity;
    for (let at = start[row] ?? 0; at < (start[row + 1] ?? 0); at++) known = Math.max(known, (values[at] ?? 0) - (prices[columns[at] ?? 0] ?? 0));
    largest.clear();
    for (let j = 0; j < cols; j++) {
      const worth = (similarity[j] ?? 0) - (prices[j] ?? 0);
      // A candidate's own worth is not above `known`, so whatever is found is new.
      if (worth > known && worth > largest.limit) largest.push(j, worth);
    }
    bound += Math.max(known, largest.values[0] ?? -Infinity);
    for (const column of largest.columns) wanted.push({ row, column, value: similarity[column] ?? 0 });
  });
  return { bound, wanted };
}

function matchedIn({ start, columns, values }: Candidates, { columnOf }: Solution): Float64Array {
  return Float64Array.from(columnOf, (column, row) => values[columns.indexOf(column, start[row])] ?? 0);
}
