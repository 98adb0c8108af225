import { InputError } from './errors.ts';
import type { InputNorm } from './dictionary.ts';

/** What `normaliseRow` did to one embedding, so that its reconstruction can be undone: `x = scale·x' + shift`. */
export interface RowScale {
  scale: number;
  /** Added to every entry; the row's own mean for `layerNorm`, otherwise 0. */
  shift: number;
}

/** Added to the standard deviation by `layerNorm`, as in SAELens and OpenAI's autoencoder. */
const LAYER_NORM_EPSILON = 1e-5;

/** Factor of a `constant` or `layerNorm` norm, 1 where it has none; throws InputError when it is missing or unusable. */
export function constantScale(norm: InputNorm): number {
  const scale = norm.scale ?? 1;
  if (!Number.isFinite(scale) || scale === 0) {
    throw new InputError(`the input scale is ${scale}; it has to be a finite number other than 0`, { field: 'norm.scale' });
  }
  return scale;
}

/**
 * Writes `norm(x) − b_pre` of one embedding `(d)` to `out` `(d)` and returns what undoes the norm.
 * A row of zeros stays zero under `rowNorm` and `layerNorm`, instead of dividing by 0.
 * Formulas: SAELens `normalize_activations` (`constant_norm_rescale` x·√d/‖x‖; `layer_norm` unbiased std + 1e-5), MSAE (mean, scale).
 * Throws InputError naming the row when a value is not finite.
 */
export function normaliseRow(norm: InputNorm, bPre: Float32Array, x: Float32Array, row: number, out: Float64Array): RowScale {
  const d = x.length;
  const { mean } = norm;
  let sum = 0;
  for (let i = 0; i < d; i++) {
    const value = (x[i] ?? 0) - (mean?.[i] ?? 0);
    out[i] = value;
    sum += value;
  }
  if (!Number.isFinite(sum)) throw notFinite(x, row);

  const { scale, shift } = scaleOf(norm, out, sum);
  const factor = inverseOf(norm, scale);
  for (let i = 0; i < d; i++) out[i] = ((out[i] ?? 0) - shift) * factor - (bPre[i] ?? 0);
  return { scale, shift };
}

/** Scale and shift that undo the norm of one embedding `(d)`, without normalising it; see `normaliseRow`. */
export function rowScale(norm: InputNorm, x: Float32Array, row: number): RowScale {
  const centred = new Float64Array(x.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const value = (x[i] ?? 0) - (norm.mean?.[i] ?? 0);
    centred[i] = value;
    sum += value;
  }
  if (!Number.isFinite(sum)) throw notFinite(x, row);
  return scaleOf(norm, centred, sum);
}

function scaleOf(norm: InputNorm, centred: Float64Array, sum: number): RowScale {
  const d = centred.length;
  switch (norm.kind) {
    case 'none':
      return { scale: 1, shift: 0 };
    case 'constant':
      return { scale: 1 / constantScale(norm), shift: 0 };
    case 'rowNorm': {
      let squares = 0;
      for (let i = 0; i < d; i++) squares += (centred[i] ?? 0) ** 2;
      return { scale: Math.sqrt(squares / d), shift: 0 };
    }
    case 'layerNorm': {
      const shift = sum / d;
      let squares = 0;
      for (let i = 0; i < d; i++) squares += ((centred[i] ?? 0) - shift) ** 2;
      return { scale: d > 1 ? Math.sqrt(squares / (d - 1)) : 0, shift };
    }
  }
}

/** Factor of the forward direction. The libraries add the epsilon only there, and undo with the bare deviation. */
function inverseOf(norm: InputNorm, scale: number): number {
  // The z-score of s·x is that of x with the epsilon divided by s.
  if (norm.kind === 'layerNorm') return 1 / (scale + LAYER_NORM_EPSILON / Math.abs(constantScale(norm)));
  return scale === 0 ? 0 : 1 / scale;
}

function notFinite(x: Float32Array, row: number): InputError {
  const at = x.findIndex((value) => !Number.isFinite(value));
  const what = at < 0 ? 'is not finite once the mean is subtracted' : `has ${x[at]} at position ${at}`;
  return new InputError(`the embedding ${what}`, { field: `row ${row}`, fix: 'Remove the row or embed the item again.' });
}
