import { Meter } from '../baselines/meter.ts';
import { InputError } from '../errors.ts';
import { denseProduct } from '../training/dense-product.ts';
import { NearestLists } from './nearest-list.ts';
import { unitRows } from './unit-rows.ts';
import type { Matrix } from '../tensor.ts';
import type { DenseProduct } from '../training/dense-product.ts';
import type { Work } from '../work.ts';

/** The k nearest others of every row. */
export interface NeighbourGraph {
  readonly k: number;
  /** `(n, k)`. */
  readonly indices: Uint32Array;
  /** `(n, k)` cosine distances 1 − cos, rising within a row. */
  readonly distances: Float32Array;
}

/** Candidates beyond k that are measured again: products in float32 may swap neighbours whose cosines differ by about 1e-7. */
const SPARE = 8;
/** Multiply-adds of one tile of products, a few milliseconds: in plain JavaScript, and with a product given, which is faster. */
const TILE = 2 ** 23;
const TILE_OF_PRODUCT = 2 ** 25;
/** Smaller distances are rounding of rows that point the same way. */
const ROUNDING = 1e-12;

/**
 * The exact k nearest rows of x `(n, d)` by cosine, by brute force: n²·d/2 multiply-adds, in tiles that `product` multiplies. Rows need not
 * have norm 1. A row is not its own neighbour; equally far ones come in the order of their numbers; k is at most n − 1. A row of zeros has no
 * direction and counts as orthogonal to all (distance 1). The nearest k + 8 by float32 products are measured again in float64, so the result
 * does not depend on `product` unless more rows than that are equally far up to 1e-7.
 * Throws InputError for a k that is not a whole number from 1, and naming the first row with a value that is not finite.
 */
export async function nearestNeighbours(x: Matrix, k: number, work: Work, product?: DenseProduct): Promise<NeighbourGraph> {
  if (!Number.isInteger(k) || k < 1) throw new InputError(`${k} neighbours were asked for, and it has to be a whole number of at least 1`, { field: 'neighbours' });
  const { rows, cols } = x;
  const most = Math.max(0, Math.min(k, rows - 1));
  const meter = new Meter(work, (rows * rows * cols) / 2);
  const { unit, squares } = unitRows(x);
  const lists = new NearestLists(rows, Math.max(0, Math.min(most + SPARE, rows - 1)));
  if (most > 0) await scan(unit, rows, cols, lists, product, meter);
  const graph = { k: most, indices: new Uint32Array(rows * most), distances: new Float32Array(rows * most) };
  const measured = new Float64Array(lists.size);
  for (let r = 0; r < rows; r++) {
    measureAgain(x, squares, r, lists, measured, graph);
    const wait = meter.spend(lists.size * cols);
    if (wait !== undefined) await wait;
  }
  meter.finish();
  return graph;
}

/** Offers every row to every other, tile by tile on and above the diagonal; each row is offered the others in rising order. */
async function scan(unit: Float32Array, rows: number, d: number, lists: NearestLists, product: DenseProduct | undefined, meter: Meter): Promise<void> {
  const multiply = product ?? denseProduct;
  const side = tileSide(d, rows, product === undefined ? TILE : TILE_OF_PRODUCT);
  const tile = new Float32Array(side * side);
  for (let i = 0; i < rows; i += side) {
    const height = Math.min(side, rows - i);
    for (let j = i; j < rows; j += side) {
      const width = Math.min(side, rows - j);
      const multiplied = multiply(unit.subarray(i * d, (i + height) * d), height, d, unit.subarray(j * d, (j + width) * d), width, tile);
      if (multiplied !== undefined) await multiplied;
      offerTile(tile, i, height, j, width, lists);
      const wait = meter.spend(height * width * d);
      if (wait !== undefined) await wait;
    }
  }
}

/** A multiple of 4, which `denseProduct` is fastest with. */
function tileSide(d: number, rows: number, work: number): number {
  const side = Math.min(Math.sqrt(work / Math.max(1, d)), 512, rows);
  return Math.max(4, 4 * Math.ceil(side / 4));
}

function offerTile(tile: Float32Array, i: number, height: number, j: number, width: number, lists: NearestLists): void {
  for (let r = 0; r < height; r++) {
    for (let s = 0; s < width; s++) {
      const cosine = tile[r * width + s] as number;
      if (i + r === j + s) continue;
      lists.offer(i + r, j + s, cosine);
      // On the diagonal, the tile itself has both directions.
      if (i !== j) lists.offer(j + s, i + r, cosine);
    }
  }
}

/** Sorts row r's candidates by their distance in float64, then by number, and writes the first k to `graph`. */
function measureAgain({ cols, data }: Matrix, squares: Float64Array, r: number, lists: NearestLists, measured: Float64Array, graph: NeighbourGraph): void {
  const { size, items } = lists;
  const start = r * size;
  for (let c = 0; c < size; c++) {
    const other = items[start + c] as number;
    let dot = 0;
    for (let i = 0, a = r * cols, b = other * cols; i < cols; i++) dot += (data[a + i] as number) * (data[b + i] as number);
    const scale = Math.sqrt((squares[r] as number) * (squares[other] as number));
    const distance = scale > 0 ? 1 - dot / scale : 1;
    const value = distance < ROUNDING ? 0 : distance;
    let at = c;
    while (at > 0 && ((measured[at - 1] as number) > value || (measured[at - 1] === value && (items[start + at - 1] as number) > other))) {
      measured[at] = measured[at - 1] as number;
      items[start + at] = items[start + at - 1] as number;
      at -= 1;
    }
    measured[at] = value;
    items[start + at] = other;
  }
  for (let c = 0; c < graph.k; c++) {
    graph.indices[r * graph.k + c] = items[start + c] as number;
    graph.distances[r * graph.k + c] = measured[c] as number;
  }
}
