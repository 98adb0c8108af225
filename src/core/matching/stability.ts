import { InputError, invariant } from '../errors.ts';
import { Meter } from '../baselines/meter.ts';
import { Random } from '../random.ts';
import { pickRows, takeRows } from '../baselines/prepare.ts';
import { matrix } from '../tensor.ts';
import { assign, assignWork, EXACT_CONCEPTS } from './assignment.ts';
import { cosines } from './similarities.ts';
import type { Matrix } from '../tensor.ts';
import type { Similarities } from './similarities.ts';
import type { Work } from '../work.ts';

/** Points of the curve against energy that lie between two powers of two. */
const POINTS_PER_OCTAVE = 2;
/** Streams of random numbers: apart from those that dictionaries start from, or the null would be their own start. */
const DIRECTIONS = 2001;
const SAMPLE = 2002;

/** How the concepts of a dictionary come back in others. */
export interface StabilityReport {
  /** Mean over the others of the cosine with the matched atom `(c)`. */
  readonly perConcept: readonly number[];
  /** Mean of that over the concepts, for each of the others. */
  readonly mean: readonly number[];
  /** Mean of `perConcept` over the `top` concepts with most energy, for rising `top` up to c. */
  readonly curve: readonly { readonly top: number; readonly stability: number }[];
  readonly random: DirectionNull;
  /** True where every matching is proven to be the best. */
  readonly exact: boolean;
  /** The best matching's `mean` is at most this much higher, for each of the others; 0 where exact. */
  readonly gap: number;
  /** For each of the others, the atom that each concept is matched with `(c)`; −1 where none was left. */
  readonly matches: readonly Int32Array[];
}

/** Cosines of concepts with the matched atoms of a random dictionary. */
export interface DirectionNull {
  readonly mean: number;
  readonly quantile99: number;
  /** Concepts that it was computed for: all, or a random sample of them. */
  readonly concepts: number;
}

/** How a matching is to be computed. */
export interface MatchingOptions {
  /** Decides the random dictionary, and the sample of concepts where it is matched with a sample. */
  readonly seed: number;
  readonly work: Work;
  /** Concepts up to which the matching is exact by construction; 2 000 unless told. */
  readonly limit?: number | undefined;
}

/**
 * Stability of the atoms `reference` `(c, d)` in `others` `(c', d)`: `max_P (1/c)·Tr(Dᵀ P D')` over one-to-one matchings of unit
 * atoms, which is the mean matched cosine (method.md, "Metrics"). Where another dictionary has fewer atoms, the concepts that are left
 * count as 0: they did not come back. An atom of zero has cosine 0 with all. `energy` `(c)` orders the curve; of equal
 * ones the earlier concept comes first. Throws InputError without others, for atoms of different dimensions and for values that are not finite.
 */
export async function stability(reference: Matrix, others: readonly Matrix[], energy: ArrayLike<number>, options: MatchingOptions): Promise<StabilityReport> {
  const { work, limit = EXACT_CONCEPTS } = options;
  check(reference, others, energy);
  const c = reference.rows;
  const similarities = others.map((other) => cosines(reference, other));
  const meter = new Meter(work, [...similarities, nullShape(reference, limit)].reduce((sum, one) => sum + assignWork(one, limit), 0));

  const perConcept = new Float64Array(c);
  const mean: number[] = [];
  const matches: Int32Array[] = [];
  let gap = 0;
  for (const similarity of similarities) {
    const assignment = await assign(similarity, meter, limit);
    assignment.matched.forEach((cosine, i) => { perConcept[i] = (perConcept[i] ?? 0) + cosine / others.length; });
    mean.push(assignment.value / c);
    matches.push(assignment.columnOf);
    gap = Math.max(gap, assignment.gap / c);
  }
  const random = await directionNull(reference, options, meter);
  meter.finish();
  return { perConcept: Array.from(perConcept), mean, curve: curveAgainst(energy, perConcept), random, exact: gap === 0, gap, matches };
}

/**
 * The same matching of the atoms `reference` `(c, d)` with as many random directions (unit Gaussians): what stability would be by
 * chance. Above `limit` concepts, a random sample of concepts is matched with c random directions, so that `limit`² cosines are
 * computed; with less competition for the directions this null is a little higher than the one of all concepts, which errs on the safe side.
 */
export async function randomDirectionNull(reference: Matrix, options: MatchingOptions): Promise<DirectionNull> {
  const { work, limit = EXACT_CONCEPTS } = options;
  const meter = new Meter(work, assignWork(nullShape(reference, limit), limit));
  const result = await directionNull(reference, options, meter);
  meter.finish();
  return result;
}

function check(reference: Matrix, others: readonly Matrix[], energy: ArrayLike<number>): void {
  if (others.length === 0) throw new InputError('stability compares a dictionary with at least one other', { field: 'runs', fix: 'Train the same recipe with another seed.' });
  if (reference.rows === 0) throw new InputError('the dictionary has no concepts', { field: 'runs' });
  const odd = others.findIndex((other) => other.cols !== reference.cols);
  if (odd >= 0) {
    throw new InputError(`atoms have ${others[odd]?.cols} dimensions, those of the first dictionary ${reference.cols}`, { field: `dictionary ${odd + 2}`, fix: 'Compare dictionaries of one embedding space.' });
  }
  invariant(energy.length === reference.rows, `${energy.length} energies for ${reference.rows} concepts`);
}

/** Concepts and random directions whose cosines fit in `limit`². */
function nullShape({ rows: c, cols: d }: Matrix, limit: number): Pick<Similarities, 'rows' | 'cols' | 'depth'> {
  return { rows: Math.max(1, Math.min(c, Math.floor((limit * limit) / c))), cols: c, depth: d };
}

async function directionNull(reference: Matrix, { seed, limit = EXACT_CONCEPTS }: MatchingOptions, meter: Meter): Promise<DirectionNull> {
  const { rows: concepts } = nullShape(reference, limit);
  const sample = takeRows(reference, pickRows(reference.rows, concepts, new Random(seed, SAMPLE)));
  const { matched, value } = await assign(cosines(sample, await randomDirections(reference, new Random(seed, DIRECTIONS), meter)), meter, limit);
  return { mean: value / concepts, quantile99: quantile(matched.slice().sort(), 0.99), concepts };
}

/** As many Gaussian vectors as there are concepts: they point anywhere with the same probability. */
async function randomDirections({ rows, cols }: Matrix, random: Random, meter: Meter): Promise<Matrix> {
  const directions = matrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    for (let j = i * cols; j < (i + 1) * cols; j++) directions.data[j] = random.normal();
    // A normal number takes as long as some thirty multiply-adds.
    const wait = meter.spend(32 * cols);
    if (wait !== undefined) await wait;
  }
  return directions;
}

/** Quantile of ascending values, linear between two of them (NumPy's default). */
function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const low = ascending[Math.floor(at)] ?? Number.NaN;
  const high = ascending[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

function curveAgainst(energy: ArrayLike<number>, perConcept: Float64Array): { top: number; stability: number }[] {
  const order = Array.from(perConcept.keys()).sort((i, j) => (energy[j] ?? 0) - (energy[i] ?? 0) || i - j);
  const curve: { top: number; stability: number }[] = [];
  let sum = 0;
  let next = 1;
  order.forEach((concept, i) => {
    sum += perConcept[concept] ?? 0;
    const top = i + 1;
    if (top < next && top < order.length) return;
    curve.push({ top, stability: sum / top });
    next = Math.max(top + 1, Math.round(next * 2 ** (1 / POINTS_PER_OCTAVE)));
  });
  return curve;
}
