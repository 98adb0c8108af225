import { Meter } from '../baselines/meter.ts';
import { InputError, invariant } from '../errors.ts';
import { Random } from '../random.ts';
import { fitCurve } from './curve.ts';
import { fitSquare } from './fit-square.ts';
import { fuzzyGraph, fuzzyWork } from './fuzzy-graph.ts';
import { LayoutDescent } from './layout-descent.ts';
import type { Work } from '../work.ts';
import type { NeighbourGraph } from './nearest-neighbours.ts';

export interface UmapOptions {
  readonly seed: number;
  /** umap-learn's `n_neighbors`, which counts the point itself: the first `neighbours − 1` of the graph are used, all where it has fewer. */
  readonly neighbours: number;
  /** How near points may come, where 1 is the spread of the layout before it is scaled. */
  readonly minDist: number;
  /** 500 up to 10 000 points and 200 beyond, unless given. */
  readonly epochs?: number;
  /** `(n, 2)` in about [-1, 1]²: where the points start, spread tenfold and shaken a little. */
  readonly initial: Float32Array;
}

/** Random streams: how the start is shaken, and which points are pushed away. */
const SHAKE_STREAM = 3001;
const REPULSION_STREAM = 3002;
/** Half the width of the start and the deviation of its noise, as umap-learn has them. */
const WIDTH = 10;
const NOISE = 1e-4;
/** Edges looked at between two looks at the meter: at most a few milliseconds. */
const PIECE = 4096;

/**
 * UMAP (McInnes, Healy and Melville 2018, arXiv 1802.03426) of a graph of neighbours: fuzzy union, then descent on edges drawn by their
 * weight with 5 points pushed away for each. Returns points `(n, 2)` that fill [-1, 1]² without distortion. The same graph, options and
 * JavaScript engine give the same bits. Throws InputError for `neighbours` below 2, `minDist` outside [0, 1] and `epochs` below 1.
 */
export async function umap(graph: NeighbourGraph, options: UmapOptions, work: Work): Promise<Float32Array> {
  const { seed, neighbours, minDist, initial } = options;
  const n = initial.length / 2;
  const epochs = options.epochs ?? (n <= 10_000 ? 500 : 200);
  if (!Number.isInteger(neighbours) || neighbours < 2) throw new InputError(`UMAP with ${neighbours} neighbours: it has to be a whole number of at least 2`, { field: 'neighbours' });
  if (!(minDist >= 0 && minDist <= 1)) throw new InputError(`UMAP with a least distance of ${minDist}: it has to be from 0 to 1`, { field: 'minDist' });
  if (!Number.isInteger(epochs) || epochs < 1) throw new InputError(`UMAP with ${epochs} epochs: it has to be a whole number of at least 1`, { field: 'epochs' });
  invariant(graph.indices.length === n * graph.k && graph.distances.length === n * graph.k, `graph of another size than ${n} points`);
  const k = Math.min(neighbours - 1, graph.k);

  const random = new Random(seed, SHAKE_STREAM);
  const positions = Float64Array.from(initial, (value) => WIDTH * value + NOISE * random.normal());
  if (k > 0) {
    const fuzzy = fuzzyWork(n, k);
    // A guess of how many edges there are and how many of them are drawn: the bar need not be exact before it is known.
    const meter = new Meter(work, fuzzy + epochs * LayoutDescent.workOf(1.5 * n * k));
    const descent = new LayoutDescent(await fuzzyGraph(graph, n, k, meter), positions, { ...fitCurve(minDist), epochs, random: new Random(seed, REPULSION_STREAM) });
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let from = 0; from < descent.edges; from += PIECE) {
        const wait = meter.spend(descent.step(epoch, from, Math.min(from + PIECE, descent.edges)));
        if (wait !== undefined) await wait;
      }
    }
    meter.finish();
  }
  return Float32Array.from(fitSquare(positions));
}
