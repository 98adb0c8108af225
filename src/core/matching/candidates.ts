/** The columns that each row may take, in compressed rows; grows as bidding shows that others are wanted. */
export interface Candidates {
  readonly rows: number;
  readonly cols: number;
  /** `(rows + 1)`. */
  readonly start: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Collects the `most` largest values of a row with their columns; of equal ones the earlier. */
export class Largest {
  readonly #most: number;
  readonly columns: number[] = [];
  readonly values: number[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** What a value has to exceed to be kept. */
  get limit(): number {
    return this.columns.length < this.#most ? -Infinity : (this.values.at(-1) ?? Infinity);
  }

  clear(): void {
    this.columns.length = 0;
    this.values.length = 0;
  }

  /** Keeps a value that is above `limit`. */
  push(column: number, value: number): void {
    let at = this.values.length;
    while (at > 0 && (this.values[at - 1] ?? 0) < value) at -= 1;
    this.columns.splice(at, 0, column);
    this.values.splice(at, 0, value);
    if (this.columns.length <= this.#most) return;
    this.columns.pop();
    this.values.pop();
  }
}

/** One more column of a row, with its similarity. */
export interface Entry {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** `candidates` with more entries, none of which it has. */
export function withEntries({ rows, cols, start, columns, values }: Candidates, entries: readonly Entry[]): Candidates {
  const counts = new Uint32Array(rows + 1);
  for (const { row } of entries) counts[row + 1] = (counts[row + 1] ?? 0) + 1;
  for (let i = 0; i < rows; i++) counts[i + 1] = (counts[i + 1] ?? 0) + (counts[i] ?? 0);
  const grown = { rows, cols, start: start.map((at, i) => at + (counts[i] ?? 0)), columns: new Uint32Array(columns.length + entries.length), values: new Float64Array(values.length + entries.length) };
  const next = grown.start.slice(0, rows);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [start[i] ?? 0, start[i + 1] ?? 0];
    grown.columns.set(columns.subarray(from, to), grown.start[i] ?? 0);
    grown.values.set(values.subarray(from, to), grown.start[i] ?? 0);
    next[i] = (grown.start[i] ?? 0) + (to - from);
  }
  for (const { row, column, value } of entries) {
    const at = next[row] ?? 0;
    grown.columns[at] = column;
    grown.values[at] = value;
    next[row] = at + 1;
  }
  return grown;
}
