/** Slots a table starts with. */
const FIRST_SLOTS = 1 << 12;
/** Share of the slots that may be taken before the table grows. */
const LOAD = 0.75;

/**
 * Sums for pairs (i, j) of concepts, only for pairs that occurred: a hash table with linear probing in typed arrays, 20 bytes a slot.
 * Each sum carries its rounding error (`CompensatedSums`), here in float32: 77 bits in all.
 */
export class PairTable {
  /** Columns of the matrix whose entries the pairs are. */
  readonly cols: number;
  size = 0;
  /** `i·cols + j + 1`, or 0 for a free slot. */
  private keys: Float64Array;
  private sums: Float64Array;
  private errors: Float32Array;

  constructor(cols: number, entries = 0) {
    this.cols = cols;
    let slots = FIRST_SLOTS;
    while (slots * LOAD < entries) slots *= 2;
    this.keys = new Float64Array(slots);
    this.sums = new Float64Array(slots);
    this.errors = new Float32Array(slots);
  }

  /** Adds `value` to the sum of (i, j); `error` is what its rounding lost. */
  add(i: number, j: number, value: number, error = 0): void {
    const slot = this.find(i, j);
    const before = this.sums[slot] ?? 0;
    const sum = before + value;
    const added = sum - before;
    this.sums[slot] = sum;
    this.errors[slot] = (this.errors[slot] ?? 0) + (before - (sum - added) + (value - added)) + error;
  }

  /** Calls `visit` with every pair, in no particular order. */
  each(visit: (i: number, j: number, sum: number, error: number) => void): void {
    for (let slot = 0; slot < this.keys.length; slot++) {
      const key = this.keys[slot] ?? 0;
      if (key === 0) continue;
      const i = Math.floor((key - 1) / this.cols);
      visit(i, key - 1 - i * this.cols, this.sums[slot] ?? 0, this.errors[slot] ?? 0);
    }
  }

  /** The slot of (i, j), taken now if it was not. */
  private find(i: number, j: number): number {
    const key = i * this.cols + j + 1;
    const mask = this.keys.length - 1;
    let slot = hash(i, j) & mask;
    for (;;) {
      const held = this.keys[slot] ?? 0;
      if (held === key) return slot;
      if (held === 0) break;
      slot = (slot + 1) & mask;
    }
    if (this.size + 1 > this.keys.length * LOAD) {
      this.grow();
      return this.find(i, j);
    }
    this.keys[slot] = key;
    this.size += 1;
    return slot;
  }

  private grow(): void {
    const larger = new PairTable(this.cols, this.keys.length);
    this.each((i, j, sum, error) => { larger.add(i, j, sum, error); });
    this.keys = larger.keys;
    this.sums = larger.sums;
    this.errors = larger.errors;
  }
}

function hash(i: number, j: number): number {
  let h = Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
