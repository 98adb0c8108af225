import { eigenWork, symmetricEigen } from '../baselines/eigen.ts';
import { Meter } from '../baselines/meter.ts';
import { addGram, mirrorLower } from '../baselines/products.ts';
import { InputError, invariant } from '../errors.ts';
import { uninterrupted } from '../work.ts';
import { fitSquare } from './fit-square.ts';
import type { Matrix } from '../tensor.ts';
import type { Work } from '../work.ts';

/** Rows that enter the covariance together. */
const BLOCK = 128;
/** The covariance and the eigenvectors take 2·d² float64, 256 MB here. */
const MOST_DIMENSIONS = 4096;

/**
 * Rows of x `(n, d)` on their first two principal axes, about their mean, as points `(n, 2)` that fill [-1, 1]² without distortion.
 * `weights` `(n)` count in mean and covariance; one that is negative or not a number counts as 0, and if none is positive all are equal.
 * The largest component of each axis is positive, so that signs do not depend on rounding.
 * Throws InputError for more than 4096 dimensions and naming the first row with a value that is not finite.
 */
export async function principalLayout(x: Matrix, weights?: ArrayLike<number>, work: Work = uninterrupted): Promise<Float32Array> {
  const { rows: n, cols: d } = x;
  if (d > MOST_DIMENSIONS) {
    throw new InputError(`principal axes need the covariance of all pairs of ${d} dimensions, and ${MOST_DIMENSIONS} dimensions are the most`, { field: 'layout', fix: 'Choose modality × energy.' });
  }
  const shares = sharesOf(n, weights);
  const positions = new Float64Array(2 * n);
  if (n === 0 || d === 0) return Float32Array.from(positions);
  const meter = new Meter(work, (n * d * d) / 2 + eigenWork(d));
  const mean = weightedMean(x, shares);
  const { vectors } = await symmetricEigen(await covarianceOf(x, shares, mean, meter), d, meter);
  for (let r = 0; r < n; r++) {
    let first = 0;
    let second = 0;
    for (let i = 0; i < d; i++) {
      const value = (x.data[r * d + i] as number) - (mean[i] as number);
      first += value * (vectors[i] as number);
      // One dimension has no second axis.
      if (d > 1) second += value * (vectors[d + i] as number);
    }
    positions[2 * r] = first;
    positions[2 * r + 1] = second;
  }
  meter.finish();
  return Float32Array.from(fitSquare(positions));
}

/** Weights `(n)` that add up to 1. */
function sharesOf(n: number, weights: ArrayLike<number> | undefined): Float64Array {
  invariant(weights === undefined || weights.length === n, `${weights?.length} weights of ${n} rows`);
  const shares = new Float64Array(n);
  let sum = 0;
  for (let r = 0; r < n; r++) {
    const weight = weights === undefined ? 1 : (weights[r] ?? 0);
    shares[r] = weight > 0 && Number.isFinite(weight) ? weight : 0;
    sum += shares[r] ?? 0;
  }
  return sum > 0 ? shares.map((share) => share / sum) : shares.fill(1 / n);
}

function weightedMean({ rows, cols, data }: Matrix, shares: Float64Array): Float64Array {
  const mean = new Float64Array(cols);
  for (let r = 0; r < rows; r++) {
    const share = shares[r] as number;
    let finite = true;
    for (let i = 0; i < cols; i++) {
      const value = data[r * cols + i] as number;
      finite &&= Number.isFinite(value);
      mean[i] = (mean[i] as number) + share * value;
    }
    if (!finite) throw new InputError('the row has a value that is not finite', { field: `row ${r}`, fix: 'Remove the row or embed the item again.' });
  }
  return mean;
}

async function covarianceOf({ rows, cols: d, data }: Matrix, shares: Float64Array, mean: Float64Array, meter: Meter): Promise<Float64Array> {
  const covariance = new Float64Array(d * d);
  const block = new Float64Array(d * BLOCK);
  for (let start = 0; start < rows; start += BLOCK) {
    const size = Math.min(BLOCK, rows - start);
    for (let r = 0; r < size; r++) {
      const root = Math.sqrt(shares[start + r] as number);
      const at = (start + r) * d;
      for (let i = 0; i < d; i++) block[i * size + r] = root * ((data[at + i] as number) - (mean[i] as number));
    }
    await addGram(block.subarray(0, d * size), d, size, covariance, meter);
  }
  mirrorLower(covariance, d);
  return covariance;
}
