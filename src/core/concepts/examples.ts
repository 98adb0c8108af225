import { invariant } from '../errors.ts';
import { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';

/** An item and how a concept sees it: its activation (0 where it is not active) and its pre-code. */
export interface Example {
  readonly item: number;
  readonly activation: number;
  readonly precode: number;
}

/** Examples of a concept among the items of one modality. */
export interface ConceptExamples {
  readonly top: readonly Example[];
  /** Of the active items, by activation: the one nearest to the quantile's rank. */
  readonly quantiles: readonly { readonly quantile: number; readonly example: Example }[];
  readonly random: readonly Example[];
  /** Not active, with the highest pre-code above 0. */
  readonly nearMisses: readonly Example[];
}

const QUANTILES = [0.9, 0.75, 0.5, 0.25, 0.1];
/** Stream of the seeded choice of random examples, apart from those of training (core/random.ts). */
const STREAM = 3001;
/** Active items whose mean says what "near the concept" means. */
const CORE = 32;

/**
 * Examples of one concept: `activations` and `precodes` `(n)`, `count` of each kind. Random ones are drawn among the active items
 * without repetition, the same for the same seed. Near misses are the inactive items next under θ; where the activation has no θ
 * (`topk`, `mp`) those that came nearest to being active.
 */
export function conceptExamples(activations: Float32Array, precodes: Float32Array, { count, seed }: { readonly count: number; readonly seed: number }): ConceptExamples {
  invariant(activations.length === precodes.length, `${activations.length} activations and ${precodes.length} pre-codes`);
  const example = (item: number): Example => ({ item, activation: activations[item] ?? 0, precode: precodes[item] ?? 0 });
  const active = activeItems(activations);
  const missed = largest(precodes, count, (item) => (activations[item] ?? 0) === 0 && (precodes[item] ?? 0) > 0);
  return {
    top: active.slice(0, count).map(example),
    quantiles: active.length === 0 ? [] : QUANTILES.map((quantile) => ({ quantile, example: example(active[ranked(quantile, active.length)] ?? 0) })),
    random: drawn(active, count, seed).map(example),
    nearMisses: missed.map(example),
  };
}

/** Place, counted from the highest, of a quantile among n values: the nearest, halves towards the higher value. */
function ranked(quantile: number, n: number): number {
  return n - 1 - Math.round(quantile * (n - 1));
}

/** Items with an activation above 0, highest first, ties by item. */
function activeItems(activations: Float32Array): number[] {
  const items: number[] = [];
  for (let i = 0; i < activations.length; i++) if ((activations[i] ?? 0) > 0) items.push(i);
  return items.sort((a, b) => (activations[b] ?? 0) - (activations[a] ?? 0) || a - b);
}

/**
 * The closest items without the concept: not active, with the highest cosine to the mean of the (at most 32) strongest active rows of
 * x `(n, d)`. Empty where nothing is active.
 */
export function negativeExamples(x: Matrix, activations: Float32Array, count: number): { readonly item: number; readonly cosine: number }[] {
  invariant(activations.length === x.rows, `${activations.length} activations of ${x.rows} rows`);
  const core = largest(activations, CORE, (item) => (activations[item] ?? 0) > 0);
  if (core.length === 0) return [];
  const mean = new Float64Array(x.cols);
  for (const item of core) for (let t = 0; t < x.cols; t++) mean[t] = (mean[t] ?? 0) + (x.data[item * x.cols + t] ?? 0);
  const length = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0)) || 1;
  const cosines = new Float32Array(x.rows);
  for (let r = 0; r < x.rows; r++) {
    let dot = 0;
    let squares = 0;
    for (let t = 0, at = r * x.cols; t < x.cols; t++, at++) {
      const value = x.data[at] ?? 0;
      dot += value * (mean[t] ?? 0);
      squares += value * value;
    }
    cosines[r] = squares === 0 ? 0 : dot / (Math.sqrt(squares) * length);
  }
  return largest(cosines, count, (item) => (activations[item] ?? 0) === 0).map((item) => ({ item, cosine: cosines[item] ?? 0 }));
}

/** Numbers of the `count` largest values that `wanted` takes, largest first, ties by number: one pass, no sort of all. */
export function largest(values: ArrayLike<number>, count: number, wanted: (i: number) => boolean): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    const last = best.length < count ? -Infinity : (values[best[count - 1] ?? 0] ?? 0);
    if (!(value > last) || !wanted(i)) continue;
    let at = best.length;
    while (at > 0 && value > (values[best[at - 1] ?? 0] ?? 0)) at--;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** `count` of `items`, each at most once (the first steps of a Fisher–Yates shuffle). */
function drawn(items: readonly number[], count: number, seed: number): number[] {
  const random = new Random(seed, STREAM);
  const pool = [...items];
  const n = Math.min(count, pool.length);
  for (let i = 0; i < n; i++) {
    const j = i + random.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j] ?? 0, pool[i] ?? 0];
  }
  return pool.slice(0, n);
}
