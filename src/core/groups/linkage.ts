import { invariant } from '../errors.ts';
import type { Work } from '../work.ts';

/** Two clusters that become one. Points are 0 … n − 1, the cluster of the m-th merge is n + m (scipy's numbering). */
export interface Merge {
  /** The smaller number. */
  readonly a: number;
  readonly b: number;
  /** Mean distance between the members of both. */
  readonly height: number;
  /** Points in the new cluster. */
  readonly size: number;
}

/** A merge as it was found: two points that stand for their clusters, low < high. */
interface Found {
  readonly low: number;
  readonly high: number;
  readonly height: number;
}

/** Place of the distance of i < j in a condensed matrix of n points. */
export function condensedIndex(n: number, i: number, j: number): number {
  return (i * (2 * n - i - 1)) / 2 + (j - i - 1);
}

/**
 * Average linkage (UPGMA) of n points by the nearest-neighbour chain (Müllner, arXiv 1109.2378, §3.1), O(n²): `distance` is the condensed
 * upper triangle, n(n − 1)/2 finite values, and is overwritten. Merges come by rising height, ties in the order they were found, as
 * `scipy.cluster.hierarchy.linkage(…, 'average')` has them, but with means rounded to float32. Throws what `work.pause` throws.
 */
export async function averageLinkage(n: number, distance: Float32Array, work: Work): Promise<Merge[]> {
  invariant(distance.length === (n * (n - 1)) / 2, `${distance.length} distances of ${n} points`);
  const sizes = new Uint32Array(n).fill(1);
  // Points that stand for a cluster, rising: what is gone need not be looked at.
  const living = Uint32Array.from({ length: n }, (_, i) => i);
  const chain = new Uint32Array(n);
  const found: Found[] = [];
  let depth = 0;
  for (let left = n; left > 1; left--) {
    if (depth === 0) chain[depth++] = living[0] ?? 0;
    for (;;) {
      const x = chain[depth - 1] ?? 0;
      const before = depth > 1 ? (chain[depth - 2] ?? -1) : -1;
      const y = nearest(distance, n, living, left, x, before);
      if (y === before) break;
      chain[depth++] = y;
    }
    depth -= 2;
    const [p, q] = [chain[depth] ?? 0, chain[depth + 1] ?? 0];
    const [low, high] = p < q ? [p, q] : [q, p];
    found.push({ low, high, height: distance[condensedIndex(n, low, high)] ?? 0 });
    living.copyWithin(living.indexOf(low), living.indexOf(low) + 1, left);
    join(distance, n, living, left - 1, sizes, low, high);
    work.progress(found.length, n - 1);
    const paused = work.pause();
    if (paused !== undefined) await paused;
  }
  return numbered(n, found);
}

/** The living point nearest to x. `before` (or −1) wins ties, or the chain would never end; then the smallest number. */
function nearest(distance: Float32Array, n: number, living: Uint32Array, left: number, x: number, before: number): number {
  let best = before;
  let least = before < 0 ? Infinity : (distance[between(n, x, before)] ?? Infinity);
  for (let l = 0; l < left; l++) {
    const i = living[l] ?? 0;
    if (i === x) continue;
    const one = distance[between(n, x, i)] ?? Infinity;
    if (one < least || best < 0) {
      least = one;
      best = i;
    }
  }
  return best;
}

/** Merges the cluster of `low` into that of `high`: distances to the new one are the means, weighted by size. */
function join(distance: Float32Array, n: number, living: Uint32Array, left: number, sizes: Uint32Array, low: number, high: number): void {
  const [a, b] = [sizes[low] ?? 0, sizes[high] ?? 0];
  for (let l = 0; l < left; l++) {
    const i = living[l] ?? 0;
    if (i === high) continue;
    const at = between(n, high, i);
    distance[at] = (a * (distance[between(n, low, i)] ?? 0) + b * (distance[at] ?? 0)) / (a + b);
  }
  sizes[high] = a + b;
}

function between(n: number, i: number, j: number): number {
  return i < j ? condensedIndex(n, i, j) : condensedIndex(n, j, i);
}

/** Sorts merges by height and gives clusters their numbers. */
function numbered(n: number, found: readonly Found[]): Merge[] {
  const parent = Uint32Array.from({ length: n }, (_, i) => i);
  const cluster = parent.slice();
  const sizes = new Uint32Array(2 * n).fill(1);
  const root = (point: number): number => {
    let at = point;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0;
      at = parent[at] ?? 0;
    }
    return at;
  };
  const order = found.toSorted((p, q) => p.height - q.height);
  return order.map(({ low, high, height }, step) => {
    const [p, q] = [root(low), root(high)];
    const [one, two] = [cluster[p] ?? 0, cluster[q] ?? 0];
    const size = (sizes[one] ?? 0) + (sizes[two] ?? 0);
    parent[p] = q;
    cluster[q] = n + step;
    sizes[n + step] = size;
    return { a: Math.min(one, two), b: Math.max(one, two), height, size };
  });
}
