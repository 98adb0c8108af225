import { createHash } from 'node:crypto';
import { InputError } from '../../core/errors.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';
import type { EmbeddingFile } from '../../formats/embeddings.ts';
import type { TrainingRows } from '../training/rows.ts';
import { rowNotes } from './measure-files.ts';
import { DuplicateRows, openRows, pieces, refuseZeroRows, RowCheck, sameWidth, type Norms } from './rows.ts';

/** Rows up to this size are held in memory from the first pass over them on. */
const MEMORY_BYTES = 2 ** 30;

/** Embedding files that a dictionary can be trained on: read once, judged, and known by their content. */
export interface TrainingFiles {
  readonly files: readonly EmbeddingFile[];
  readonly rows: number;
  readonly cols: number;
  /** SHA-256 of width, numbers of rows and values, as they are trained on. */
  readonly hash: string;
  /** What the user should know about the rows. */
  readonly notes: (concepts: number) => string[];
  /** The rows in shards of at most `shardBytes`, each with its share of every file, so that none is all pictures or all texts. */
  readonly shards: (shardBytes: number) => TrainingRows;
}

/**
 * Opens embedding files to train on.
 * @throws InputError naming the file and the row: NaN, zeros, norms that `norms` refuses, files of different widths.
 */
export async function openTrainingFiles(paths: readonly string[], norms: Norms, progress: (done: number, total: number) => void): Promise<TrainingFiles> {
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) throw new InputError('the file is given twice.', { file: twice, field: '--embeddings' });
  const opened: EmbeddingFile[] = [];
  for (const path of paths) opened.push(await openRows(path, norms));
  sameWidth(opened);
  const rows = opened.reduce((sum, file) => sum + file.rows, 0);
  const cols = opened[0]?.cols ?? 0;
  const hash = createHash('sha256').update(JSON.stringify([cols, ...opened.map((file) => file.rows)]));
  const hold = rows * cols * 4 <= MEMORY_BYTES;
  const files: EmbeddingFile[] = [];
  const repeated: DuplicateRows[] = [];
  let done = 0;
  for (const file of opened) {
    const check = new RowCheck(file.name, norms);
    const duplicates = new DuplicateRows();
    const held = hold ? matrix(file.rows, cols) : null;
    for await (const { start, x } of pieces(file)) {
      refuseZeroRows(x, file.name, start);
      check.add(x);
      duplicates.add(x);
      hash.update(new Uint8Array(x.data.buffer, x.data.byteOffset, x.data.byteLength));
      held?.data.set(x.data, start * cols);
      done += x.rows;
      progress(done, rows);
    }
    check.finish();
    repeated.push(duplicates);
    files.push(held === null ? file : { ...file, read: (start, end) => Promise.resolve(matrix(end - start, cols, held.data.subarray(start * cols, end * cols))) });
  }
  return {
    files,
    rows,
    cols,
    hash: hash.digest('hex'),
    notes: (concepts) => [
      // One file's rows may be fewer than the concepts; all of them together should not be.
      ...files.flatMap((file, i) => rowNotes(file, repeated[i] ?? new DuplicateRows(), 0)),
      ...(rows < concepts ? [`${rows} rows are fewer than the ${concepts} concepts: some will be copies of rows.`] : []),
    ],
    shards: (shardBytes) => shardsOf(files, rows, cols, shardBytes),
  };
}

/** All rows of several files as one. */
export function concatenated(files: readonly EmbeddingFile[]): EmbeddingFile {
  const [first] = files;
  if (first === undefined) throw new Error('Invariant broken: no files');
  if (files.length === 1) return first;
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { name: files.map(({ name }) => name).join(', '), rows, cols: first.cols, read: (start, end) => gather(files, first.cols, (_file, offset) => [start - offset, end - offset], end - start) };
}

function shardsOf(files: readonly EmbeddingFile[], rows: number, cols: number, shardBytes: number): TrainingRows {
  // One row a file more than its share may come together.
  const most = Math.max(1, Math.floor(shardBytes / (4 * cols)) - files.length);
  const count = Math.ceil(rows / most);
  const cut = (file: EmbeddingFile, shard: number): number => Math.round((file.rows * shard) / count);
  const sizes = Array.from({ length: count }, (_, shard) => files.reduce((sum, file) => sum + cut(file, shard + 1) - cut(file, shard), 0));
  return { rows, cols, shards: sizes.map((size) => ({ rows: size })), read: (shard) => gather(files, cols, (file) => [cut(file, shard), cut(file, shard + 1)], sizes[shard] ?? 0) };
}

/** Rows `range` of each file, given its first row among all; ranges are cut to what the file has. */
async function gather(files: readonly EmbeddingFile[], cols: number, range: (file: EmbeddingFile, offset: number) => [number, number], total: number): Promise<Matrix> {
  const out = matrix(total, cols);
  let offset = 0;
  let at = 0;
  for (const file of files) {
    const [from, to] = range(file, offset).map((row) => Math.max(0, Math.min(file.rows, row))) as [number, number];
    if (to > from) {
      const part = await file.read(from, to);
      out.data.set(part.data, at * cols);
      at += part.rows;
    }
    offset += file.rows;
  }
  return out;
}
