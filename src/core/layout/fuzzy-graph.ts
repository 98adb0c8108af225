import type { Meter } from '../baselines/meter.ts';
import type { NeighbourGraph } from './nearest-neighbours.ts';

/** A symmetric weighted graph: every edge is there from both of its ends, heads rising. */
export interface FuzzyGraph {
  readonly heads: Uint32Array;
  readonly tails: Uint32Array;
  /** In (0, 1]. */
  readonly weights: Float32Array;
}

/** umap-learn's SMOOTH_K_TOLERANCE, MIN_K_DIST_SCALE and number of bisections. */
const TOLERANCE = 1e-5;
const LEAST_SCALE = 1e-3;
const BISECTIONS = 64;
/** A bisection's exponential, in multiply-adds. */
const COST = 10;

/** Operations of `fuzzyGraph`, for a progress bar. */
export function fuzzyWork(n: number, k: number): number {
  return n * k * COST * 20;
}

/**
 * The fuzzy union a + b − ab of the rows' own views of the first `k` of their neighbours (McInnes et al. 2018, algorithms 2 and 3). To row i
 * its neighbour at distance δ is `exp(−max(0, δ − ρ)/σ)` near, with ρ the least distance above 0 and σ such that those add up to log₂(k + 1):
 * umap-learn counts a point among its own neighbours, and k leaves it out.
 */
export async function fuzzyGraph(graph: NeighbourGraph, n: number, k: number, meter: Meter): Promise<FuzzyGraph> {
  const own = await memberships(graph, n, k, meter);
  const { starts, sources, values } = transposed(graph, own, n, k);
  const heads = new Uint32Array(2 * n * k);
  const tails = new Uint32Array(2 * n * k);
  const weights = new Float32Array(2 * n * k);
  /** Where the current row's edge to a point is, plus 1; older entries are below `first`. */
  const place = new Uint32Array(n);
  let size = 0;
  for (let i = 0; i < n; i++) {
    const first = size;
    for (let j = 0; j < k; j++) {
      const tail = graph.indices[i * graph.k + j] as number;
      tails[size] = tail;
      weights[size] = own[i * k + j] as number;
      size += 1;
      place[tail] = size;
    }
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const tail = sources[at] as number;
      const back = values[at] as number;
      const there = (place[tail] as number) - 1;
      if (there >= first) {
        const forth = weights[there] as number;
        weights[there] = forth + back - forth * back;
      } else {
        tails[size] = tail;
        weights[size] = back;
        size += 1;
      }
    }
    heads.fill(i, first, size);
  }
  return { heads: heads.subarray(0, size), tails: tails.subarray(0, size), weights: weights.subarray(0, size) };
}

/** `(n, k)`: how near each neighbour is to each row. */
async function memberships(graph: NeighbourGraph, n: number, k: number, meter: Meter): Promise<Float32Array> {
  const values = new Float32Array(n * k);
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) sum += graph.distances[i * graph.k + j] as number;
  const meanOfAll = sum / (n * (k + 1));
  for (let i = 0; i < n; i++) {
    const row = graph.distances.subarray(i * graph.k, i * graph.k + k);
    let rho = 0;
    let total = 0;
    for (let j = k - 1; j >= 0; j--) {
      const distance = row[j] as number;
      total += distance;
      if (distance > 0) rho = distance;
    }
    const sigma = Math.max(bandwidth(row, rho), LEAST_SCALE * (rho > 0 ? total / (k + 1) : meanOfAll));
    for (let j = 0; j < k; j++) {
      const beyond = (row[j] as number) - rho;
      values[i * k + j] = beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    const wait = meter.spend(20 * COST * k);
    if (wait !== undefined) await wait;
  }
  return values;
}

/** σ by bisection. */
function bandwidth(row: Float32Array, rho: number): number {
  const target = Math.log2(row.length + 1);
  let low = 0;
  let high = Infinity;
  let sigma = 1;
  for (let step = 0; step < BISECTIONS; step++) {
    let sum = 0;
    for (let j = 0; j < row.length; j++) {
      const beyond = (row[j] as number) - rho;
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = sigma;
    else low = sigma;
    sigma = high === Infinity ? 2 * sigma : (low + high) / 2;
  }
  return sigma;
}

/** For each point, who has it as a neighbour (rising) and how near it is to them. */
function transposed(graph: NeighbourGraph, own: Float32Array, n: number, k: number): { starts: Uint32Array; sources: Uint32Array; values: Float32Array } {
  const starts = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const to = (graph.indices[i * graph.k + j] as number) + 1;
      starts[to] = (starts[to] as number) + 1;
    }
  }
  for (let i = 0; i < n; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const next = starts.slice(0, n);
  const sources = new Uint32Array(n * k);
  const values = new Float32Array(n * k);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const to = graph.indices[i * graph.k + j] as number;
      const at = next[to] as number;
      next[to] = at + 1;
      sources[at] = i;
      values[at] = own[i * k + j] as number;
    }
  }
  return { starts, sources, values };
}
