import { InputError } from '../errors.ts';
import { BridgeSums } from './bridge.ts';
import { checkCodes, checkPairs } from './check-codes.ts';
import { metricsReport } from './metrics-report.ts';
import { modalityDistances } from './modality-distances.ts';
import { gapWithout } from './modality-gap.ts';
import { ModalitySums } from './modality-sums.ts';
import { heldOutRows } from './row-hash.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { BridgePartial, Coactivation } from './bridge.ts';
import type { Bridge } from './strongest-bridges.ts';
import type { MetricsReport } from './metrics-report.ts';
import type { ModalityDistances } from './modality-distances.ts';
import type { GapWithout } from './modality-gap.ts';
import type { ConceptSums, ModalityPartial } from './modality-sums.ts';

export interface MetricsOptions {
  /** Bridges that are listed. */
  readonly topBridges?: number | undefined;
  /** Decides which rows are held out and sampled; only parts of the same seed and sizes merge. */
  readonly seed?: number | undefined;
  /** Rows of each modality that are kept for what needs rows and not only their sums. */
  readonly sampleRows?: number | undefined;
  /** Pairs of concepts that the bridge holds before it puts the weakest out, see `BridgeSums`; 20 to 54 bytes each. */
  readonly bridgePairs?: number | undefined;
}

const DEFAULTS = { topBridges: 100, seed: 0, sampleRows: 1024, bridgePairs: 6_000_000 };

/** What an accumulator holds, as plain data that can be posted between threads: arrays, numbers and nothing else. */
export interface MetricsPartial {
  readonly c: number;
  readonly d: number;
  readonly seed: number;
  readonly sampleRows: number;
  readonly images: ModalityPartial;
  readonly texts: ModalityPartial;
  readonly bridge: BridgePartial;
}

/**
 * Metrics of a dictionary over any number of rows, added in batches of any size. Nothing grows with the number of rows: memory is
 * 4·64 counts and 6 sums a concept, a sample of rows, and the bridge's table. Parts that were added elsewhere merge; since sums carry
 * their rounding errors, however the rows are cut and ordered the report is the same to the last bits of a float64.
 */
export class MetricsAccumulator {
  private readonly dictionary: Dictionary;
  private readonly options: Required<{ [K in keyof MetricsOptions]: number }>;
  private readonly images: ModalitySums;
  private readonly texts: ModalitySums;
  private readonly bridge: BridgeSums;

  constructor(dictionary: Dictionary, options: MetricsOptions = {}) {
    const { topBridges, seed, sampleRows, bridgePairs } = options;
    this.dictionary = dictionary;
    this.options = {
      topBridges: topBridges ?? DEFAULTS.topBridges,
      seed: seed ?? DEFAULTS.seed,
      sampleRows: sampleRows ?? DEFAULTS.sampleRows,
      bridgePairs: bridgePairs ?? DEFAULTS.bridgePairs,
    };
    this.images = new ModalitySums(dictionary, this.options.seed, this.options.sampleRows);
    this.texts = new ModalitySums(dictionary, this.options.seed, this.options.sampleRows);
    this.bridge = new BridgeSums(dictionary, this.options.bridgePairs);
  }

  /** An accumulator that goes on from what `toPartial` gave. Throws as `mergePartial` does. */
  static fromPartial(dictionary: Dictionary, partial: MetricsPartial, options: MetricsOptions = {}): MetricsAccumulator {
    const accumulator = new MetricsAccumulator(dictionary, { ...options, seed: partial.seed, sampleRows: partial.sampleRows });
    accumulator.mergePartial(partial);
    return accumulator;
  }

  /**
   * Adds embeddings of images `(n, d)` with their codes `(n, c)`. Throws InputError, and adds nothing, when shapes disagree, or
   * naming the row when a value is not finite or a concept does not exist. `sums`: those of the same rows, from a GPU that was told
   * which ones are `heldOut`.
   */
  addImages(x: Matrix, codes: SparseCodes, sums?: ConceptSums): void {
    this.checkRows(x, codes, 'images');
    this.images.add(x, codes, sums);
  }

  /** The same for texts. */
  addTexts(x: Matrix, codes: SparseCodes, sums?: ConceptSums): void {
    this.checkRows(x, codes, 'texts');
    this.texts.add(x, codes, sums);
  }

  /** `(n)` 1 for the rows of x `(n, d)` that are held out of training probes. */
  heldOut(x: Matrix): Uint8Array {
    return heldOutRows(x, this.options.seed);
  }

  /**
   * Adds matched pairs for the bridge: row n with row n, or `pairs`, image row and text row in turn `(2·pairs)`. Rows that are only
   * paired here and not added as images or texts count for the bridge alone. Throws InputError, and adds nothing, when the rows do
   * not match or a code is unusable. `coactivation`: that of the same pairs in parts, from a GPU.
   */
  addPairs(images: SparseCodes, texts: SparseCodes, pairs?: ArrayLike<number>, coactivation?: readonly Coactivation[]): void {
    checkCodes(images, this.dictionary.c, 'images');
    checkCodes(texts, this.dictionary.c, 'texts');
    if (pairs === undefined && images.rows !== texts.rows) {
      throw new InputError(`${images.rows} images and ${texts.rows} texts do not match row by row`, { field: 'pairs', fix: 'Give a list of pairs, or equally many rows.' });
    }
    if (pairs !== undefined) checkPairs(pairs, images.rows, texts.rows);
    this.bridge.add(images, texts, pairs ?? Uint32Array.from({ length: 2 * images.rows }, (_, at) => at >>> 1), coactivation);
  }

  /** Adds what another accumulator of the same dictionary, seed and sample size holds; throws InputError when they differ. */
  merge(other: MetricsAccumulator): void {
    this.mergePartial(other.toPartial());
  }

  /** All sums so far, a copy. */
  toPartial(): MetricsPartial {
    const { c, d } = this.dictionary;
    const { seed, sampleRows } = this.options;
    return { c, d, seed, sampleRows, images: this.images.toPartial(), texts: this.texts.toPartial(), bridge: this.bridge.toPartial() };
  }

  /** Adds what `toPartial` gave. Throws InputError when it is of another dictionary's size, another seed or sample size. */
  mergePartial(partial: MetricsPartial): void {
    const { c, d } = this.dictionary;
    const { seed, sampleRows } = this.options;
    if (partial.c !== c || partial.d !== d) {
      throw new InputError(`sums for ${partial.c} concepts in ${partial.d} dimensions do not belong to a dictionary of ${c} in ${d}`, { fix: 'Merge parts of the same dictionary.' });
    }
    if (partial.seed !== seed || partial.sampleRows !== sampleRows) {
      throw new InputError(`parts of seed ${partial.seed} with ${partial.sampleRows} sampled rows do not merge with seed ${seed} and ${sampleRows}`, { fix: 'Use the same seed and sample size for all parts.' });
    }
    this.images.addPartial(partial.images);
    this.texts.addPartial(partial.texts);
    this.bridge.addPartial(partial.bridge);
  }

  /**
   * The metrics of everything added so far; more can be added afterwards. Throws InputError when there are no rows, and Error when ΣB
   * is not the mean reconstructed similarity.
   */
  finish(): MetricsReport {
    if (this.images.counts.rows + this.texts.counts.rows === 0) {
      throw new InputError('there are no rows to measure', { field: 'embeddings', fix: 'Give embeddings of images, of texts, or of both.' });
    }
    return metricsReport(this.dictionary, this.images, this.texts, this.bridge.finish(this.options.topBridges));
  }

  /** The strongest bridges of one concept, see `BridgeSums.of`. */
  bridgesOf(concept: number, top: number): Bridge[] {
    return this.bridge.of(concept, top);
  }

  /** One bridge, whether it is among the strongest or not. */
  bridgeBetween(i: number, j: number): Bridge {
    return this.bridge.between(i, j);
  }

  /**
   * Distances between images and texts on the sampled rows, all of them where there are no more: Wasserstein-1D of the codes and
   * Fréchet of the embeddings (about 4·d³ operations). Null without rows of both modalities; NaN with fewer than two of one.
   */
  distances(): ModalityDistances | null {
    return modalityDistances(this.dictionary, this.images.sample.list(), this.texts.sample.list());
  }

  /**
   * The modality gap of the sampled rows before and after taking `concepts` out of them; null without rows of both modalities. Throws
   * InputError when one is not a concept.
   */
  gapWithout(concepts: readonly number[]): GapWithout | null {
    const { c } = this.dictionary;
    const unknown = concepts.find((i) => !Number.isInteger(i) || i < 0 || i >= c);
    if (unknown !== undefined) throw new InputError(`${unknown} is not one of the dictionary's ${c} concepts`, { field: 'concepts', fix: 'Concepts count from 0.' });
    return gapWithout(this.dictionary, this.images.sample.list(), this.texts.sample.list(), concepts);
  }

  private checkRows(x: Matrix, codes: SparseCodes, what: string): void {
    const { c, d } = this.dictionary;
    if (x.cols !== d) {
      throw new InputError(`embeddings have ${x.cols} dimensions and the dictionary takes ${d}`, { field: what, fix: 'Use embeddings of the model that the dictionary was trained on.' });
    }
    if (x.rows !== codes.rows) {
      throw new InputError(`${x.rows} embeddings and ${codes.rows} codes do not match row by row`, { field: what, fix: 'Encode the embeddings again with this dictionary.' });
    }
    checkCodes(codes, c, what);
    const bad = x.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new InputError(`the embedding has ${x.data[bad]} at position ${bad % d}`, { field: `${what}, row ${Math.floor(bad / d)}`, fix: 'Remove the row or embed the item again.' });
    }
  }
}
