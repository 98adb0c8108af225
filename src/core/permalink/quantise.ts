import { InputError, invariant } from '../errors.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Steps of an unsigned activation; a signed one has half as many on either side. */
const UNSIGNED_STEPS = 65535;
const SIGNED_STEPS = 32767;
/** Cosines take the steps 0 … 65 534, so that −1, 0 and 1 are exact; the last step says "not known". */
const COSINE_STEPS = 65534;
const UNKNOWN = 65535;
/** Rounding may take a cosine this far beyond 1. */
const COSINE_SLACK = 1e-4;

/** How the activations of one probe are written: 16-bit steps of their largest magnitude. */
export interface ValueScale {
  /** Largest magnitude, a float32. */
  readonly scale: number;
  readonly signed: boolean;
}

/** Scale of some activations, none of them zero. Throws InputError when one is not finite or all are too small for a float32. */
export function scaleOf(values: readonly number[]): ValueScale {
  let largest = 0;
  let signed = false;
  for (const value of values) {
    if (!Number.isFinite(value)) throw new InputError(`an activation is ${value}`, { field: 'code', fix: 'Remove the probe and add it again.' });
    largest = Math.max(largest, Math.abs(value));
    signed ||= value < 0;
  }
  const scale = Math.fround(largest);
  if (scale === 0 || scale === Infinity) {
    throw new InputError(`activations of magnitude ${largest} do not fit a link`, { field: 'code', fix: 'Remove the probe and add it again.' });
  }
  return { scale, signed };
}

/** Writes an activation. A small one becomes the smallest step, not zero, so that the set of active concepts never changes. */
export function writeValue(out: ByteWriter, value: number, { scale, signed }: ValueScale): void {
  const steps = signed ? SIGNED_STEPS : UNSIGNED_STEPS;
  const magnitude = Math.min(steps, Math.max(1, Math.round((Math.abs(value) / scale) * steps)));
  out.u16(value < 0 ? 0x10000 - magnitude : magnitude);
}

/** Reads an activation; throws InputError when it is zero. */
export function readValue(input: ByteReader, { scale, signed }: ValueScale): number {
  const stored = input.u16();
  const step = signed && stored > 0x7fff ? stored - 0x10000 : stored;
  if (step === 0 || step < -SIGNED_STEPS) {
    throw new InputError('the link is damaged: an activation in it is impossible', { fix: 'Copy the whole link again.' });
  }
  return (step * scale) / (signed ? SIGNED_STEPS : UNSIGNED_STEPS);
}

/** Writes a cosine in [−1, 1], NaN where not known; throws InputError when it lies outside. */
export function writeCosine(out: ByteWriter, value: number): void {
  if (Number.isNaN(value)) {
    out.u16(UNKNOWN);
    return;
  }
  if (Math.abs(value) > 1 + COSINE_SLACK) {
    throw new InputError(`a link carries cosines between −1 and 1, and one is ${value}`, { field: 'cosine', fix: 'Normalise the embeddings.' });
  }
  const step = Math.round(((Math.max(-1, Math.min(1, value)) + 1) * COSINE_STEPS) / 2);
  invariant(step <= COSINE_STEPS, `cosine step ${step}`);
  out.u16(step);
}

/** Reads a cosine; NaN where not known. */
export function readCosine(input: ByteReader): number {
  const step = input.u16();
  return step === UNKNOWN ? Number.NaN : (2 * step) / COSINE_STEPS - 1;
}
