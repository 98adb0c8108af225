import { invariant } from '../errors.ts';
import { Heap } from './heap.ts';
import type { Meter } from '../baselines/meter.ts';
import type { Candidates } from './candidates.ts';
import type { Solution } from './solution.ts';

/** Rounds of bidding, as in `dense.ts`. */
const BIDDING_ROUNDS = 2;

/**
 * `assignDense` where each row may only take its candidates, of which some assignment of all rows has to be possible: the best
 * one among them. Paths are found with a heap, since few columns are reached.
 */
export async function assignSparse(candidates: Candidates, meter: Meter): Promise<Solution> {
  const solver = new SparseSolver(candidates);
  let free = Int32Array.from({ length: candidates.rows }, (_, i) => i);
  for (let round = 0; round < BIDDING_ROUNDS; round++) free = await solver.bid(free, meter);
  for (const row of free) await solver.augment(row, meter);
  return { columnOf: solver.columnOf, prices: solver.prices };
}

class SparseSolver {
  readonly columnOf: Int32Array;
  readonly prices: Float64Array;
  readonly #candidates: Candidates;
  readonly #rowOf: Int32Array;
  /** Similarity of each row with its column `(rows)`. */
  readonly #own: Float64Array;
  readonly #distances: Float64Array;
  readonly #previous: Int32Array;
  /** Position of the entry by which a column was reached. */
  readonly #entry: Uint32Array;
  readonly #heap = new Heap();

  constructor(candidates: Candidates) {
    const { rows, cols } = candidates;
    this.#candidates = candidates;
    this.columnOf = new Int32Array(rows).fill(-1);
    this.prices = new Float64Array(cols);
    this.#rowOf = new Int32Array(cols).fill(-1);
    this.#own = new Float64Array(rows);
    this.#distances = new Float64Array(cols).fill(Infinity);
    this.#previous = new Int32Array(cols);
    this.#entry = new Uint32Array(cols);
  }

  /** As in `dense.ts`; a row with a single candidate waits for its path, since it has no second best to bid up to. */
  async bid(free: Int32Array, meter: Meter): Promise<Int32Array<ArrayBuffer>> {
    const { start, columns, values } = this.#candidates;
    const left: number[] = [];
    let patience = 8 * this.columnOf.length;
    for (const first of free) {
      let row = first;
      while (row >= 0) {
        const [from, to] = [start[row] ?? 0, start[row + 1] ?? 0];
        let best = from;
        let most = -Infinity;
        let next = -Infinity;
        for (let at = from; at < to; at++) {
          const worth = (values[at] ?? 0) - (this.prices[columns[at] ?? 0] ?? 0);
          if (worth > most) {
            next = most;
            most = worth;
            best = at;
          } else if (worth > next) {
            next = worth;
          }
        }
        const column = columns[best] ?? 0;
        const outbid = this.#rowOf[column] ?? -1;
        const gain = most - next;
        patience -= 1;
        if (outbid >= 0 && (gain === 0 || gain === Infinity || patience < 0)) {
          left.push(row);
          break;
        }
        if (gain < Infinity) this.prices[column] = (this.prices[column] ?? 0) + gain;
        this.#match(row, best);
        if (outbid >= 0) this.columnOf[outbid] = -1;
        row = outbid;
        const wait = meter.spend(to - from);
        if (wait !== undefined) await wait;
      }
    }
    return Int32Array.from(left);
  }

  /** As in `dense.ts`. */
  async augment(row: number, meter: Meter): Promise<void> {
    const { start, columns, values } = this.#candidates;
    const [distances, prices, heap] = [this.#distances, this.prices, this.#heap] as const;
    const reached: number[] = [];
    const closed = new Set<number>();
    let from = row;
    let offset = 0;
    let base = 0;
    let sink = -1;
    while (sink < 0) {
      const [first, end] = [start[from] ?? 0, start[from + 1] ?? 0];
      for (let at = first; at < end; at++) {
        const j = columns[at] ?? 0;
        const through = offset - (values[at] ?? 0) + (prices[j] ?? 0);
        const distance = distances[j] ?? 0;
        if (through >= distance || closed.has(j)) continue;
        if (distance === Infinity) reached.push(j);
        distances[j] = through;
        this.#previous[j] = from;
        this.#entry[j] = at;
        heap.push(j, through);
      }
      let column = heap.pop();
      while (closed.has(column)) column = heap.pop();
      invariant(column >= 0, 'the candidates leave a row without a column');
      closed.add(column);
      base = distances[column] ?? 0;
      const next = this.#rowOf[column] ?? -1;
      if (next < 0) sink = column;
      else {
        from = next;
        offset = base + (this.#own[next] ?? 0) - (prices[column] ?? 0);
      }
      // Heap and set take as long as some thirty multiply-adds.
      const wait = meter.spend(end - first + 32);
      if (wait !== undefined) await wait;
    }
    for (const j of closed) prices[j] = (prices[j] ?? 0) + Math.max(0, base - (distances[j] ?? 0));
    this.#exchange(row, sink);
    for (const j of reached) distances[j] = Infinity;
    heap.clear();
  }

  #exchange(start: number, sink: number): void {
    let column = sink;
    for (;;) {
      const row = this.#previous[column] ?? 0;
      const before = this.columnOf[row] ?? -1;
      this.#match(row, this.#entry[column] ?? 0);
      if (row === start) return;
      column = before;
    }
  }

  #match(row: number, at: number): void {
    const column = this.#candidates.columns[at] ?? 0;
    this.columnOf[row] = column;
    this.#rowOf[column] = row;
    this.#own[row] = this.#candidates.values[at] ?? 0;
  }
}
