import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { columnValues, type ColumnValues } from './column-values.ts';
import type { ColumnChunk, ParquetColumn } from './metadata.ts';

/** Some whole rows of a row group. */
export interface RowsOfGroup {
  /** Number of the first of them in the file. */
  readonly first: number;
  /** Numbers a row. */
  readonly d: number;
  /** `(rows, d)`. */
  readonly values: Float32Array;
}

/** Which rows are read. */
interface Group {
  readonly source: ByteSource;
  readonly group: number;
  /** Rows that the footer says it has, and number of the first of them. */
  readonly rows: number;
  readonly first: number;
}

interface Leaf {
  readonly column: ParquetColumn;
  readonly chunk: ColumnChunk;
}

/** Far above any model's. */
const MAX_DIMENSIONS = 65_536;
const NOTHING = new Float32Array(0);

/**
 * Rows of a list column, one yield a page (or more where a row goes on in the next page).
 * @throws InputError naming the first row that has no embedding, a null in it, or another length.
 */
export async function* listRows({ source, group, rows, first }: Group, [leaf]: readonly Leaf[]): AsyncGenerator<RowsOfGroup, undefined> {
  if (leaf === undefined) return;
  const { column, chunk } = leaf;
  const file = source.name;
  const rowAt = (row: number): { file: string; field: string } => ({ file, field: `row ${first + row}` });
  let d = 0;
  let row = 0;
  /** Values of a row that goes on. */
  let open: Float32Array = NOTHING;
  for await (const page of columnValues(source, column, chunk, group)) {
    const values = open.length === 0 ? page.values : join(open, page.values);
    const starts = rowStarts(page, open.length, file);
    // The last row of a page is whole only when the next one begins.
    for (const [n, start] of starts.entries()) {
      const length = start - (n === 0 ? 0 : (starts[n - 1] ?? 0));
      if (n === 0 && start === 0) continue;
      if (d === 0) d = length;
      if (length !== d) throw new InputError(`has ${length} numbers, the rows before it have ${d}.`, rowAt(row + n - (starts[0] === 0 ? 1 : 0)));
    }
    const whole = starts.at(-1) ?? 0;
    const done = d === 0 ? 0 : whole / d;
    if (page.missing >= 0) {
      const begins = page.repetition?.[page.missing] === 0;
      throw missing(begins, rowAt(row + done + (begins && values.length > whole ? 1 : 0)));
    }
    if (row + done > rows) throw tooMany(file, group, rows);
    if (done > 0) yield { first: first + row, d, values: values.subarray(0, whole) };
    row += done;
    open = values.slice(whole);
    // Or a row over all pages would be copied once a page.
    if (open.length > MAX_DIMENSIONS) throw new InputError(`has more than ${MAX_DIMENSIONS} numbers: this is no embedding.`, rowAt(row));
  }
  if (open.length === 0 && row === rows) return;
  if (d === 0) d = open.length;
  if (open.length !== d) throw new InputError(`has ${open.length} numbers, the rows before it have ${d}.`, rowAt(row));
  if (row + 1 !== rows) throw new InputError(`has ${row + 1} rows, the footer says ${rows}.`, { file, field: `row group ${group}` });
  yield { first: first + row, d, values: open };
}

/** Rows of a table with a column a dimension, as many at a time as all columns have decoded. */
export async function* flatRows({ source, group, rows, first }: Group, leaves: readonly Leaf[]): AsyncGenerator<RowsOfGroup, undefined> {
  const d = leaves.length;
  const streams = leaves.map(({ column, chunk }) => columnValues(source, column, chunk, group));
  const held: Float32Array[] = leaves.map(() => NOTHING);
  for (let row = 0; row < rows; ) {
    for (const [t, stream] of streams.entries()) {
      if ((held[t] ?? NOTHING).length > 0) continue;
      const next = (await stream.next()).value;
      if (next === undefined) throw new InputError(`has ${row} rows, the footer says ${rows}.`, { file: source.name, field: `row group ${group}, column ${leaves[t]?.column.path[0] ?? ''}` });
      if (next.missing >= 0) throw missing(false, { file: source.name, field: `row ${first + row + next.missing}` });
      held[t] = next.values;
    }
    const count = held.reduce((least, values) => Math.min(least, values.length), Infinity);
    if (row + count > rows) throw tooMany(source.name, group, rows);
    const values = new Float32Array(count * d);
    for (const [t, column] of held.entries()) {
      for (let r = 0; r < count; r++) values[r * d + t] = column[r] ?? 0;
      held[t] = column.subarray(count);
    }
    if (count > 0) yield { first: first + row, d, values };
    row += count;
  }
}

/** Where rows begin among `before` values of an open row and those of the page. */
function rowStarts({ repetition, values }: ColumnValues, before: number, file: string): number[] {
  const starts: number[] = [];
  const levels = repetition ?? new Uint32Array(values.length);
  for (let e = 0; e < values.length; e++) if (levels[e] === 0) starts.push(before + e);
  if (before === 0 && values.length > 0 && starts[0] !== 0) throw new InputError('the first page begins in the middle of a row.', { file });
  return starts;
}

function join(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function missing(whole: boolean, place: { file: string; field: string }): InputError {
  return new InputError(whole ? 'has no embedding.' : 'has a missing number.', { ...place, fix: 'Rows count from 0. Remove it, or embed the item again.' });
}

function tooMany(file: string, group: number, rows: number): InputError {
  return new InputError(`has more rows than the ${rows} that the footer says.`, { file, field: `row group ${group}` });
}
