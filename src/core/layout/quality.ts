import { Meter } from '../baselines/meter.ts';
import { takeRows } from '../baselines/prepare.ts';
import { InputError, invariant } from '../errors.ts';
import { denseProduct } from '../training/dense-product.ts';
import { NearestLists } from './nearest-list.ts';
import { unitRows } from './unit-rows.ts';
import type { Matrix } from '../tensor.ts';
import type { DenseProduct } from '../training/dense-product.ts';
import type { Work } from '../work.ts';

/** How far the neighbourhoods of a layout are those of the rows. */
export interface LayoutQuality {
  /** Whether neighbours in the layout are near in truth, and true neighbours near in the layout: 1 at best, about 0.5 by chance, NaN below 3 points. */
  readonly trustworthiness: number;
  readonly continuity: number;
  /** Neighbours looked at. */
  readonly k: number;
  /** Points judged, of how many that have a place. */
  readonly judged: number;
  readonly of: number;
}

/** Points whose products with all others are found at once. */
const BLOCK = 32;
/** Points multiplied with a block at once, so that a product takes a few milliseconds. */
const TILE = 2 ** 23;

/**
 * Trustworthiness and continuity (Venna and Kaski 2001) of `layout` `(n, 2)` for the rows of x `(n, d)`:
 * `1 − 2/(m·k·(2n − 3k − 1)) · Σ_i Σ_j (rank(i, j) − k)` over the m judged points i and those j among the k nearest of i in one space
 * that are not among the k nearest in the other, where rank(i, j) is taken: by cosine for the rows, by Euclid's distance for the layout; of
 * equally far points the one with the lower number is nearer. Of more than `limit` points, an evenly spread sample of `limit` is judged,
 * with ranks among all. Points without a place (NaN) are left out; k is less than n/2. Cosines are rounded to float32.
 * Throws InputError for k or `limit` that is not a whole number from 1, and naming the first row with a value that is not finite.
 */
export async function layoutQuality(x: Matrix, layout: Float32Array, k: number, work: Work, limit = 2048, product?: DenseProduct): Promise<LayoutQuality> {
  invariant(layout.length === 2 * x.rows, `layout of ${layout.length / 2} points for ${x.rows} rows`);
  if (!Number.isInteger(k) || k < 1) throw new InputError(`${k} neighbours were asked for, and it has to be a whole number of at least 1`, { field: 'neighbours' });
  if (!Number.isInteger(limit) || limit < 1) throw new InputError(`at most ${limit} points were to be judged, and it has to be a whole number of at least 1`, { field: 'limit' });
  const { rows, places } = placed(x, layout);
  const n = rows.rows;
  const most = Math.min(k, Math.ceil(n / 2) - 1);
  const judged = Math.min(n, limit);
  if (most < 1) return { trustworthiness: Number.NaN, continuity: Number.NaN, k: Math.max(0, most), judged, of: n };

  const meter = new Meter(work, judged * n * (rows.cols + 4 * most));
  const { unit } = unitRows(rows);
  const judge = new Judge(places, most);
  const sample = Uint32Array.from({ length: judged }, (_, s) => Math.floor(((s + 0.5) * n) / judged));
  const products = new Products(unit, rows.cols, product ?? denseProduct);
  for (let start = 0; start < judged; start += BLOCK) {
    const block = sample.subarray(start, start + BLOCK);
    await products.of(block, meter);
    for (let b = 0; b < block.length; b++) {
      judge.point(block[b] as number, products.block.subarray(b * n, (b + 1) * n));
      const wait = meter.spend(4 * n * most);
      if (wait !== undefined) await wait;
    }
  }
  meter.finish();
  const worst = (judged * most * (2 * n - 3 * most - 1)) / 2;
  return { trustworthiness: 1 - judge.intruders / worst, continuity: 1 - judge.missing / worst, k: most, judged, of: n };
}

/** The rows and positions that have a place. */
function placed(x: Matrix, layout: Float32Array): { rows: Matrix; places: Float32Array } {
  const kept = Uint32Array.from({ length: x.rows }, (_, r) => r).filter((r) => Number.isFinite(layout[2 * r]) && Number.isFinite(layout[2 * r + 1]));
  if (kept.length === x.rows) return { rows: x, places: layout };
  return { rows: takeRows(x, kept), places: takeRows({ rows: x.rows, cols: 2, data: layout }, kept).data };
}

/** Products of a few rows with all. */
class Products {
  /** `(BLOCK, n)`. */
  readonly block: Float32Array;
  readonly #unit: Float32Array;
  readonly #d: number;
  readonly #n: number;
  readonly #product: DenseProduct;
  readonly #rows: Float32Array;
  readonly #tile: Float32Array;
  readonly #width: number;

  constructor(unit: Float32Array, d: number, product: DenseProduct) {
    this.#unit = unit;
    this.#d = d;
    this.#n = d === 0 ? 0 : unit.length / d;
    this.#product = product;
    this.#width = Math.max(4, Math.floor(TILE / (BLOCK * Math.max(1, d))));
    this.block = new Float32Array(BLOCK * this.#n);
    this.#rows = new Float32Array(BLOCK * d);
    this.#tile = new Float32Array(BLOCK * this.#width);
  }

  /** Fills `block` with the products of the rows numbered `numbers`, BLOCK at most. */
  async of(numbers: Uint32Array, meter: Meter): Promise<void> {
    const d = this.#d;
    const size = numbers.length;
    for (let b = 0; b < size; b++) {
      const from = (numbers[b] as number) * d;
      this.#rows.set(this.#unit.subarray(from, from + d), b * d);
    }
    for (let start = 0; start < this.#n; start += this.#width) {
      const width = Math.min(this.#width, this.#n - start);
      const multiplied = this.#product(this.#rows, size, d, this.#unit.subarray(start * d, (start + width) * d), width, this.#tile);
      if (multiplied !== undefined) await multiplied;
      for (let b = 0; b < size; b++) this.block.set(this.#tile.subarray(b * width, (b + 1) * width), b * this.#n + start);
      const wait = meter.spend(size * width * d);
      if (wait !== undefined) await wait;
    }
  }
}

/** Adds up by how many ranks neighbours of one space are too far in the other. */
class Judge {
  intruders = 0;
  missing = 0;
  readonly #places: Float32Array;
  readonly #k: number;
  /** Nearness in the layout: the negative squared distance. */
  readonly #near: Float64Array;
  readonly #lists: NearestLists;

  constructor(places: Float32Array, k: number) {
    this.#places = places;
    this.#k = k;
    this.#near = new Float64Array(places.length / 2);
    this.#lists = new NearestLists(2, k);
  }

  /** Judges point i with its cosines to all points `(n)`. */
  point(i: number, cosines: Float32Array): void {
    const near = this.#near;
    const places = this.#places;
    const lists = this.#lists;
    lists.clear(0);
    lists.clear(1);
    const x = places[2 * i] as number;
    const y = places[2 * i + 1] as number;
    for (let j = 0; j < near.length; j++) {
      const dx = (places[2 * j] as number) - x;
      const dy = (places[2 * j + 1] as number) - y;
      near[j] = -(dx * dx + dy * dy);
      if (j === i) continue;
      lists.offer(0, j, cosines[j] as number);
      lists.offer(1, j, near[j] as number);
    }
    for (let s = 0; s < this.#k; s++) {
      this.missing += Math.max(0, rank(near, i, lists.items[s] as number) - this.#k);
      this.intruders += Math.max(0, rank(cosines, i, lists.items[this.#k + s] as number) - this.#k);
    }
  }
}

/** Rank of j, from 1, among all but i by falling nearness. */
function rank(nearness: Float32Array | Float64Array, i: number, j: number): number {
  const value = nearness[j] as number;
  let before = 0;
  for (let l = 0; l < nearness.length; l++) {
    const other = nearness[l] as number;
    if (other > value || (other === value && l < j)) before += 1;
  }
  // i itself is not ranked.
  const own = nearness[i] as number;
  return before + 1 - (own > value || (own === value && i < j) ? 1 : 0);
}
