import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { noSuch, several } from '../embeddings/containers.ts';
import { embeddingFile, type EmbeddingChoice, type EmbeddingFile } from '../embeddings/file.ts';
import { flatRows, listRows, type RowsOfGroup } from './embedding-rows.ts';
import { readParquetMetadata, type ParquetColumn } from './metadata.ts';

/**
 * Embeddings in a Parquet file: the column named or the only one of lists of real numbers, or, without lists, one column of real
 * numbers a dimension (`e0`, `e1`, …). Whole pages are decoded one after the other; reading forwards costs one pass over the file.
 * @throws InputError naming the file, the column, and the row that has none or one of another length.
 */
export async function openParquetEmbeddings(source: ByteSource, choice: EmbeddingChoice): Promise<EmbeddingFile> {
  const file = source.name;
  const { rows, columns, groups } = await readParquetMetadata(source);
  const { leaves, list } = chooseColumns(file, columns, choice.column);
  if (rows === 0) throw new InputError('there are no rows in it.', { file });
  const firstRows: number[] = [];
  let row = 0;
  for (const group of groups) {
    firstRows.push(row);
    row += group.rows;
  }
  const open = (g: number): AsyncGenerator<RowsOfGroup, undefined> => {
    const group = { source, rows: groups[g]?.rows ?? 0, first: firstRows[g] ?? 0, group: g };
    const chunks = leaves.map((leaf) => {
      const chunk = groups[g]?.chunks[columns.indexOf(leaf)];
      if (chunk === undefined) throw new InputError('a column is missing.', { file, field: `row group ${g}` });
      return { column: leaf, chunk };
    });
    return list ? listRows(group, chunks) : flatRows(group, chunks);
  };
  const cursor = new Cursor(open, firstRows, rows, file);
  const d = (await cursor.at(0)).d;
  // One read at a time: they share the place in the file.
  let last: Promise<unknown> = Promise.resolve();
  return embeddingFile(file, [rows, d], (start, end) => {
    const next = last.then(() => cursor.read(start, end, d));
    last = next.catch(() => undefined);
    return next;
  });
}

/** A place in the rows that moves forwards page by page. */
class Cursor {
  readonly #open: (group: number) => AsyncGenerator<RowsOfGroup, undefined>;
  readonly #firstRows: readonly number[];
  readonly #rows: number;
  readonly #file: string;
  #group = -1;
  #pages: AsyncGenerator<RowsOfGroup, undefined> | null = null;
  #held: RowsOfGroup | null = null;

  constructor(open: (group: number) => AsyncGenerator<RowsOfGroup, undefined>, firstRows: readonly number[], rows: number, file: string) {
    this.#open = open;
    this.#firstRows = firstRows;
    this.#rows = rows;
    this.#file = file;
  }

  /** Rows `start … end`, each of `d` numbers. */
  async read(start: number, end: number, d: number): Promise<Float32Array> {
    const out = new Float32Array((end - start) * d);
    for (let row = start; row < end; ) {
      const held = await this.at(row);
      if (held.d !== d) throw new InputError(`has ${held.d} numbers, the rows before it have ${d}.`, { file: this.#file, field: `row ${held.first}` });
      const from = row - held.first;
      const count = Math.min(end - row, held.values.length / d - from);
      out.set(held.values.subarray(from * d, (from + count) * d), (row - start) * d);
      row += count;
    }
    return out;
  }

  /** The decoded rows among which `row` is. */
  async at(row: number): Promise<RowsOfGroup> {
    const group = this.#groupOf(row);
    const held = this.#held;
    if (this.#pages === null || group !== this.#group || (held !== null && row < held.first)) await this.#start(group);
    for (let found = this.#held; ; found = this.#held) {
      if (found !== null && row >= found.first && row < found.first + found.values.length / found.d) return found;
      const next = await this.#pages?.next().catch(async (error: unknown) => {
        // Whoever reads again starts again, and meets the same error.
        await this.#stop();
        throw error;
      });
      if (next?.value === undefined) throw new InputError('ends before its rows do.', { file: this.#file, field: `row group ${group}` });
      this.#held = next.value;
    }
  }

  #groupOf(row: number): number {
    if (row >= this.#rows) throw new Error(`Invariant broken: row ${row} of ${this.#rows}`);
    let low = 0;
    let high = this.#firstRows.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#firstRows[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #start(group: number): Promise<void> {
    await this.#stop();
    this.#group = group;
    this.#pages = this.#open(group);
  }

  async #stop(): Promise<void> {
    await this.#pages?.return(undefined);
    this.#pages = null;
    this.#held = null;
  }
}

function chooseColumns(file: string, columns: readonly ParquetColumn[], name: string | undefined): { leaves: ParquetColumn[]; list: boolean } {
  const lists = columns.filter(({ type, maxRepetition }) => type !== 'other' && maxRepetition === 1);
  const named = lists.filter(({ path }) => name === undefined || path[0] === name || path.join('.') === name);
  const [only, ...more] = named;
  if (only !== undefined && more.length === 0) return { leaves: [only], list: true };
  if (only !== undefined) throw several(file, 'columns', named.map(({ path }) => (path.length > 3 || name !== undefined ? path.join('.') : (path[0] ?? ''))));
  if (name !== undefined && columns.some(({ path }) => path[0] === name)) throw new InputError('the column holds no lists of real numbers (float, double or float16).', { file, field: name });
  const flat = numbered(columns);
  if (name === undefined && flat.length > 1) return { leaves: flat, list: false };
  if (name !== undefined) throw noSuch(file, 'column', name, [...new Set(columns.map(({ path }) => path[0] ?? ''))]);
  throw new InputError('no column of it holds lists of real numbers (float, double or float16).', { file, fix: 'Write the embeddings as one list column.' });
}

/** Columns of real numbers with the same name before the numbers 0, 1, 2, …, in that order; none where there are no such. */
function numbered(columns: readonly ParquetColumn[]): ParquetColumn[] {
  const byPrefix = new Map<string, Map<number, ParquetColumn>>();
  for (const column of columns) {
    const [, prefix, digits] = /^(.*?)(\d{1,6})$/s.exec(column.path[0] ?? '') ?? [];
    if (prefix === undefined || digits === undefined || column.path.length !== 1 || column.type === 'other' || column.maxRepetition > 0) continue;
    const found = byPrefix.get(prefix) ?? new Map<number, ParquetColumn>();
    byPrefix.set(prefix, found.set(Number(digits), column));
  }
  const whole = [...byPrefix.values()].filter((found) => found.size > 1 && found.has(0) && found.has(found.size - 1));
  const [first] = whole;
  return whole.length !== 1 || first === undefined ? [] : [...first].sort(([a], [b]) => a - b).map(([, column]) => column);
}
