import { invariant } from '../errors.ts';
import { addRow } from '../linear.ts';
import { constantScale } from '../norm.ts';
import { atomNorms, dotAtoms } from './atoms.ts';
import { CompensatedSums } from './compensated.ts';
import { PairTable } from './pair-table.ts';
import { StrongestBridges } from './strongest-bridges.ts';
import type { Bridge } from './strongest-bridges.ts';
import type { Dictionary } from '../dictionary.ts';
import type { SparseCodes } from '../tensor.ts';
import type { Sums } from './compensated.ts';

/** Two sides of the invariant may differ by this share of the magnitudes that were summed; float64 with d = 768 stays below 1e-12. */
const TOLERANCE = 1e-10;

/** The bridge of matched pairs, see `BridgeSums`. */
export interface BridgeReport {
  readonly pairs: number;
  /** ΣB over all pairs of concepts. */
  readonly sum: number;
  /** `mean ⟨x̂_img, x̂_txt⟩` of the pairs without the decoder's bias; equals `sum`. */
  readonly meanReconstructedSimilarity: number;
  /** What the decoder's bias (and the mean that the norm adds back) adds to `mean ⟨x̂_img, x̂_txt⟩`; null where the norm rescales rows. */
  readonly ofBias: number | null;
  readonly top: readonly Bridge[];
  /** Pairs of concepts that were active together at least once and are in the table. */
  readonly conceptPairs: number;
  /** Times that a pair of concepts was put out of the table for lack of room; `sum` still has them. */
  readonly evicted: number;
  /** How much lower |value| of a listed bridge may be than it is, because of evictions; 0 when there were none. */
  readonly uncertainty: number;
}

/** Sums `Σ z_img,i·z_txt,j` over matched pairs, computed elsewhere (on a GPU), for the pairs of concepts where they are not 0. */
export interface Coactivation {
  readonly indicesImages: Uint32Array;
  readonly indicesTexts: Uint32Array;
  readonly sums: Float64Array;
  /** At most so much is missing in all of the sums together. */
  readonly rounding: number;
}

/** Everything that matched pairs add up to. */
export interface BridgePartial {
  readonly pairs: number;
  readonly sumsImages: Sums;
  readonly sumsTexts: Sums;
  /** `[Σ ⟨x̂_img, x̂_txt⟩, Σ of the magnitudes of its terms, Σ z_i z_j ⟨D_i, D_j⟩ of what was evicted, what rounding may have taken from ΣB]`. */
  readonly scalars: Sums;
  readonly evicted: number;
  readonly uncertainty: number;
  readonly indicesImages: Uint32Array;
  readonly indicesTexts: Uint32Array;
  readonly coactivation: Float64Array;
  readonly errors: Float32Array;
}

const SIMILARITY = 0;
const MAGNITUDE = 1;
const EVICTED = 2;
const ROUNDING = 3;

/**
 * Bridge `B_ij = E_γ[z_img,i z_txt,j]·⟨D_i, D_j⟩` over matched pairs γ (method.md, "bridge score"), by sparse accumulation of the at
 * most k² products of a pair.
 *
 * Which x̂: `x̂ = s·z·W_dec`, without the decoder's bias and mean, which belong to no concept (`core/pair.ts` keeps them apart too); s = 1/scale
 * for a `constant` norm, else 1. Norms that rescale each row are left applied: x̂ is then what the decoder gives, before the
 * row's own scale. B has the same factor s². With that, ΣB = mean ⟨x̂_img, x̂_txt⟩ exactly; the right side is computed from
 * reconstructions, sharing nothing with the left, and `finish` throws when they differ by more than rounding.
 *
 * Room: at most `limit` pairs of concepts are held (20 bytes each over a load of 3/4). When they are all taken, the half with the
 * smallest |B| is put out: its part of ΣB is kept in one exact sum, so that ΣB never loses anything, and `uncertainty` adds up the
 * largest |B| that went, which bounds what any bridge can be missing if it came back later. Up to the limit everything is exact.
 *
 * Null: the mean over all n! shuffles of the pairs, `E[z_img,i]·E[z_txt,j]·⟨D_i, D_j⟩`, in closed form; no shuffle is drawn.
 */
export class BridgeSums {
  private readonly dictionary: Dictionary;
  private readonly limit: number;
  /** s², see above. */
  private readonly squaredScale: number;
  /** `(c)` norms of the atoms. */
  private readonly norms: Float64Array;
  private table: PairTable;
  private pairs = 0;
  private evicted = 0;
  private uncertainty = 0;
  private readonly sumsImages: CompensatedSums;
  private readonly sumsTexts: CompensatedSums;
  private readonly scalars = new CompensatedSums(4);

  constructor(dictionary: Dictionary, limit: number) {
    const { c, norm } = dictionary;
    invariant(limit >= 2, `room for ${limit} pairs of concepts`);
    this.dictionary = dictionary;
    this.limit = limit;
    this.squaredScale = norm.kind === 'constant' ? 1 / constantScale(norm) ** 2 : 1;
    this.norms = atomNorms(dictionary);
    this.table = new PairTable(c);
    this.sumsImages = new CompensatedSums(c);
    this.sumsTexts = new CompensatedSums(c);
  }

  /**
   * Adds matched pairs: image rows and text rows in turn `(2·pairs)`, which exist, with codes that have been checked; their
   * co-activation is summed here where it is not given. What is compared with ΣB is computed here either way.
   */
  add(images: SparseCodes, texts: SparseCodes, rows: ArrayLike<number>, coactivation?: readonly Coactivation[]): void {
    const { d } = this.dictionary;
    const image = new Float64Array(d);
    const text = new Float64Array(d);
    for (let p = 0; p + 1 < rows.length; p += 2) {
      const a = rows[p] ?? 0;
      const b = rows[p + 1] ?? 0;
      const magnitude = this.reconstruct(images, a, image, this.sumsImages) * this.reconstruct(texts, b, text, this.sumsTexts);
      let similarity = 0;
      for (let t = 0; t < d; t++) similarity += (image[t] ?? 0) * (text[t] ?? 0);
      this.scalars.add(SIMILARITY, similarity);
      this.scalars.add(MAGNITUDE, magnitude);
      if (coactivation === undefined) this.coactivate(images, a, texts, b);
      this.pairs += 1;
    }
    for (const part of coactivation ?? []) this.addCoactivation(part);
  }

  /** Null when no pair was added. Throws Error when the invariant does not hold: then a sum of ours is wrong. */
  finish(top: number): BridgeReport | null {
    const { pairs } = this;
    if (pairs === 0) return null;
    const { W_dec, d } = this.dictionary;
    const factor = this.squaredScale / pairs;
    const meanImages = this.sumsImages.totals(1 / pairs);
    const meanTexts = this.sumsTexts.totals(1 / pairs);
    const total = new CompensatedSums(1);
    total.add(0, this.scalars.total(EVICTED) * factor);
    const strongest = new StrongestBridges(top);
    this.table.each((i, j, sum, error) => {
      const dot = dotAtoms(W_dec, d, i, j);
      const value = (sum + error) * dot * factor;
      total.add(0, value);
      strongest.offer(i, j, value, (meanImages[i] ?? 0) * (meanTexts[j] ?? 0) * dot * this.squaredScale);
    });
    const sum = total.total(0);
    const mean = this.scalars.total(SIMILARITY) * factor;
    const allowed = (TOLERANCE * this.scalars.total(MAGNITUDE) + this.scalars.total(ROUNDING)) * factor;
    invariant(Math.abs(sum - mean) <= allowed, `ΣB is ${sum} and the mean reconstructed similarity ${mean}, which differ by more than rounding (${allowed})`);
    return {
      pairs,
      sum,
      meanReconstructedSimilarity: mean,
      ofBias: this.ofBias(meanImages, meanTexts),
      top: strongest.list(),
      conceptPairs: this.table.size,
      evicted: this.evicted,
      uncertainty: this.uncertainty * factor,
    };
  }

  /** The strongest bridges by B − null that `concept` has on either side; none without pairs. */
  of(concept: number, top: number): Bridge[] {
    const strongest = new StrongestBridges(top);
    this.each((bridge) => {
      if (bridge.i === concept || bridge.j === concept) strongest.offer(bridge.i, bridge.j, bridge.value, bridge.null);
    });
    return strongest.list();
  }

  /** The bridge from concept i on the image side to j on the text side; 0 where they were never active together (or were evicted). */
  between(i: number, j: number): Bridge {
    let found = 0;
    this.each((bridge) => {
      if (bridge.i === i && bridge.j === j) found = bridge.value;
    });
    return { i, j, value: found, null: this.pairs === 0 ? 0 : this.expected(i, j) };
  }

  private each(take: (bridge: Bridge) => void): void {
    const { W_dec, d } = this.dictionary;
    const factor = this.squaredScale / Math.max(1, this.pairs);
    this.table.each((i, j, sum, error) => { take({ i, j, value: (sum + error) * dotAtoms(W_dec, d, i, j) * factor, null: this.expected(i, j) }); });
  }

  /** B_ij as it would be on average if the pairs were shuffled. */
  private expected(i: number, j: number): number {
    const { W_dec, d } = this.dictionary;
    const scale = this.squaredScale / this.pairs ** 2;
    return this.sumsImages.total(i) * this.sumsTexts.total(j) * dotAtoms(W_dec, d, i, j) * scale;
  }

  /** The sums as plain data. */
  toPartial(): BridgePartial {
    const { size } = this.table;
    const partial = {
      pairs: this.pairs,
      sumsImages: this.sumsImages.copy(),
      sumsTexts: this.sumsTexts.copy(),
      scalars: this.scalars.copy(),
      evicted: this.evicted,
      uncertainty: this.uncertainty,
      indicesImages: new Uint32Array(size),
      indicesTexts: new Uint32Array(size),
      coactivation: new Float64Array(size),
      errors: new Float32Array(size),
    };
    let at = 0;
    this.table.each((i, j, sum, error) => {
      partial.indicesImages[at] = i;
      partial.indicesTexts[at] = j;
      partial.coactivation[at] = sum;
      partial.errors[at] = error;
      at += 1;
    });
    return partial;
  }

  /** Adds what `toPartial` gave. */
  addPartial(partial: BridgePartial): void {
    this.pairs += partial.pairs;
    this.evicted += partial.evicted;
    this.uncertainty += partial.uncertainty;
    this.sumsImages.merge(partial.sumsImages);
    this.sumsTexts.merge(partial.sumsTexts);
    this.scalars.merge(partial.scalars);
    for (let e = 0; e < partial.coactivation.length; e++) {
      this.put(partial.indicesImages[e] ?? 0, partial.indicesTexts[e] ?? 0, partial.coactivation[e] ?? 0, partial.errors[e] ?? 0);
    }
  }

  /** Writes `z·W_dec` of a row to `out`, adds the code to `sums`, and returns Σ |z_i|·‖D_i‖. */
  private reconstruct(codes: SparseCodes, row: number, out: Float64Array, sums: CompensatedSums): number {
    out.fill(0);
    let magnitude = 0;
    for (let e = codes.indptr[row] ?? 0; e < (codes.indptr[row + 1] ?? 0); e++) {
      const i = codes.indices[e] ?? 0;
      const z = codes.values[e] ?? 0;
      addRow(this.dictionary.W_dec, i, z, out);
      sums.add(i, z);
      magnitude += Math.abs(z) * (this.norms[i] ?? 0);
    }
    return magnitude;
  }

  private coactivate(images: SparseCodes, a: number, texts: SparseCodes, b: number): void {
    const from = texts.indptr[b] ?? 0;
    const to = texts.indptr[b + 1] ?? 0;
    for (let e = images.indptr[a] ?? 0; e < (images.indptr[a + 1] ?? 0); e++) {
      const i = images.indices[e] ?? 0;
      const z = images.values[e] ?? 0;
      if (z === 0) continue;
      for (let f = from; f < to; f++) {
        const product = z * (texts.values[f] ?? 0);
        if (product !== 0) this.put(i, texts.indices[f] ?? 0, product, 0);
      }
    }
  }

  private addCoactivation({ indicesImages, indicesTexts, sums, rounding }: Coactivation): void {
    const longest = this.norms.reduce((most, norm) => Math.max(most, norm), 0);
    this.scalars.add(ROUNDING, rounding * longest ** 2);
    for (let e = 0; e < sums.length; e++) this.put(indicesImages[e] ?? 0, indicesTexts[e] ?? 0, sums[e] ?? 0, 0);
  }

  private put(i: number, j: number, value: number, error: number): void {
    this.table.add(i, j, value, error);
    if (this.table.size > this.limit) this.evict();
  }

  /** Puts the half of the pairs with the smallest |B| out of the table, and their parts of ΣB into one sum. */
  private evict(): void {
    const { W_dec, d, c } = this.dictionary;
    const full = this.table;
    const parts = new Float64Array(full.size);
    let at = 0;
    full.each((i, j, sum, error) => {
      parts[at] = (sum + error) * dotAtoms(W_dec, d, i, j);
      at += 1;
    });
    const half = parts.map(Math.abs).sort()[Math.floor((parts.length - 1) / 2)] ?? 0;
    this.uncertainty += half;
    this.table = new PairTable(c, this.limit);
    at = 0;
    full.each((i, j, sum, error) => {
      const part = parts[at] ?? 0;
      at += 1;
      if (Math.abs(part) > half) {
        this.table.add(i, j, sum, error);
      } else {
        this.scalars.add(EVICTED, part);
        this.evicted += 1;
      }
    });
  }

  private ofBias(meanImages: Float64Array, meanTexts: Float64Array): number | null {
    const { d, c, W_dec, b_dec, norm } = this.dictionary;
    if (norm.kind === 'rowNorm' || norm.kind === 'layerNorm') return null;
    const scale = Math.sqrt(this.squaredScale) * Math.sign(norm.kind === 'constant' ? constantScale(norm) : 1);
    const bias = Float64Array.from(b_dec, (value, t) => value * scale + (norm.mean?.[t] ?? 0));
    const both = new Float64Array(d);
    for (let i = 0; i < c; i++) addRow(W_dec, i, ((meanImages[i] ?? 0) + (meanTexts[i] ?? 0)) * scale, both);
    return bias.reduce((sum, value, t) => sum + value * (value + (both[t] ?? 0)), 0);
  }
}
