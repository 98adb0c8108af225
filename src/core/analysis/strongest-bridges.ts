/** A bridge: image-side concept i, text-side concept j. */
export interface Bridge {
  readonly i: number;
  readonly j: number;
  /** B_ij. */
  readonly value: number;
  /** B_ij as it would be if the pairs were shuffled. */
  readonly null: number;
}

/** Keeps the bridges with the largest `value − null`, ties in the order of i and j. */
export class StrongestBridges {
  private readonly top: number;
  private held: Bridge[] = [];
  /** Nothing below it can be among the strongest any more. */
  private floor = -Infinity;

  constructor(top: number) {
    this.top = top;
  }

  offer(i: number, j: number, value: number, expected: number): void {
    if (value - expected < this.floor || this.top === 0) return;
    this.held.push({ i, j, value, null: expected });
    // Sorting now and then costs less than keeping a heap.
    if (this.held.length >= 4 * this.top + 64) this.held = this.list();
  }

  /** The strongest first. */
  list(): Bridge[] {
    const best = this.held.sort((x, y) => y.value - y.null - (x.value - x.null) || x.i - y.i || x.j - y.j).slice(0, this.top);
    const last = best[this.top - 1];
    if (last !== undefined) this.floor = last.value - last.null;
    return best;
  }
}
