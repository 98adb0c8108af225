import { rowOf } from '../tensor.ts';
import type { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/**
 * k-means++ (Arthur and Vassilvitskii 2007): the first centroid is a random row of `(n, d)`, each further one a row drawn in
 * proportion to its squared distance from the nearest centroid so far. Returns `(count, d)` with count ≤ c: fewer where fewer
 * than c rows differ.
 */
export async function seedCentroids(rows: Matrix, c: number, random: Random, meter: Meter): Promise<Float64Array<ArrayBuffer>> {
  const { rows: n, cols: d } = rows;
  const centroids = new Float64Array(Math.min(c, n) * d);
  const nearest = new Float64Array(n).fill(Infinity);
  const centroid = new Float64Array(d);
  let row = random.below(n);
  let count = 0;
  while (count < Math.min(c, n)) {
    centroid.set(rowOf(rows, row));
    centroids.set(centroid, count * d);
    count += 1;
    const total = await approach(rows, centroid, nearest, meter);
    if (total === 0) break;
    row = draw(nearest, random.uniform() * total);
  }
  return centroids.slice(0, count * d);
}

/** Lowers each row's squared distance `nearest` `(n)` to that from `centroid` `(d)` where it is less; returns their sum. */
async function approach(rows: Matrix, centroid: Float64Array, nearest: Float64Array, meter: Meter): Promise<number> {
  const d = rows.cols;
  let total = 0;
  for (let r = 0; r < rows.rows; r++) {
    let distance = 0;
    const at = r * d;
    for (let j = 0; j < d; j++) {
      const difference = (rows.data[at + j] ?? 0) - (centroid[j] ?? 0);
      distance += difference * difference;
    }
    if (distance < (nearest[r] ?? 0)) nearest[r] = distance;
    total += nearest[r] ?? 0;
    if (r % 1024 !== 1023) continue;
    const wait = meter.spend(1024 * d);
    if (wait !== undefined) await wait;
  }
  const wait = meter.spend((rows.rows % 1024) * d);
  if (wait !== undefined) await wait;
  return total;
}

/** The first row at which the running sum of `weights` exceeds `target`; never one of weight 0. */
function draw(weights: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let r = 0; r < weights.length; r++) {
    const weight = weights[r] ?? 0;
    if (weight === 0) continue;
    sum += weight;
    last = r;
    if (sum > target) break;
  }
  return last;
}
