/** For each of many rows, the few items offered to it with the largest values, without allocation. */
export class NearestLists {
  readonly size: number;
  /** `(rows, size)`, largest value first; of equal values the one offered first. */
  readonly items: Uint32Array;
  /** `(rows, size)`; −∞ where fewer were offered. */
  readonly values: Float64Array;

  constructor(rows: number, size: number) {
    this.size = size;
    this.items = new Uint32Array(rows * size);
    this.values = new Float64Array(rows * size).fill(-Infinity);
  }

  /** Empties the list of `row`. */
  clear(row: number): void {
    this.values.fill(-Infinity, row * this.size, (row + 1) * this.size);
  }

  /** Keeps `item` for `row` if it is among the `size` largest so far. */
  offer(row: number, item: number, value: number): void {
    const { items, values } = this;
    const start = row * this.size;
    let at = start + this.size - 1;
    if (!(value > (values[at] as number))) return;
    while (at > start && value > (values[at - 1] as number)) {
      values[at] = values[at - 1] as number;
      items[at] = items[at - 1] as number;
      at -= 1;
    }
    values[at] = value;
    items[at] = item;
  }
}
