import { hashRow } from '../../core/analysis/row-hash.ts';
import { InputError } from '../../core/errors.ts';
import { normaliseRows } from '../../core/metrics.ts';
import { rowOf, type Matrix } from '../../core/tensor.ts';
import type { EmbeddingFile } from '../../formats/embeddings.ts';
import { openEmbeddingPath } from '../../formats/embeddings/path-node.ts';

/** What to do with rows whose norm is not 1: refuse them, use them as they are, or divide by the norm. */
export type Norms = 'refuse' | 'raw' | 'normalise';

/** Largest distance of a row's norm from 1 at which it counts as normalised; float16 files stay well inside. */
const UNIT_TOLERANCE = 1e-3;
/** Values of one piece of a file that is read piece by piece: 4 MB, which the CPU encodes in a second or two. */
const PIECE_VALUES = 2 ** 20;
/** More rows than this are not searched for duplicates: their hashes would fill the memory. */
const MAX_HASHES = 2 ** 23;

/** Which rows of a path are meant, where it holds several kinds. */
export interface RowsChoice {
  /** Of a folder of `clip-retrieval inference`; images unless given. */
  readonly modality?: 'images' | 'texts' | undefined;
  /** Array, tensor or column. */
  readonly column?: string | undefined;
}

/**
 * Opens embeddings (a file, a folder of shards, a web address) whose pieces `norms` is applied to when they are read; `RowCheck`
 * refuses what it says to refuse.
 */
export async function openRows(path: string, norms: Norms, { modality = 'images', column }: RowsChoice = {}): Promise<EmbeddingFile> {
  const file = await openEmbeddingPath(path, modality, { column });
  if (norms !== 'normalise') return file;
  return { ...file, read: async (start, end) => normalised(await file.read(start, end), path, start) };
}

/** Reads a whole embedding file. @throws InputError naming the file and the rows that `norms` refuses. */
export async function readRows(path: string, norms: Norms): Promise<Matrix> {
  const file = await openRows(path, norms);
  const x = await file.read(0, file.rows);
  const check = new RowCheck(path, norms);
  check.add(x);
  check.finish();
  return x;
}

/** Pieces of a file, in order, each of about 4 MB. */
export async function* pieces(file: EmbeddingFile): AsyncGenerator<{ start: number; x: Matrix }> {
  const step = Math.max(1, Math.floor(PIECE_VALUES / file.cols));
  for (let start = 0; start < file.rows; start += step) yield { start, x: await file.read(start, Math.min(file.rows, start + step)) };
}

/** Judges the rows of one file, piece by piece: a dictionary of unit embeddings gives plausible nonsense for others. */
export class RowCheck {
  readonly #file: string;
  readonly #norms: Norms;
  readonly #first: number;
  #rows = 0;
  readonly #off: { row: number; norm: number }[] = [];
  #offCount = 0;

  /** Of rows from number `first` on. */
  constructor(file: string, norms: Norms, first = 0) {
    this.#file = file;
    this.#norms = norms;
    this.#first = first;
  }

  /** @throws InputError naming the first row of zeros, unless rows are used as they are. */
  add(x: Matrix): void {
    if (this.#norms === 'raw') return;
    for (let r = 0; r < x.rows; r++) {
      const norm = normOf(rowOf(x, r));
      if (norm === 0) throw zeroRow(this.#file, this.#first + this.#rows + r);
      if (Math.abs(norm - 1) <= UNIT_TOLERANCE) continue;
      this.#offCount += 1;
      if (this.#off.length < 3) this.#off.push({ row: this.#first + this.#rows + r, norm });
    }
    this.#rows += x.rows;
  }

  /** @throws InputError naming the first rows whose norm is not 1. */
  finish(): void {
    if (this.#offCount === 0) return;
    const first = this.#off.map(({ row, norm }) => `row ${row} (${norm.toPrecision(4)})`).join(', ');
    throw new InputError(`${this.#offCount} of ${this.#rows} rows do not have norm 1: ${first}${this.#offCount > 3 ? ', …' : ''}. Rows count from 0.`, {
      file: this.#file,
      fix: 'Give --normalise to divide by the norms, or --raw to use the rows as they are.',
    });
  }
}

/** Counts rows that repeat an earlier one bit for bit (by a hash of 53 bits), over any number of pieces. */
export class DuplicateRows {
  readonly #seen = new Set<number>();
  #rows = 0;
  count = 0;
  /** The first row that repeats another, counted over all pieces. */
  first: number | null = null;

  add(x: Matrix): void {
    for (let r = 0; r < x.rows && this.#seen.size < MAX_HASHES; r++) {
      const { order } = hashRow(new Uint32Array(x.data.buffer, x.data.byteOffset + r * x.cols * 4, x.cols), 0);
      if (this.#seen.has(order)) {
        this.count += 1;
        this.first ??= this.#rows + r;
      } else {
        this.#seen.add(order);
      }
    }
    this.#rows += x.rows;
  }
}

/** @throws InputError naming the first row of zeros: nothing can be learnt from it, whatever the norms are meant to be. */
export function refuseZeroRows(x: Matrix, file: string, start: number): void {
  for (let r = 0; r < x.rows; r++) if (rowOf(x, r).every((value) => value === 0)) throw zeroRow(file, start + r);
}

/** @throws InputError naming the first file whose rows have another width than those before it. */
export function sameWidth(files: readonly EmbeddingFile[]): void {
  const [first] = files;
  const odd = files.find(({ cols }) => cols !== first?.cols);
  if (first !== undefined && odd !== undefined) {
    throw new InputError(`its rows have ${odd.cols} dimensions, those of ${first.name} have ${first.cols}.`, { file: odd.name, fix: 'Use embeddings of one model only.' });
  }
}

function normalised(x: Matrix, file: string, start: number): Matrix {
  refuseZeroRows(x, file, start);
  return normaliseRows(x);
}

function normOf(row: Float32Array): number {
  let squares = 0;
  for (const value of row) squares += value * value;
  return Math.sqrt(squares);
}

function zeroRow(file: string, row: number): InputError {
  return new InputError('the row is all zeros, and has no direction. Rows count from 0.', { file, field: `row ${row}`, fix: 'Remove it, or embed the item again.' });
}
