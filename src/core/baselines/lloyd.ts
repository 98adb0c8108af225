import { seedCentroids } from './kmeans-seeds.ts';
import { Nearest } from './nearest.ts';
import type { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';
import type { Meter } from './meter.ts';

/** Clusters of rows `(n, d)`. */
export interface Clusters {
  /** `(c, d)`. */
  readonly centroids: Float64Array;
  /** Cluster of each row `(n)`. */
  readonly labels: Uint32Array;
  /** Rows of each cluster `(c)`. */
  readonly counts: Uint32Array;
  /** Sum of squared distances of the rows from their centroid, before each update of the centroids. */
  readonly objective: readonly number[];
}

/** Multiply-adds that `lloyd` expects to spend on `(n, d)` rows, for a progress bar. */
export function lloydWork(n: number, d: number, c: number, iterations: number): number {
  return n * c * d * (iterations + 1);
}

/**
 * k-means: centroids seeded by k-means++, then at most `iterations` of Lloyd's, fewer when no row changes its cluster. An empty
 * cluster takes over the row that is farthest from its own centroid, so the objective never rises. There are fewer clusters than
 * `c` where fewer than `c` rows differ.
 */
export async function lloyd(rows: Matrix, c: number, iterations: number, random: Random, meter: Meter): Promise<Clusters> {
  const centroids = await seedCentroids(rows, c, random, meter);
  const count = centroids.length / rows.cols;
  const nearest = new Nearest(rows.cols, count);
  const labels = new Uint32Array(rows.rows).fill(count);
  const distances = new Float64Array(rows.rows);
  const counts = new Uint32Array(count);
  const objective: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    nearest.use(centroids);
    const changed = await nearest.assign(rows, labels, distances, meter);
    objective.push(distances.reduce((sum, distance) => sum + distance, 0));
    if (changed === 0) break;
    counts.fill(0);
    for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
    fillEmpty(labels, distances, counts);
    update(rows, labels, counts, centroids);
  }
  return { centroids, labels, counts, objective };
}

/** Gives each empty cluster the farthest row of a cluster that has others. */
function fillEmpty(labels: Uint32Array, distances: Float64Array, counts: Uint32Array): void {
  const empty = [...counts.keys()].filter((i) => counts[i] === 0);
  if (empty.length === 0) return;
  const farthest = Array.from(distances.keys()).sort((a, b) => (distances[b] ?? 0) - (distances[a] ?? 0) || a - b);
  let next = 0;
  for (const cluster of empty) {
    while (next < farthest.length && (counts[labels[farthest[next] ?? 0] ?? 0] ?? 0) < 2) next += 1;
    const row = farthest[next];
    if (row === undefined || distances[row] === 0) return;
    const from = labels[row] ?? 0;
    counts[from] = (counts[from] ?? 0) - 1;
    counts[cluster] = 1;
    labels[row] = cluster;
    distances[row] = 0;
    next += 1;
  }
}

/** Moves each centroid to the mean of its rows; one without rows stays. */
function update(rows: Matrix, labels: Uint32Array, counts: Uint32Array, centroids: Float64Array): void {
  const d = rows.cols;
  counts.forEach((count, i) => { if (count > 0) centroids.fill(0, i * d, i * d + d); });
  labels.forEach((label, r) => {
    const from = r * d;
    const to = label * d;
    for (let j = 0; j < d; j++) centroids[to + j] = (centroids[to + j] ?? 0) + (rows.data[from + j] ?? 0);
  });
  counts.forEach((count, i) => { for (let j = i * d; count > 0 && j < i * d + d; j++) centroids[j] = (centroids[j] ?? 0) / count; });
}
