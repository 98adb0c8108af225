import type { Random } from '../random.ts';
import type { FuzzyGraph } from './fuzzy-graph.ts';

/** Points pushed away for each edge drawn. */
const NEGATIVES = 5;
/** Largest component of a gradient. */
const CLIP = 4;
/** Keeps the push finite where two points meet. */
const NEAR = 1e-3;
/** An edge drawn with its pushes, and one passed over, in multiply-adds. */
const DRAWN = 400;
const PASSED = 2;

/**
 * Stochastic descent of UMAP's layout as umap-learn's `optimize_layout_euclidean` does it: an edge of weight w is drawn in a share w/max w of
 * the epochs, evenly spread; both ends move together, and the head away from 5 random points; the rate falls from 1 to 0.
 */
export class LayoutDescent {
  readonly edges: number;
  readonly #positions: Float64Array;
  readonly #a: number;
  readonly #b: number;
  readonly #epochs: number;
  readonly #random: Random;
  readonly #heads: Uint32Array;
  readonly #tails: Uint32Array;
  /** Epochs between two draws of an edge, and when it is drawn next; likewise of its pushes. */
  readonly #interval: Float64Array;
  readonly #next: Float64Array;
  readonly #nextNegative: Float64Array;

  /** `positions` `(n, 2)` are moved in place. Edges too light to be drawn within `epochs` are left out. */
  constructor(graph: FuzzyGraph, positions: Float64Array, options: { readonly a: number; readonly b: number; readonly epochs: number; readonly random: Random }) {
    const { heads, tails, weights } = graph;
    let largest = 0;
    for (let e = 0; e < weights.length; e++) largest = Math.max(largest, weights[e] as number);
    const least = largest / options.epochs;
    let edges = 0;
    for (let e = 0; e < weights.length; e++) if ((weights[e] as number) >= least) edges += 1;
    this.edges = edges;
    this.#heads = new Uint32Array(edges);
    this.#tails = new Uint32Array(edges);
    this.#interval = new Float64Array(edges);
    this.#nextNegative = new Float64Array(edges);
    for (let e = 0, at = 0; e < weights.length; e++) {
      if (!((weights[e] as number) >= least)) continue;
      this.#heads[at] = heads[e] as number;
      this.#tails[at] = tails[e] as number;
      this.#interval[at] = largest / (weights[e] as number);
      this.#nextNegative[at] = (this.#interval[at] as number) / NEGATIVES;
      at += 1;
    }
    this.#next = this.#interval.slice();
    this.#positions = positions;
    this.#a = options.a;
    this.#b = options.b;
    this.#epochs = options.epochs;
    this.#random = options.random;
  }

  /** Operations that an epoch with so many edges is expected to take. */
  static workOf(edges: number): number {
    return edges * (PASSED + DRAWN / 3);
  }

  /** Edges `from … to − 1` in one epoch; returns how much work it was. */
  step(epoch: number, from: number, to: number): number {
    const next = this.#next;
    const interval = this.#interval;
    const rate = 1 - epoch / this.#epochs;
    let drawn = 0;
    for (let e = from; e < to; e++) {
      if ((next[e] as number) > epoch) continue;
      next[e] = (next[e] as number) + (interval[e] as number);
      this.#pull(e, rate);
      this.#push(e, epoch, rate);
      drawn += 1;
    }
    return PASSED * (to - from) + DRAWN * drawn;
  }

  #pull(e: number, rate: number): void {
    const positions = this.#positions;
    const head = 2 * (this.#heads[e] as number);
    const tail = 2 * (this.#tails[e] as number);
    const dx = (positions[head] as number) - (positions[tail] as number);
    const dy = (positions[head + 1] as number) - (positions[tail + 1] as number);
    const square = dx * dx + dy * dy;
    if (square === 0) return;
    const power = this.#a * raised(square, this.#b);
    const factor = (-2 * this.#b * power) / (square * (1 + power));
    const x = clip(factor * dx) * rate;
    const y = clip(factor * dy) * rate;
    positions[head] = (positions[head] as number) + x;
    positions[head + 1] = (positions[head + 1] as number) + y;
    positions[tail] = (positions[tail] as number) - x;
    positions[tail + 1] = (positions[tail + 1] as number) - y;
  }

  #push(e: number, epoch: number, rate: number): void {
    const positions = this.#positions;
    const a = this.#a;
    const b = this.#b;
    const points = positions.length / 2;
    const head = 2 * (this.#heads[e] as number);
    const each = (this.#interval[e] as number) / NEGATIVES;
    const count = Math.floor((epoch - (this.#nextNegative[e] as number)) / each);
    this.#nextNegative[e] = (this.#nextNegative[e] as number) + count * each;
    let px = positions[head] as number;
    let py = positions[head + 1] as number;
    for (let s = 0; s < count; s++) {
      const other = 2 * this.#random.below(points);
      const dx = px - (positions[other] as number);
      const dy = py - (positions[other + 1] as number);
      const square = dx * dx + dy * dy;
      // The point itself, or one on top of it, which has no direction to be pushed in.
      if (other === head || square === 0) continue;
      const factor = (2 * b) / ((NEAR + square) * (1 + a * raised(square, b)));
      px += clip(factor * dx) * rate;
      py += clip(factor * dy) * rate;
    }
    positions[head] = px;
    positions[head + 1] = py;
  }
}

/** `base^exponent` of a positive base: a third of the time of `**`. */
function raised(base: number, exponent: number): number {
  return Math.exp(exponent * Math.log(base));
}

function clip(value: number): number {
  return value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
}
