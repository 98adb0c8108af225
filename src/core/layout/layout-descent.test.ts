import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { LayoutDescent } from './layout-descent.ts';
import { gaussian } from './testing.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';

/** Few epochs: points that meet are thrown apart, so that differences of rounding grow a thousandfold in four. */
const [POINTS, EPOCHS, A, B] = [12, 14, 1.577, 0.895];

/** Every point with the next three, at weights from 1 to a hundredth. */
function graph(): FuzzyGraph {
  const edges = Array.from({ length: POINTS }, (_, i) => [1, 2, 3].map((step) => ({ i, j: (i + step) % POINTS, weight: Math.fround(1 / (1 + 0.7 * i * step)) })))
    .flat()
    .flatMap(({ i, j, weight }) => [{ i, j, weight }, { i: j, j: i, weight }]);
  return { heads: Uint32Array.from(edges, ({ i }) => i), tails: Uint32Array.from(edges, ({ j }) => j), weights: Float32Array.from(edges, ({ weight }) => weight) };
}

/** `optimize_layout_euclidean` of umap-learn, written plainly for lists of points. */
function reference({ heads, tails, weights }: FuzzyGraph, start: Float64Array, random: Random): number[][] {
  const points = Array.from({ length: POINTS }, (_, i) => [start[2 * i] ?? 0, start[2 * i + 1] ?? 0]);
  const edges = Array.from(heads, (head, e) => ({ head, tail: tails[e] ?? 0, every: Math.max(...weights) / (weights[e] ?? 0) })).filter(({ every }) => every <= EPOCHS);
  const state = edges.map(({ every }) => ({ next: every, nextNegative: every / 5 }));
  const clip = (value: number): number => Math.min(4, Math.max(-4, value));
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = 1 - epoch / EPOCHS;
    edges.forEach(({ head, tail, every }, e) => {
      const due = state[e] ?? { next: 0, nextNegative: 0 };
      if (due.next > epoch) return;
      const current = points[head] ?? [];
      const square = (other: readonly number[]): number => current.reduce((sum, value, axis) => sum + (value - (other[axis] ?? 0)) ** 2, 0);
      const other = points[tail] ?? [];
      const near = square(other);
      const pull = (-2 * A * B * near ** (B - 1)) / (1 + A * near ** B);
      for (const axis of [0, 1]) {
        const step = rate * clip(pull * ((current[axis] ?? 0) - (other[axis] ?? 0)));
        current[axis] = (current[axis] ?? 0) + step;
        other[axis] = (other[axis] ?? 0) - step;
      }
      due.next += every;
      const negatives = Math.floor((epoch - due.nextNegative) / (every / 5));
      for (let s = 0; s < negatives; s++) {
        const chosen = random.below(POINTS);
        if (chosen === head) continue;
        const away = points[chosen] ?? [];
        const far = square(away);
        const push = (2 * B) / ((0.001 + far) * (1 + A * far ** B));
        for (const axis of [0, 1]) current[axis] = (current[axis] ?? 0) + rate * clip(push * ((current[axis] ?? 0) - (away[axis] ?? 0)));
      }
      due.nextNegative += negatives * (every / 5);
    });
  }
  return points;
}

describe('LayoutDescent', () => {
  it.each([1, 7, 1000])('takes the steps of umap-learn, in pieces of %i edges', (piece) => {
    const positions = Float64Array.from(gaussian(POINTS, 2, 1).data, (value) => 5 * value);
    const expected = reference(graph(), positions, new Random(4)).flat();
    const descent = new LayoutDescent(graph(), positions, { a: A, b: B, epochs: EPOCHS, random: new Random(4) });
    let work = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      for (let from = 0; from < descent.edges; from += piece) work += descent.step(epoch, from, Math.min(from + piece, descent.edges));
    }
    expected.forEach((value, at) => { expect(positions[at]).toBeCloseTo(value, 9); });
    expect(work).toBeGreaterThan(0);
  });

  it('leaves out edges too light to be drawn', () => {
    const two: FuzzyGraph = { heads: Uint32Array.of(0, 1, 1, 2), tails: Uint32Array.of(1, 0, 2, 1), weights: Float32Array.of(1, 1, 0.09, 0.09) };
    const options = { a: A, b: B, random: new Random(1) };
    expect(new LayoutDescent(two, new Float64Array(6), { ...options, epochs: 10 }).edges).toBe(2);
    expect(new LayoutDescent(two, new Float64Array(6), { ...options, epochs: 20 }).edges).toBe(4);
  });
});
