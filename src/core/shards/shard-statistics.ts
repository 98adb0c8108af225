import { Histograms } from '../analysis/histogram.ts';
import { MetricsAccumulator } from '../analysis/metrics-accumulator.ts';
import type { ModalityPartial, RowCounts } from '../analysis/modality-sums.ts';
import { hashRow } from '../analysis/row-hash.ts';
import { RowSample, type SampledRow } from '../analysis/row-sample.ts';
import type { Dictionary } from '../dictionary.ts';
import { invariant } from '../errors.ts';
import { codeRow, rowOf, type Matrix, type SparseCodes } from '../tensor.ts';
import { ExactSums, type ExactDigits } from './exact-sums.ts';
import { codesOfPairs, PairSample, type SampledPair } from './pair-sample.ts';

/** Rows of a block. Blocks begin at multiples of it, so that they are the same whichever shard they are in. */
export const BLOCK_ROWS = 1024;
/** Rows of each modality, and pairs, that are kept for what needs rows and not only their sums. */
export const SAMPLE_ROWS = 1024;
export const SAMPLE_PAIRS = 8192;
const SEED = 0;

/** Sums over the rows of one modality, as plain data; fields as in `ModalityPartial`. */
export interface ModalityDigits {
  readonly counts: RowCounts;
  readonly scalars: ExactDigits;
  readonly columns: ExactDigits;
  readonly codes: ExactDigits;
  readonly alive: Uint8Array;
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
  readonly sample: readonly SampledRow[];
}

/** Everything that some blocks of rows add up to, as plain data: the same for the same rows, however they were cut and merged. */
export interface ShardPartial {
  readonly images: ModalityDigits;
  readonly texts: ModalityDigits;
  /** Matched pairs, of which `sample` are a sample. */
  readonly pairs: number;
  readonly sample: readonly SampledPair[];
}

/** Rows of a block with their codes. */
export interface BlockRows {
  readonly x: Matrix;
  readonly codes: SparseCodes;
}

/** A dictionary's statistics over blocks of rows, which merge to the same bits in any order; see `ExactSums`. */
export class ShardStatistics {
  readonly #c: number;
  readonly #images: ExactModality;
  readonly #texts: ExactModality;
  readonly #sample = new PairSample(SAMPLE_PAIRS);
  #pairs = 0;

  /** Of a dictionary of `c` concepts in `d` dimensions. */
  constructor(c: number, d: number) {
    this.#c = c;
    this.#images = new ExactModality(c, d);
    this.#texts = new ExactModality(c, d);
  }

  /**
   * Adds one whole block: rows of images, of texts, or of both, which pair row by row. Throws InputError as
   * `MetricsAccumulator.addImages` does, and adds nothing then.
   */
  addBlock(dictionary: Dictionary, images: BlockRows | null, texts: BlockRows | null): void {
    const block = new MetricsAccumulator(dictionary, { seed: SEED, sampleRows: SAMPLE_ROWS });
    if (images !== null) block.addImages(images.x, images.codes);
    if (texts !== null) block.addTexts(texts.x, texts.codes);
    const sums = block.toPartial();
    this.#images.add(sums.images);
    this.#texts.add(sums.texts);
    if (images !== null && texts !== null) this.#addPairs(images, texts);
  }

  /** Adds other blocks of the same dictionary. */
  merge({ images, texts, pairs, sample }: ShardPartial): void {
    this.#images.merge(images);
    this.#texts.merge(texts);
    this.#pairs += pairs;
    for (const pair of sample) this.#sample.add(pair);
  }

  toPartial(): ShardPartial {
    return { images: this.#images.digits(), texts: this.#texts.digits(), pairs: this.#pairs, sample: this.#sample.list() };
  }

  /** The metrics of all rows, with bridges of the sampled pairs. */
  metrics(dictionary: Dictionary, topBridges?: number): MetricsAccumulator {
    const { bridge, c, d } = new MetricsAccumulator(dictionary).toPartial();
    const partial = { c, d, seed: SEED, sampleRows: SAMPLE_ROWS, images: this.#images.sums(), texts: this.#texts.sums(), bridge };
    const metrics = MetricsAccumulator.fromPartial(dictionary, partial, { topBridges });
    const pairs = this.#sample.list();
    if (pairs.length > 0) metrics.addPairs(codesOfPairs(pairs, 'image', this.#c), codesOfPairs(pairs, 'text', this.#c));
    return metrics;
  }

  #addPairs(images: BlockRows, texts: BlockRows): void {
    const { rows, cols } = images.x;
    invariant(rows === texts.x.rows, 'blocks of pairs have as many images as texts');
    const both = new Float32Array(2 * cols);
    const bits = new Uint32Array(both.buffer);
    for (let r = 0; r < rows; r++) {
      both.set(rowOf(images.x, r));
      both.set(rowOf(texts.x, r), cols);
      const { order } = hashRow(bits, SEED);
      if (!this.#sample.wants(order)) continue;
      const [image, text] = [codeRow(images.codes, r), codeRow(texts.codes, r)];
      this.#sample.add({ order, imageIndices: image.indices.slice(), imageValues: image.values.slice(), textIndices: text.indices.slice(), textValues: text.values.slice() });
    }
    this.#pairs += rows;
  }
}

/** `ModalitySums` whose sums are exact. */
class ExactModality {
  readonly #counts: RowCounts = { rows: 0, active: 0, coded: 0, heldOut: 0 };
  readonly #scalars = new ExactSums(4);
  readonly #columns: ExactSums;
  readonly #codes: ExactSums;
  readonly #alive: Uint8Array;
  readonly #training: Histograms;
  readonly #heldOut: Histograms;
  readonly #sample = new RowSample(SAMPLE_ROWS);

  constructor(c: number, d: number) {
    this.#columns = new ExactSums(d);
    this.#codes = new ExactSums(c);
    this.#alive = new Uint8Array(c);
    this.#training = new Histograms(c);
    this.#heldOut = new Histograms(c);
  }

  add(block: ModalityPartial): void {
    if (block.counts.rows === 0) return;
    this.#scalars.add(block.scalars);
    this.#columns.add(block.columns);
    this.#codes.add(block.codes);
    this.#count(block);
  }

  merge(part: ModalityDigits): void {
    this.#scalars.merge(part.scalars);
    this.#columns.merge(part.columns);
    this.#codes.merge(part.codes);
    this.#count(part);
  }

  digits(): ModalityDigits {
    return { ...this.#plain(), scalars: this.#scalars.digits(), columns: this.#columns.digits(), codes: this.#codes.digits() };
  }

  sums(): ModalityPartial {
    return { ...this.#plain(), scalars: this.#scalars.sums(), columns: this.#columns.sums(), codes: this.#codes.sums() };
  }

  #plain(): Omit<ModalityDigits, 'scalars' | 'columns' | 'codes'> {
    return { counts: { ...this.#counts }, alive: this.#alive, training: this.#training.counts, heldOut: this.#heldOut.counts, sample: this.#sample.list() };
  }

  #count({ counts, alive, training, heldOut, sample }: Pick<ModalityDigits, 'counts' | 'alive' | 'training' | 'heldOut' | 'sample'>): void {
    for (const key of ['rows', 'active', 'coded', 'heldOut'] as const) this.#counts[key] += counts[key];
    for (const [i, one] of alive.entries()) if (one !== 0) this.#alive[i] = 1;
    this.#training.merge(training);
    this.#heldOut.merge(heldOut);
    for (const row of sample) this.#sample.add(row);
  }
}
