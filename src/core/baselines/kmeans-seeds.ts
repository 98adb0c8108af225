import { rowOf } from '../tensor.ts';
import type { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/** Dimensions between two looks at whether a distance is too large already. */
const STRETCH = 32;

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
  let total = 0;
  for (let r = 0; r < rows.rows; r++) {
    const limit = nearest[r] ?? 0;
    const distance = distanceBelow(rows.data, r * rows.cols, centroid, limit);
    if (distance < limit) nearest[r] = distance;
    total += nearest[r] ?? 0;
    const wait = meter.spend(rows.cols);
    if (wait !== undefined) await wait;
  }
  return total;
}

/** Squared distance of the row at `at` from `centroid` `(d)`, or anything above `limit` as soon as it is clear that it is above. */
function distanceBelow(data: Float32Array, at: number, centroid: Float64Array, limit: number): number {
  const d = centroid.length;
  let sum = 0;
  let j = 0;
  while (j + STRETCH <= d && sum < limit) {
    // Four sums side by side: a single one waits for each addition before the next.
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (const end = j + STRETCH; j < end; j += 4) {
      const e0 = (data[at + j] ?? 0) - (centroid[j] ?? 0);
      const e1 = (data[at + j + 1] ?? 0) - (centroid[j + 1] ?? 0);
      const e2 = (data[at + j + 2] ?? 0) - (centroid[j + 2] ?? 0);
      const e3 = (data[at + j + 3] ?? 0) - (centroid[j + 3] ?? 0);
      s0 += e0 * e0;
      s1 += e1 * e1;
      s2 += e2 * e2;
      s3 += e3 * e3;
    }
    sum += s0 + s1 + (s2 + s3);
  }
  for (; j < d && sum < limit; j++) sum += ((data[at + j] ?? 0) - (centroid[j] ?? 0)) ** 2;
  return sum;
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
