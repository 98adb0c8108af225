import type { Meter } from '../baselines/meter.ts';
import type { Proven, Solution } from './solution.ts';

/** Rounds of bidding for the rows that others outbid, before augmenting paths settle the rest. */
const BIDDING_ROUNDS = 2;

/**
 * Assigns each row of `a` `(rows, cols)` row-major, rows ≤ cols, a column of its own so that the sum of similarities is largest
 * (Jonker and Volgenant, *A shortest augmenting path algorithm for dense and sparse linear assignment problems*, 1987: augmenting
 * row reduction, then Dijkstra's shortest paths). Exact but for rounding; O(n³) at worst, far less on similarities of dictionaries.
 */
export async function assignDense(a: Float64Array, rows: number, cols: number, meter: Meter): Promise<Proven> {
  const solver = new DenseSolver(a, rows, cols);
  let free = Int32Array.from({ length: rows }, (_, i) => i);
  for (let round = 0; round < BIDDING_ROUNDS && cols > 1; round++) free = await solver.bid(free, meter);
  for (const row of free) await solver.augment(row, meter);
  return prove(a, rows, cols, solver);
}

/** What a solution is worth, and at most could be. */
function prove(a: Float64Array, rows: number, cols: number, { columnOf, prices }: Solution): Proven {
  const matched = Float64Array.from(columnOf, (column, i) => a[i * cols + column] ?? 0);
  let bound = prices.reduce((sum, price) => sum + price, 0);
  for (let i = 0; i < rows; i++) {
    let worth = -Infinity;
    for (let j = 0; j < cols; j++) worth = Math.max(worth, (a[i * cols + j] ?? 0) - (prices[j] ?? 0));
    bound += worth;
  }
  return { columnOf, prices, matched, value: matched.reduce((sum, value) => sum + value, 0), bound };
}

class DenseSolver {
  readonly columnOf: Int32Array;
  readonly prices: Float64Array;
  readonly #a: Float64Array;
  readonly #cols: number;
  readonly #rowOf: Int32Array;
  readonly #distances: Float64Array;
  readonly #previous: Int32Array;
  readonly #open: Int32Array;

  constructor(a: Float64Array, rows: number, cols: number) {
    this.#a = a;
    this.#cols = cols;
    this.columnOf = new Int32Array(rows).fill(-1);
    this.prices = new Float64Array(cols);
    this.#rowOf = new Int32Array(cols).fill(-1);
    this.#distances = new Float64Array(cols);
    this.#previous = new Int32Array(cols);
    this.#open = new Int32Array(cols);
  }

  /** Each free row bids for its best column just so much that it stays as good as the second best; returns the rows left without. */
  async bid(free: Int32Array, meter: Meter): Promise<Int32Array<ArrayBuffer>> {
    const left: number[] = [];
    // Outbid rows bid again at once, but by steps too small to count that could go on for long.
    let patience = 8 * this.columnOf.length;
    for (const first of free) {
      let row = first;
      while (row >= 0) {
        const { best, second, gain } = this.#twoBest(row);
        const column = gain > 0 || (this.#rowOf[best] ?? -1) < 0 ? best : second;
        if (column === best) this.prices[best] = (this.prices[best] ?? 0) + gain;
        const outbid = this.#rowOf[column] ?? -1;
        this.#match(row, column);
        if (outbid >= 0) this.columnOf[outbid] = -1;
        patience -= 1;
        if (outbid >= 0 && (gain === 0 || patience < 0)) left.push(outbid);
        row = gain > 0 && patience >= 0 ? outbid : -1;
        const wait = meter.spend(this.#cols);
        if (wait !== undefined) await wait;
      }
    }
    return Int32Array.from(left);
  }

  /** Gives `row` a column along the shortest path of exchanges to a column without a row, and raises prices on the way. */
  async augment(row: number, meter: Meter): Promise<void> {
    const cols = this.#cols;
    const a = this.#a;
    const [distances, open, prices] = [this.#distances, this.#open, this.prices] as const;
    distances.fill(Infinity);
    for (let j = 0; j < cols; j++) open[j] = j;
    let openCount = cols;
    let from = row;
    let base = 0;
    let sink = -1;
    while (sink < 0) {
      // Distance to a column = what is lost by taking it instead of the columns before.
      const own = this.columnOf[from] ?? -1;
      const offset = own < 0 ? 0 : base + (a[from * cols + own] ?? 0) - (prices[own] ?? 0);
      let least = Infinity;
      let at = -1;
      for (let o = 0; o < openCount; o++) {
        const j = open[o] ?? 0;
        const through = offset - (a[from * cols + j] ?? 0) + (prices[j] ?? 0);
        let distance = distances[j] ?? 0;
        if (through < distance) {
          distance = through;
          distances[j] = through;
          this.#previous[j] = from;
        }
        if (distance < least || (distance === least && (this.#rowOf[j] ?? -1) < 0)) {
          least = distance;
          at = o;
        }
      }
      const column = open[at] ?? 0;
      openCount -= 1;
      open[at] = open[openCount] ?? 0;
      open[openCount] = column;
      base = least;
      const next = this.#rowOf[column] ?? -1;
      if (next < 0) sink = column;
      else from = next;
      const wait = meter.spend(cols);
      if (wait !== undefined) await wait;
    }
    for (let o = openCount; o < cols; o++) {
      const j = open[o] ?? 0;
      prices[j] = (prices[j] ?? 0) + Math.max(0, base - (distances[j] ?? 0));
    }
    this.#exchange(row, sink);
  }

  /** Every row on the path to `sink` takes the next column. */
  #exchange(start: number, sink: number): void {
    let column = sink;
    for (;;) {
      const row = this.#previous[column] ?? 0;
      const before = this.columnOf[row] ?? -1;
      this.#match(row, column);
      if (row === start) return;
      column = before;
    }
  }

  #match(row: number, column: number): void {
    this.columnOf[row] = column;
    this.#rowOf[column] = row;
  }

  #twoBest(row: number): { best: number; second: number; gain: number } {
    let best = -1;
    let second = -1;
    let most = -Infinity;
    let next = -Infinity;
    const at = row * this.#cols;
    for (let j = 0; j < this.#cols; j++) {
      const worth = (this.#a[at + j] ?? 0) - (this.prices[j] ?? 0);
      if (worth <= next) continue;
      if (worth > most) {
        second = best;
        next = most;
        best = j;
        most = worth;
      } else {
        second = j;
        next = worth;
      }
    }
    return { best, second, gain: most - next };
  }
}
