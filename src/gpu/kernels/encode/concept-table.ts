import { InputError, invariant } from '../../../core/errors.ts';
import { constantScale } from '../../../core/norm.ts';
import { paddedWidth } from '../../buffers.ts';
import type { Activation, Comparator, Dictionary } from '../../../core/dictionary.ts';

/** Activations that are a threshold on each pre-code. */
export type ThresholdActivation = Extract<Activation, { kind: 'relu' | 'batchtopk' | 'jumprelu' }>;

/** Magnitudes from here on could overflow in 32-bit sums. */
export const MAX_MAGNITUDE = 2 ** 60;

/** Floats of one Concept in encode.wgsl. */
const FIELDS = 12;

/** What the kernel knows of each concept. */
export interface ConceptTable {
  /** `(c, 12)`. */
  readonly data: Float32Array<ArrayBuffer>;
  /** −1 when the weights are negated, for a negative factor of the `constant` norm. */
  readonly sign: 1 | -1;
  readonly cmp: Comparator;
}

/**
 * Sums that the kernel needs of each concept, so that it multiplies the embedding as it is: with
 * `norm(x) = factor·(x − mean − shift)`, `pre = factor·(x·W − mean·W − shift·ΣW) + b_enc − b_pre·W`. Sums are float64 and are
 * stored as pairs of floats: subtracting b_pre or the mean from x in float32 would lose what codes near 0 need.
 * Throws InputError when θ is unknown or not a number, or when weights are not finite.
 */
export function conceptTable(dictionary: Dictionary, act: ThresholdActivation): ConceptTable {
  const { c, d, W_enc, b_enc, b_pre, norm } = dictionary;
  invariant(W_enc.length === d * c && (b_enc.length === c || b_enc.length === 0) && b_pre.length === d, 'shapes of the encoder');
  const sign = norm.kind === 'constant' && constantScale(norm) < 0 ? -1 : 1;
  const bias = new Float64Array(c);
  bias.set(b_enc);
  const mean = new Float64Array(c);
  const column = new Float64Array(c);
  const reach = new Float64Array(c);
  for (let i = 0; i < d; i++) {
    const b = b_pre[i] ?? 0;
    const m = sign * (norm.mean?.[i] ?? 0);
    for (let j = 0; j < c; j++) {
      const w = W_enc[i * c + j] ?? 0;
      bias[j] = (bias[j] ?? 0) - b * w;
      mean[j] = (mean[j] ?? 0) - m * w;
      column[j] = (column[j] ?? 0) + sign * w;
      reach[j] = (reach[j] ?? 0) + Math.abs(w);
    }
  }

  const data = new Float32Array(c * FIELDS);
  for (let j = 0; j < c; j++) {
    const theta = thetaOf(act, j);
    const silent = !(theta < MAX_MAGNITUDE);
    const reachable = silent ? 0 : theta;
    const b = bias[j] ?? 0;
    const m = mean[j] ?? 0;
    const l1 = reach[j] ?? 0;
    if (!(Math.abs(b) < MAX_MAGNITUDE && Math.abs(m) < MAX_MAGNITUDE && l1 < MAX_MAGNITUDE)) {
      throw new InputError(`the encoder weights of concept ${j} are not finite or too large`, {
        field: 'W_enc',
        fix: 'Export the dictionary again.',
      });
    }
    const at = j * FIELDS;
    for (const [k, value] of [b, reachable, column[j] ?? 0, m].entries()) writePair(data, at + 2 * k, value);
    // A floor keeps the fixed-point unit of a dead concept from overflowing; see `refine` in encode.wgsl.
    data[at + 8] = Math.max(l1 * ROUND_UP, 2 ** -20);
    data[at + 9] = (Math.abs(b) + reachable) * ROUND_UP;
    data[at + 10] = Math.abs(m) * ROUND_UP;
    data[at + 11] = silent ? 1 : 0;
  }
  return { data, sign, cmp: act.kind === 'relu' ? '>' : act.cmp };
}

/** More than any rounding to float32 takes away. */
const ROUND_UP = 1 + 2 ** -20;

/** θ of concept j; a negative one means 0, since codes are `relu(pre)·[relu(pre) cmp θ]`. */
function thetaOf(act: ThresholdActivation, j: number): number {
  if (act.kind === 'relu') return 0;
  const theta = act.kind === 'batchtopk' ? act.theta : act.theta[j];
  if (theta === null) {
    throw new InputError('BatchTopK needs its threshold θ, which the file does not hold', {
      field: 'θ',
      fix: 'Give θ, or calibrate it on embeddings of the same kind.',
    });
  }
  if (theta === undefined || Number.isNaN(theta)) {
    throw new InputError(`the threshold of concept ${j} is missing or not a number`, { field: 'θ', fix: 'Export the dictionary again.' });
  }
  return Math.max(0, theta);
}

/** Stores `value` at `at` as the float nearest to it and the float nearest to the rest. */
export function writePair(data: Float32Array, at: number, value: number): void {
  const hi = Math.fround(value);
  data[at] = hi;
  data[at + 1] = value - hi;
}

/**
 * Writes concepts `first … first + count` of W_enc `(d, c)`, times `sign`, to `out` `(count, paddedWidth(d))`: one row a
 * concept, zeros beyond d.
 */
export function transposeWeights(dictionary: Dictionary, sign: 1 | -1, first: number, count: number, out: Float32Array): void {
  const { c, d, W_enc } = dictionary;
  const width = paddedWidth(d);
  // In blocks, so that the strided side stays in the cache.
  const step = 32;
  for (let i0 = 0; i0 < d; i0 += step) {
    const i1 = Math.min(d, i0 + step);
    for (let j = 0; j < count; j++) {
      for (let i = i0; i < i1; i++) out[j * width + i] = sign * (W_enc[i * c + first + j] ?? 0);
    }
  }
}
