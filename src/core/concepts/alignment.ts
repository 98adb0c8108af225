import { symmetricEigenvalues } from '../analysis/symmetric-eigenvalues.ts';
import { addProduct, mirrorLower } from '../baselines/products.ts';
import { binOf } from './histogram.ts';
import type { Matrix } from '../tensor.ts';

/** Rows that enter the covariance together, and rows of it that are added to at once. */
const BLOCK = 128;

/** What share of all energy the strongest concepts carry. */
export interface EnergyCurve {
  /** `(c + 1)` shares of the concepts, from 0 to 1 in equal steps. */
  readonly concepts: Float64Array;
  /** `(c + 1)` shares of the energy that so many of the strongest carry, from 0 to 1; zeros where nothing is alive. */
  readonly energy: Float64Array;
}

/** How many concepts, and how much of their energy, belong to which modality. */
export interface ModalityHistogram {
  /** `(bins + 1)` from 0 (texts only) to 1 (images only); bin b holds `edges[b] ≤ score < edges[b + 1]`, the last one also 1. */
  readonly edges: Float64Array;
  /** `(bins)` concepts. */
  readonly counts: Uint32Array;
  /** `(bins)` sums of their energies. */
  readonly energy: Float64Array;
  /** Concepts without a score: they are in no bin. */
  readonly dead: number;
}

/** Cumulative energy of the concepts, strongest first; NaN counts as 0. */
export function cumulativeEnergy(energy: ArrayLike<number>): EnergyCurve {
  const c = energy.length;
  const falling = Float64Array.from(energy, (value) => (value > 0 ? value : 0)).sort().reverse();
  const curve = { concepts: new Float64Array(c + 1), energy: new Float64Array(c + 1) };
  let sum = 0;
  for (let i = 0; i < c; i++) {
    sum += falling[i] ?? 0;
    curve.concepts[i + 1] = (i + 1) / c;
    curve.energy[i + 1] = sum;
  }
  if (sum > 0) for (let i = 0; i <= c; i++) curve.energy[i] = (curve.energy[i] ?? 0) / sum;
  return curve;
}

/** Histogram of modality scores `(c)` in [0, 1], plain and weighted with the energies `(c)`. Dead concepts (null, NaN) are counted apart, never as 0.5. */
export function modalityHistogram(modality: ArrayLike<number | null>, energy: ArrayLike<number>, bins: number): ModalityHistogram {
  const histogram = { edges: Float64Array.from({ length: bins + 1 }, (_, b) => b / bins), counts: new Uint32Array(bins), energy: new Float64Array(bins), dead: 0 };
  for (let i = 0; i < modality.length; i++) {
    const score = modality[i] ?? Number.NaN;
    if (!(score >= 0 && score <= 1)) {
      histogram.dead += 1;
      continue;
    }
    const bin = binOf(score, histogram.edges);
    histogram.counts[bin] = (histogram.counts[bin] ?? 0) + 1;
    histogram.energy[bin] = (histogram.energy[bin] ?? 0) + (energy[i] ?? 0);
  }
  return histogram;
}

/**
 * `(d)` singular values of the centred rows of x `(n, d)` over √n, falling: the standard deviations along the principal axes. By the
 * eigenvalues of the covariance, in n·d²/2 operations; values below 1e-8 of the largest are rounding. Zeros for no rows.
 */
export function cloudSpectrum(x: Matrix): Float64Array {
  const { rows, cols } = x;
  const mean = new Float64Array(cols);
  for (let r = 0; r < rows; r++) for (let t = 0; t < cols; t++) mean[t] = (mean[t] ?? 0) + (x.data[r * cols + t] ?? 0) / rows;
  const gram = new Float64Array(cols * cols);
  const block = new Float64Array(cols * BLOCK);
  for (let start = 0; start < rows; start += BLOCK) {
    const size = Math.min(BLOCK, rows - start);
    for (let r = 0; r < size; r++) {
      const at = (start + r) * cols;
      for (let t = 0; t < cols; t++) block[t * size + r] = (x.data[at + t] ?? 0) - (mean[t] ?? 0);
    }
    for (let i = 0; i < cols; i += BLOCK) {
      const end = Math.min(cols, i + BLOCK);
      addProduct(block.subarray(i * size, end * size), end - i, block, end, size, gram.subarray(i * cols), cols);
    }
  }
  mirrorLower(gram, cols);
  return symmetricEigenvalues(gram, cols)
    .reverse()
    .map((value) => Math.sqrt(Math.max(0, value) / Math.max(1, rows)));
}
