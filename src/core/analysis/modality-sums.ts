import { decode } from '../decode.ts';
import { L0_EPSILON } from '../metrics.ts';
import { codeRow, matrix, rowOf } from '../tensor.ts';
import { CompensatedSums } from './compensated.ts';
import { Histograms, binOfBits } from './histogram.ts';
import { hoyerOfRow } from './hoyer.ts';
import { kappa4OfRow } from './kappa4.ts';
import { hashRow } from './row-hash.ts';
import { RowSample } from './row-sample.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { Sums } from './compensated.ts';
import type { SampledRow } from './row-sample.ts';

/** Rows that are decoded at once, so that no call needs memory for all of its reconstructions. */
const CHUNK = 512;

/** Places in `scalars`. */
const ERROR = 0;
const SQUARES = 1;
const HOYER = 2;
const KAPPA4 = 3;

/** Counts of one modality's rows. */
export interface RowCounts {
  rows: number;
  /** Codes of magnitude 1e-6 or more. */
  active: number;
  /** Rows with at least one code. */
  coded: number;
  /** Rows that are held out of training a probe. */
  heldOut: number;
}

/** The sums that belong to concepts, computed elsewhere (on a GPU) for some rows. */
export interface ConceptSums {
  /** `(c)` sums of the codes. */
  readonly codes: Float64Array;
  /** As in `ModalityPartial`. */
  readonly alive: Uint8Array;
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
}

/** Everything that the rows of one modality add up to, as plain data. */
export interface ModalityPartial {
  readonly counts: RowCounts;
  /** `[Σ(x − x̂)², Σx², Σ hoyer, Σ κ₄]`. */
  readonly scalars: Sums;
  /** `(d)` sums of the embeddings. */
  readonly columns: Sums;
  /** `(c)` sums of the codes. */
  readonly codes: Sums;
  /** `(c)` 1 where some row has a code other than 0. */
  readonly alive: Uint8Array;
  /** `(c, BINS)` activations of the rows that train a probe, and of those that are held out. */
  readonly training: Uint32Array;
  readonly heldOut: Uint32Array;
  readonly sample: readonly SampledRow[];
}

/** What the rows of one modality add up to; every field is a sum, so that parts merge by addition. */
export class ModalitySums {
  private readonly dictionary: Dictionary;
  private readonly seed: number;
  readonly counts: RowCounts = { rows: 0, active: 0, coded: 0, heldOut: 0 };
  readonly columns: CompensatedSums;
  readonly codes: CompensatedSums;
  readonly alive: Uint8Array;
  readonly training: Histograms;
  readonly heldOut: Histograms;
  readonly sample: RowSample;
  private readonly scalars = new CompensatedSums(4);

  constructor(dictionary: Dictionary, seed: number, sampleRows: number) {
    const { c, d } = dictionary;
    this.dictionary = dictionary;
    this.seed = seed;
    this.columns = new CompensatedSums(d);
    this.codes = new CompensatedSums(c);
    this.alive = new Uint8Array(c);
    this.training = new Histograms(c);
    this.heldOut = new Histograms(c);
    this.sample = new RowSample(sampleRows);
  }

  /** Adds rows `(n, d)` with their codes `(n, c)`, all of which have been checked; what belongs to concepts is summed here where it is not given. */
  add(x: Matrix, codes: SparseCodes, sums?: ConceptSums): void {
    for (let first = 0; first < x.rows; first += CHUNK) {
      const part = rowsOf(x, codes, first, Math.min(CHUNK, x.rows - first));
      const reconstruction = decode(this.dictionary, part.codes, part.x);
      for (let r = 0; r < part.x.rows; r++) this.addRow(part.x, part.codes, reconstruction, r, sums === undefined);
    }
    if (sums !== undefined) this.addConcepts(sums);
  }

  /** Σ(x − x̂)². */
  get error(): number {
    return this.scalars.total(ERROR);
  }

  /** Σx², with what rounding lost. */
  get squares(): Sums {
    return { high: this.scalars.high.subarray(SQUARES, SQUARES + 1), low: this.scalars.low.subarray(SQUARES, SQUARES + 1) };
  }

  /** Sums of Hoyer's sparsity and of κ₄ over the rows that have a code. */
  get hoyer(): number {
    return this.scalars.total(HOYER);
  }

  get kappa4(): number {
    return this.scalars.total(KAPPA4);
  }

  toPartial(): ModalityPartial {
    return {
      counts: { ...this.counts },
      scalars: this.scalars.copy(),
      columns: this.columns.copy(),
      codes: this.codes.copy(),
      alive: this.alive.slice(),
      training: this.training.counts.slice(),
      heldOut: this.heldOut.counts.slice(),
      sample: this.sample.list(),
    };
  }

  /** Adds the sums of other rows, with the same dictionary and seed. */
  addPartial(partial: ModalityPartial): void {
    this.counts.rows += partial.counts.rows;
    this.counts.active += partial.counts.active;
    this.counts.coded += partial.counts.coded;
    this.counts.heldOut += partial.counts.heldOut;
    this.scalars.merge(partial.scalars);
    this.columns.merge(partial.columns);
    this.codes.merge(partial.codes);
    this.markAlive(partial.alive);
    this.training.merge(partial.training);
    this.heldOut.merge(partial.heldOut);
    for (const row of partial.sample) this.sample.add(row);
  }

  private addRow(x: Matrix, codes: SparseCodes, reconstruction: Matrix, r: number, concepts: boolean): void {
    const row = rowOf(x, r);
    const { indices, values } = codeRow(codes, r);
    this.addEmbedding(row, rowOf(reconstruction, r));
    const { order, heldOut } = hashRow(new Uint32Array(row.buffer, row.byteOffset, row.length), this.seed);
    this.addCode(values);
    if (heldOut) this.counts.heldOut += 1;
    if (concepts) this.countConcepts(indices, values, heldOut ? this.heldOut : this.training);
    if (this.sample.wants(order)) this.sample.add({ order, heldOut, x: row.slice(), indices: indices.slice(), values: values.slice() });
  }

  private addEmbedding(row: Float32Array, reconstruction: Float32Array): void {
    let error = 0;
    for (let t = 0; t < row.length; t++) {
      const value = row[t] ?? 0;
      const rest = value - (reconstruction[t] ?? 0);
      error += rest * rest;
      this.columns.add(t, value);
      this.scalars.add(SQUARES, value * value);
    }
    this.scalars.add(ERROR, error);
    this.counts.rows += 1;
  }

  private addCode(values: Float32Array): void {
    if (!values.some((z) => z !== 0)) return;
    for (const z of values) if (Math.abs(z) >= L0_EPSILON) this.counts.active += 1;
    this.counts.coded += 1;
    this.scalars.add(HOYER, hoyerOfRow(values, this.dictionary.c));
    this.scalars.add(KAPPA4, kappa4OfRow(values));
  }

  private countConcepts(indices: Uint32Array, values: Float32Array, histograms: Histograms): void {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let e = 0; e < indices.length; e++) {
      const i = indices[e] ?? 0;
      const z = values[e] ?? 0;
      if (z === 0) continue;
      this.codes.add(i, z);
      this.alive[i] = 1;
      if (z > 0) histograms.add(i, binOfBits(bits[e] ?? 0));
    }
  }

  private addConcepts({ codes, alive, training, heldOut }: ConceptSums): void {
    this.codes.merge({ high: codes, low: new Float64Array(codes.length) });
    this.markAlive(alive);
    this.training.merge(training);
    this.heldOut.merge(heldOut);
  }

  private markAlive(alive: Uint8Array): void {
    for (const [i, one] of alive.entries()) if (one !== 0) this.alive[i] = 1;
  }
}

/** Rows `first … first + count` of both, without copies but for the row pointers. */
function rowsOf(x: Matrix, codes: SparseCodes, first: number, count: number): { x: Matrix; codes: SparseCodes } {
  const start = codes.indptr[first] ?? 0;
  const end = codes.indptr[first + count] ?? start;
  return {
    x: matrix(count, x.cols, x.data.subarray(first * x.cols, (first + count) * x.cols)),
    codes: {
      rows: count,
      cols: codes.cols,
      indptr: codes.indptr.subarray(first, first + count + 1).map((at) => at - start),
      indices: codes.indices.subarray(start, end),
      values: codes.values.subarray(start, end),
    },
  };
}
