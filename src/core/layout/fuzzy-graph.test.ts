import { describe, expect, it } from 'vitest';
import { Meter } from '../baselines/meter.ts';
import { rowOf } from '../tensor.ts';
import { uninterrupted } from '../work.ts';
import { fuzzyGraph, type FuzzyGraph } from './fuzzy-graph.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { gaussian } from './testing.ts';

const meter = new Meter(uninterrupted, 1);

function dense({ heads, tails, weights }: FuzzyGraph, n: number): number[][] {
  const square = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  weights.forEach((weight, e) => {
    const row = square[heads[e] ?? 0] ?? [];
    expect(row[tails[e] ?? 0], 'an edge is there once').toBe(0);
    row[tails[e] ?? 0] = weight;
  });
  return square;
}

describe('fuzzyGraph', () => {
  it('is the union of what each row sees, with memberships that add up to log₂(k + 1)', async () => {
    const [n, k] = [50, 6];
    const graph = await nearestNeighbours(gaussian(n, 5, 1), 9, uninterrupted);
    // Each row's own view, written plainly: the scale by which its memberships add up.
    const own = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let i = 0; i < n; i++) {
      const far = Array.from(graph.distances.subarray(i * 9, i * 9 + k));
      const view = (sigma: number): number[] => far.map((distance) => Math.exp(-Math.max(0, distance - Math.min(...far)) / sigma));
      const sum = (sigma: number): number => view(sigma).reduce((total, value) => total + value, 0);
      let [low, high] = [1e-6, 1e3];
      for (let step = 0; step < 100; step++) {
        const middle = Math.sqrt(low * high);
        if (sum(middle) > Math.log2(k + 1)) high = middle;
        else low = middle;
      }
      view(low).forEach((value, j) => { (own[i] ?? [])[graph.indices[i * 9 + j] ?? 0] = value; });
    }
    const union = dense(await fuzzyGraph(graph, n, k, meter), n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const [a, b] = [own[i]?.[j] ?? 0, own[j]?.[i] ?? 0];
        expect(union[i]?.[j]).toBeCloseTo(a + b - a * b, 4);
        expect(union[i]?.[j]).toBe(union[j]?.[i]);
      }
    }
  });

  it('has weights in (0, 1] for repeated rows too', async () => {
    const x = gaussian(20, 4, 2);
    for (let r = 1; r < 12; r++) rowOf(x, r).set(rowOf(x, 0));
    const graph = await nearestNeighbours(x, 5, uninterrupted);
    const { weights } = await fuzzyGraph(graph, 20, 5, meter);
    for (const weight of weights) expect(weight > 0 && weight <= 1).toBe(true);
  });
});
