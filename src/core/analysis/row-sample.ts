/** A row that a sample kept, with its code. */
export interface SampledRow {
  /** Number that the sample is drawn by, see `hashRow`. */
  readonly order: number;
  readonly heldOut: boolean;
  /** `(d)` the embedding. */
  readonly x: Float32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/**
 * A uniform sample of the rows, `size` of them or all that there are: those with the smallest hashes. It depends on the rows and the
 * seed alone, so samples of parts merge to the sample of the whole.
 */
export class RowSample {
  readonly size: number;
  private held: SampledRow[] = [];
  /** Rows above it cannot be among the smallest any more. */
  private ceiling = Infinity;

  constructor(size: number) {
    this.size = size;
  }

  /** Whether a row with this number would be kept for now: then `add` a copy. */
  wants(order: number): boolean {
    return order < this.ceiling && this.size > 0;
  }

  add(row: SampledRow): void {
    if (!this.wants(row.order)) return;
    this.held.push(row);
    // Sorting now and then costs less than keeping a heap.
    if (this.held.length >= 2 * this.size + 64) this.held = this.list();
  }

  /** The sample, in the order of the hashes. */
  list(): SampledRow[] {
    const kept = this.held.sort((a, b) => a.order - b.order).slice(0, this.size);
    const last = kept[this.size - 1];
    if (last !== undefined) this.ceiling = last.order;
    return kept;
  }
}
