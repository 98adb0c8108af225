import { MetricsAccumulator } from '../../core/analysis/metrics-accumulator.ts';
import { CodesBuilder } from '../../core/codes-builder.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { CancelledError, InputError } from '../../core/errors.ts';
import { codeRow, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import type { EmbeddingFile } from '../../formats/embeddings.ts';
import type { BackendEncoder } from '../backend-node.ts';
import { DuplicateRows, pieces, RowCheck, type Norms } from './rows.ts';

/** Pairs summed at a time. */
const PAIRS_A_STEP = 16_384;

/** Rows to measure a dictionary on; at least one of the two files. */
export interface MeasuredFiles {
  readonly images: EmbeddingFile | null;
  readonly texts: EmbeddingFile | null;
  /** Image and text rows in turn `(2·pairs)`, or row n with row n (then both have as many), or none. */
  readonly pairs: Uint32Array | 'row by row' | null;
}

/** Who sums over concepts and pairs: the GPU (`AnalysisKernel`), or the metrics themselves. */
export interface ConceptAdder {
  addImages(metrics: MetricsAccumulator, x: Matrix, codes: SparseCodes): Promise<void>;
  addTexts(metrics: MetricsAccumulator, x: Matrix, codes: SparseCodes): Promise<void>;
  addPairs(metrics: MetricsAccumulator, images: SparseCodes, texts: SparseCodes, pairs: Uint32Array): Promise<void>;
}

const itself: ConceptAdder = {
  addImages: async (metrics, x, codes) => { metrics.addImages(x, codes); },
  addTexts: async (metrics, x, codes) => { metrics.addTexts(x, codes); },
  addPairs: async (metrics, images, texts, pairs) => { metrics.addPairs(images, texts, pairs); },
};

export interface MeasureOptions {
  readonly norms: Norms;
  /** Bridges that are listed. */
  readonly topBridges?: number | undefined;
  /** The metrics sum themselves unless given. */
  readonly sums?: ConceptAdder | null | undefined;
  readonly progress: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What one pass over the files gives. */
export interface Measured {
  readonly metrics: MetricsAccumulator;
  /** What the user should know about the rows. */
  readonly notes: readonly string[];
}

/**
 * Encodes the files piece by piece and adds them up. Paired row by row both are read side by side, so that nothing grows with their
 * length; with a list of pairs, the codes of all rows are held.
 * @throws InputError naming the file and the row; CancelledError.
 */
export async function measureFiles(dictionary: Dictionary, encoder: BackendEncoder, { images, texts, pairs }: MeasuredFiles, options: MeasureOptions): Promise<Measured> {
  const metrics = new MetricsAccumulator(dictionary, { topBridges: options.topBridges });
  const pass = new Pass(dictionary, encoder, (images?.rows ?? 0) + (texts?.rows ?? 0), options);
  const sums = options.sums ?? itself;
  const notes: string[] = [];
  const list = pairs instanceof Uint32Array ? { images: [] as SparseCodes[], texts: [] as SparseCodes[] } : null;
  if (pairs === 'row by row' && images !== null && texts !== null) {
    const [ofImages, ofTexts] = [pass.read(images, notes), pass.read(texts, notes)];
    for await (const image of ofImages) {
      const text = (await ofTexts.next()).value;
      await sums.addImages(metrics, image.x, image.codes);
      if (text === undefined) throw new Error('Invariant broken: paired files have pieces of the same rows');
      await sums.addTexts(metrics, text.x, text.codes);
      await sums.addPairs(metrics, image.codes, text.codes, Uint32Array.from({ length: 2 * image.codes.rows }, (_, at) => at >>> 1));
    }
    await ofTexts.next();
  } else {
    for await (const { x, codes } of images === null ? [] : pass.read(images, notes)) {
      await sums.addImages(metrics, x, codes);
      list?.images.push(codes);
    }
    for await (const { x, codes } of texts === null ? [] : pass.read(texts, notes)) {
      await sums.addTexts(metrics, x, codes);
      list?.texts.push(codes);
    }
  }
  if (pairs instanceof Uint32Array && list !== null) {
    const [ofImages, ofTexts] = [joined(list.images, dictionary.c), joined(list.texts, dictionary.c)];
    for (let at = 0; at < pairs.length; at += 2 * PAIRS_A_STEP) await sums.addPairs(metrics, ofImages, ofTexts, pairs.subarray(at, at + 2 * PAIRS_A_STEP));
  }
  return { metrics, notes };
}

/** One pass over all files: how far it is, and what it is done with. */
class Pass {
  readonly #dictionary: Dictionary;
  readonly #encoder: BackendEncoder;
  readonly #total: number;
  readonly #options: MeasureOptions;
  #done = 0;

  constructor(dictionary: Dictionary, encoder: BackendEncoder, total: number, options: MeasureOptions) {
    this.#dictionary = dictionary;
    this.#encoder = encoder;
    this.#total = total;
    this.#options = options;
  }

  /** Rows of a file with their codes; what is noteworthy about them goes to `notes` in the end. */
  async *read(file: EmbeddingFile, notes: string[]): AsyncGenerator<{ x: Matrix; codes: SparseCodes }, undefined> {
    const { norms, signal, progress } = this.#options;
    const check = new RowCheck(file.name, norms);
    const repeated = new DuplicateRows();
    for await (const { x } of pieces(file)) {
      if (signal?.aborted === true) throw new CancelledError();
      check.add(x);
      repeated.add(x);
      const codes = await this.#encoder.encode(x).catch((error: unknown) => {
        throw error instanceof InputError ? error.inFile(file.name) : error;
      });
      yield { x, codes };
      this.#done += x.rows;
      progress(this.#done, this.#total);
    }
    check.finish();
    notes.push(...rowNotes(file, repeated, this.#dictionary.c));
  }
}

/** What the user should know about the rows of a file that a dictionary of `c` concepts is measured on. */
export function rowNotes({ name, rows }: EmbeddingFile, { count, first }: DuplicateRows, c: number): string[] {
  return [
    ...(count > 0 ? [`${name}: ${count} of ${rows} rows repeat an earlier one, the first of them row ${first ?? 0}.`] : []),
    ...(rows < c ? [`${name}: ${rows} rows are fewer than the ${c} concepts.`] : []),
  ];
}

/** Codes of consecutive rows as one. */
function joined(parts: readonly SparseCodes[], cols: number): SparseCodes {
  const codes = new CodesBuilder(parts.reduce((sum, { rows }) => sum + rows, 0), cols);
  for (const part of parts) {
    for (let r = 0; r < part.rows; r++) {
      const { indices, values } = codeRow(part, r);
      for (let e = 0; e < indices.length; e++) codes.push(indices[e] ?? 0, values[e] ?? 0);
      codes.endRow();
    }
  }
  return codes.finish();
}
