import { takeRows } from '../baselines/prepare.ts';
import { invariant } from '../errors.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { principalLayout } from './pca.ts';
import { umap } from './umap.ts';
import type { Dictionary } from '../dictionary.ts';
import type { LayoutKind } from '../permalink/atlas-view.ts';
import type { Matrix } from '../tensor.ts';
import type { DenseProduct } from '../training/dense-product.ts';
import type { Work } from '../work.ts';

export type { LayoutKind };

/** The recipe of the concept map (method.md, "Layout of the concept map"); of the neighbours, a point itself is one. */
const NEIGHBOURS = 15;
const LEAST_DISTANCE = 0.1;

/** Concepts as a layout sees them; `energy` and `modality` `(c)`, NaN where undefined. */
interface Concepts {
  readonly dictionary: Dictionary;
  readonly energy: ArrayLike<number>;
  readonly modality: ArrayLike<number>;
}

/**
 * Points `(c, 2)` in [-1, 1]² of a dictionary's concepts: `umap` (15 neighbours, least distance 0.1, cosine) and `pca` of the atoms, in which an
 * atom of zeros has no direction and so no place in `umap` (NaN); `energy-pca`, in which a concept counts by its energy; `modality-energy` with
 * x = 2·modality − 1 and y = log₁₀ energy, the least at −1 and the largest at 1, NaN for concepts that are dead or have no modality score.
 * `product` makes the search for neighbours faster. Throws InputError naming the first atom with a value that is not finite.
 */
export async function conceptLayout(kind: LayoutKind, concepts: Concepts, seed: number, work: Work, product?: DenseProduct): Promise<Float32Array> {
  const { dictionary, energy, modality } = concepts;
  const atoms: Matrix = { rows: dictionary.c, cols: dictionary.d, data: dictionary.W_dec };
  invariant(energy.length === atoms.rows && modality.length === atoms.rows, `energy or modality of another number than ${atoms.rows} concepts`);
  switch (kind) {
    case 'umap':
    case 'pca':
      return rowLayout(kind, atoms, seed, work, product);
    case 'energy-pca':
      return principalLayout(atoms, energy, work);
    case 'modality-energy':
      return modalityByEnergy(energy, modality);
  }
}

/** Points `(n, 2)` in [-1, 1]² of the rows of x `(n, d)`, as `conceptLayout` lays atoms out. */
export async function rowLayout(kind: 'umap' | 'pca', x: Matrix, seed: number, work: Work, product?: DenseProduct): Promise<Float32Array> {
  if (kind === 'pca') return principalLayout(x, undefined, work);
  const kept = Uint32Array.from({ length: x.rows }, (_, r) => r).filter((r) => hasDirection(x, r));
  const rows = kept.length === x.rows ? x : takeRows(x, kept);
  // Shares of the time as measured with 13 000 rows of 256 dimensions.
  const initial = await principalLayout(rows, undefined, part(work, 0, 0.05));
  const graph = await nearestNeighbours(rows, NEIGHBOURS - 1, part(work, 0.05, 0.5), product);
  const places = await umap(graph, { seed, neighbours: NEIGHBOURS, minDist: LEAST_DISTANCE, initial }, part(work, 0.5, 1));
  if (rows === x) return places;
  const all = new Float32Array(2 * x.rows).fill(Number.NaN);
  kept.forEach((r, at) => { all.set(places.subarray(2 * at, 2 * at + 2), 2 * r); });
  return all;
}

/** Whether row r is not all zeros. */
function hasDirection({ cols, data }: Matrix, r: number): boolean {
  for (let i = r * cols; i < (r + 1) * cols; i++) if (data[i] !== 0) return true;
  return false;
}

/** Work whose progress is the given part of the whole, which is 1. */
function part(work: Work, from: number, to: number): Work {
  return { pause: work.pause, progress: (done, total) => { work.progress(from + ((to - from) * done) / Math.max(total, done, Number.MIN_VALUE), 1); } };
}

function modalityByEnergy(energy: ArrayLike<number>, modality: ArrayLike<number>): Float32Array {
  const c = energy.length;
  const places = new Float32Array(2 * c).fill(Number.NaN);
  const heights = Float64Array.from(energy, (value, i) => (value > 0 && Number.isFinite(value) && Number.isFinite(modality[i]) ? Math.log10(value) : Number.NaN));
  let low = Infinity;
  let high = -Infinity;
  for (const height of heights) {
    if (height < low) low = height;
    if (height > high) high = height;
  }
  for (let i = 0; i < c; i++) {
    const height = heights[i] ?? Number.NaN;
    if (Number.isNaN(height)) continue;
    places[2 * i] = 2 * (modality[i] ?? 0) - 1;
    places[2 * i + 1] = high > low ? (2 * (height - low)) / (high - low) - 1 : 0;
  }
  return places;
}
