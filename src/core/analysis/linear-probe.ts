import type { SampledRow } from './row-sample.ts';

/** A row with its class and the part of the data it belongs to. */
export interface ProbeRow {
  readonly x: ArrayLike<number>;
  readonly image: boolean;
  readonly heldOut: boolean;
}

export interface LinearProbe {
  /** `(d)` normal of the plane, towards the images. */
  readonly direction: Float64Array;
  /** Mean of the shares of held-out images and texts on their side of the plane; 0.5 is chance. */
  readonly accuracy: number;
}

/** Samples of both modalities as rows of a probe. */
export function probeRows(images: readonly SampledRow[], texts: readonly SampledRow[]): ProbeRow[] {
  const rows = (sample: readonly SampledRow[], image: boolean): ProbeRow[] => sample.map(({ x, heldOut }) => ({ x, image, heldOut }));
  return [...rows(images, true), ...rows(texts, false)];
}

/** Ridge as a share of the mean variance: enough for more dimensions than rows, too little to matter otherwise. */
const RIDGE = 1e-4;
/** Steps of conjugate gradients at most; far fewer reach the tolerance where the spectrum is benign. */
const MAX_STEPS = 100;
const TOLERANCE = 1e-6;

/**
 * Linear separability of two modalities: a least-squares probe on ±1 with both classes weighing the same (Fisher's discriminant with
 * the pooled covariance and a ridge), fitted by conjugate gradients on the rows that are not held out, scored on those that are.
 * Null when a class is missing on either side.
 */
export function linearProbe(rows: readonly ProbeRow[], d: number): LinearProbe | null {
  const training = rows.filter((row) => !row.heldOut);
  const tested = rows.filter((row) => row.heldOut);
  if (![training, tested].every((part) => part.some((row) => row.image) && part.some((row) => !row.image))) return null;

  const weights = classWeights(training);
  const centre = new Float64Array(d);
  for (const [r, { x }] of training.entries()) for (let t = 0; t < d; t++) centre[t] = (centre[t] ?? 0) + (weights[r] ?? 0) * (x[t] ?? 0);
  const target = new Float64Array(d);
  let variance = 0;
  for (const [r, { x, image }] of training.entries()) {
    const weight = weights[r] ?? 0;
    for (let t = 0; t < d; t++) {
      const value = (x[t] ?? 0) - (centre[t] ?? 0);
      target[t] = (target[t] ?? 0) + (image ? weight : -weight) * value;
      variance += weight * value * value;
    }
  }
  const direction = solve(training, weights, centre, target, (RIDGE * variance) / d);

  const side = (row: ProbeRow): boolean => along(row.x, centre, direction) > 0;
  const share = (image: boolean): number => {
    const those = tested.filter((row) => row.image === image);
    return those.filter((row) => side(row) === image).length / those.length;
  };
  return { direction, accuracy: (share(true) + share(false)) / 2 };
}

/** Weights that add up to 1/2 in each class. */
function classWeights(rows: readonly ProbeRow[]): Float64Array {
  const images = rows.filter((row) => row.image).length;
  return Float64Array.from(rows, ({ image }) => 0.5 / (image ? images : rows.length - images));
}

/** Conjugate gradients for `(Σ w·x·xᵀ + ridge)·direction = target`, x less the centre. */
function solve(rows: readonly ProbeRow[], weights: Float64Array, centre: Float64Array, target: Float64Array, ridge: number): Float64Array {
  const d = target.length;
  const direction = new Float64Array(d);
  const residual = target.slice();
  const p = target.slice();
  let left = dot(residual, residual);
  const enough = left * TOLERANCE ** 2;
  for (let step = 0; step < MAX_STEPS && left > enough; step++) {
    const product = p.map((value) => ridge * value);
    for (const [r, { x }] of rows.entries()) {
      const factor = (weights[r] ?? 0) * along(x, centre, p);
      for (let t = 0; t < d; t++) product[t] = (product[t] ?? 0) + factor * ((x[t] ?? 0) - (centre[t] ?? 0));
    }
    const length = left / dot(p, product);
    for (let t = 0; t < d; t++) {
      direction[t] = (direction[t] ?? 0) + length * (p[t] ?? 0);
      residual[t] = (residual[t] ?? 0) - length * (product[t] ?? 0);
    }
    const next = dot(residual, residual);
    for (let t = 0; t < d; t++) p[t] = (residual[t] ?? 0) + (next / left) * (p[t] ?? 0);
    left = next;
  }
  return direction;
}

function along(x: ArrayLike<number>, centre: Float64Array, direction: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < direction.length; t++) sum += ((x[t] ?? 0) - (centre[t] ?? 0)) * (direction[t] ?? 0);
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += (a[t] ?? 0) * (b[t] ?? 0);
  return sum;
}
