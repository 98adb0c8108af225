import { seedCentroids } from './kmeans-seeds.ts';
import { Nearest } from './nearest.ts';
import { pickRows, takeRows } from './prepare.ts';
import type { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/**
 * Mini-batch k-means (Sculley 2010) for many rows `(n, d)`: centroids seeded by k-means++ on `seedRows` of the rows, then
 * `visits` rows in random order, each pulling its nearest centroid by 1/(rows of that centroid so far). Within a batch all rows
 * see the same centroids. Returns the centroids `(count, d)`, count ≤ c.
 */
export async function miniBatchKmeans(
  rows: Matrix,
  c: number,
  { batch, visits, seedRows }: { readonly batch: number; readonly visits: number; readonly seedRows: number },
  random: Random,
  meter: Meter,
): Promise<Float64Array> {
  const d = rows.cols;
  const centroids = await seedCentroids(takeRows(rows, pickRows(rows.rows, seedRows, random)), c, random, meter);
  const count = centroids.length / d;
  const nearest = new Nearest(d, count);
  const size = Math.min(batch, rows.rows);
  const labels = new Uint32Array(size);
  const distances = new Float64Array(size);
  const visited = new Uint32Array(count);
  const order = Uint32Array.from({ length: rows.rows }, (_, r) => r);
  let next = rows.rows;
  for (let done = 0; done < visits; done += size) {
    if (next + size > rows.rows) {
      random.shuffle(order);
      next = 0;
    }
    const taken = takeRows(rows, order.subarray(next, next + size));
    next += size;
    nearest.use(centroids);
    await nearest.assign(taken, labels, distances, meter);
    for (let r = 0; r < size; r++) {
      const i = labels[r] ?? 0;
      const seen = (visited[i] ?? 0) + 1;
      visited[i] = seen;
      for (let j = 0; j < d; j++) {
        const at = i * d + j;
        const before = centroids[at] ?? 0;
        centroids[at] = before + ((taken.data[r * d + j] ?? 0) - before) / seen;
      }
    }
  }
  return centroids;
}
