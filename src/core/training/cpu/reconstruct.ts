import type { Batch } from './batch.ts';

/** Forward and backward of one row from its codes: adds to the gradients and to the batch's sums, leaves the residual in `error`. */
export type RowPass = (batch: Batch, r: number) => void;

/**
 * Loss `mean((x − x̂)²) + penalty·Σ|z|/B`, `x̂ = z·D + b_dec`. Only the atoms and encoder rows of active units are touched.
 * `offset` `(d)` is added to every x̂.
 */
export function plainPass(batch: Batch, offset: Float64Array | null): RowPass {
  const { d, codes, error } = batch;
  const { D } = batch.parameters;
  const scale = 2 / (batch.rows * d);
  return (_, r) => {
    const end = codes.starts[r + 1] as number;
    startError(batch, r, offset);
    for (let entry = codes.starts[r] as number; entry < end; entry++) {
      subtractAtom(D.value, (codes.indices[entry] as number) * d, codes.values[entry] as number, error);
    }
    finishError(batch, scale);
    for (let entry = codes.starts[r] as number; entry < end; entry++) activeBackward(batch, r, entry, error, scale);
  };
}

/**
 * Matryoshka: the mean over the nested prefixes of the concepts of each one's `mean((x − x̂_p)²)`. `error` is the residual of all
 * concepts together; with one prefix this is `plainPass`.
 */
export function nestedPass(batch: Batch, prefixes: readonly number[]): RowPass {
  const { d, codes, error, outputGradient } = batch;
  const { D } = batch.parameters;
  const groups = prefixes.length;
  const scale = 2 / (batch.rows * d * groups);
  // Residuals by prefix, then their sums from each prefix to the last: what an atom of that group sees.
  const residuals = Array.from(prefixes, () => new Float64Array(d));
  const last = residuals[groups - 1] as Float64Array;
  return (_, r) => {
    const start = codes.starts[r] as number;
    const end = codes.starts[r + 1] as number;
    startError(batch, r, null);
    let entry = start;
    for (let group = 0; group < groups; group++) {
      const size = prefixes[group] as number;
      for (; entry < end && (codes.indices[entry] as number) < size; entry++) {
        subtractAtom(D.value, (codes.indices[entry] as number) * d, codes.values[entry] as number, error);
      }
      (residuals[group] as Float64Array).set(error);
      batch.loss += sumOfSquares(error) / (d * groups);
    }
    batch.squaredError += sumOfSquares(last);
    for (let group = groups - 2; group >= 0; group--) addTo(residuals[group] as Float64Array, residuals[group + 1] as Float64Array);
    const first = residuals[0] as Float64Array;
    for (let j = 0; j < d; j++) outputGradient[j] = (outputGradient[j] as number) - scale * (first[j] as number);
    entry = start;
    for (let group = 0; group < groups; group++) {
      const size = prefixes[group] as number;
      for (; entry < end && (codes.indices[entry] as number) < size; entry++) {
        activeBackward(batch, r, entry, residuals[group] as Float64Array, scale);
      }
    }
  };
}

/** `error ← x − b_dec − offset`. */
export function startError({ d, x, error, parameters }: Batch, r: number, offset: Float64Array | null): void {
  const start = r * d;
  for (let j = 0; j < d; j++) error[j] = (x[start + j] as number) - (parameters.bDec[j] as number);
  if (offset !== null) for (let j = 0; j < d; j++) error[j] = (error[j] as number) - (offset[j] as number);
}

/** Adds the row's squared error to the sums, and its gradient to that of x̂. */
export function finishError(batch: Batch, scale: number): void {
  const { d, error, outputGradient } = batch;
  const squares = sumOfSquares(error);
  batch.squaredError += squares;
  batch.loss += squares / d;
  for (let j = 0; j < d; j++) outputGradient[j] = (outputGradient[j] as number) - scale * (error[j] as number);
}

/** `error ← error − z·D_i`, D_i from `D[at]`. */
export function subtractAtom(D: Float32Array, at: number, z: number, error: Float64Array): void {
  const d = error.length;
  for (let j = 0; j < d; j++) error[j] = (error[j] as number) - z * (D[at + j] as number);
}

/** Backward of one active unit: `dD_i −= scale·z·e`, `dz = −scale·⟨e, D_i⟩ + penalty/B` to its encoder row and bias. */
function activeBackward(batch: Batch, r: number, entry: number, e: Float64Array, scale: number): void {
  const i = batch.codes.indices[entry] as number;
  const z = batch.codes.values[entry] as number;
  const dot = pullAtom(batch, i, z * scale, e);
  const l1 = batch.recipe.method === 'jumprelu' ? 0 : batch.penalty / batch.rows;
  if (l1 !== 0) batch.loss += batch.penalty * z;
  pullEncoder(batch, r, i, l1 - scale * dot);
}

/** `dD_i −= weight·e`; gives `⟨e, D_i⟩`, in two sums side by side, since a single one waits for each addition. */
export function pullAtom({ d, parameters }: Batch, i: number, weight: number, e: Float64Array): number {
  const { value, gradient } = parameters.D;
  const start = i * d;
  const whole = d - (d % 2);
  let even = 0;
  let odd = 0;
  for (let j = 0; j < whole; j += 2) {
    const at = start + j;
    const e0 = e[j] as number;
    const e1 = e[j + 1] as number;
    even += e0 * (value[at] as number);
    odd += e1 * (value[at + 1] as number);
    gradient[at] = (gradient[at] as number) - weight * e0;
    gradient[at + 1] = (gradient[at + 1] as number) - weight * e1;
  }
  if (whole < d) {
    const last = e[whole] as number;
    even += last * (value[start + whole] as number);
    gradient[start + whole] = (gradient[start + whole] as number) - weight * last;
  }
  return even + odd;
}

/** The gradient `dz` of unit i's pre-code in row r, to its encoder row and bias. */
export function pullEncoder({ d, centred, parameters }: Batch, r: number, i: number, dz: number): void {
  const { W_enc, b_enc } = parameters;
  if (W_enc === null || b_enc === null) return;
  const { gradient } = W_enc;
  const at = i * d;
  const row = r * d;
  for (let j = 0; j < d; j++) gradient[at + j] = (gradient[at + j] as number) + dz * (centred[row + j] as number);
  b_enc.gradient[i] = (b_enc.gradient[i] as number) + dz;
}

export function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < values.length; j++) sum += (values[j] as number) ** 2;
  return sum;
}

function addTo(out: Float64Array, other: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = (out[j] as number) + (other[j] as number);
}
