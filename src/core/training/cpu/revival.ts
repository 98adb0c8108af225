import { kthLargest } from '../../activations/select.ts';
import { pullAtom, pullEncoder, subtractAtom, sumOfSquares } from './reconstruct.ts';
import type { Revival } from '../recipe.ts';
import type { Batch } from './batch.ts';
import type { RowPass } from './reconstruct.ts';

/**
 * AuxK on a row whose residual is in `error`: dead units reconstruct the residual from the `kAux` largest of their positive pre-codes,
 * ties kept, and only they get the gradient. `prepare` lists the dead units of a step.
 */
export function auxPass(batch: Batch, { weight, kAux, deadAfter }: Revival & { kind: 'auxk' }): { prepare: () => void; pass: RowPass; work: () => number } {
  const { c, d, pre, codes, parameters } = batch;
  const most = kAux ?? Math.max(1, Math.floor(d / 2));
  const scale = (2 * weight) / (batch.rows * d);
  const dead = new Uint32Array(c);
  let count = 0;
  const candidates = new Uint32Array(c);
  const scratch = new Float64Array(c);
  /** The row, from 1, in which each unit was last seen active. */
  const activeIn = new Uint32Array(c);
  const residual = new Float64Array(d);
  return {
    prepare: () => {
      count = 0;
      for (let i = 0; i < c; i++) if ((parameters.silent[i] as number) >= deadAfter) dead[count++] = i;
      activeIn.fill(0);
    },
    work: () => Math.min(most, count),
    pass: (_, r) => {
      if (count === 0) return;
      for (let entry = codes.starts[r] as number; entry < (codes.starts[r + 1] as number); entry++) activeIn[codes.indices[entry] as number] = r + 1;
      let found = 0;
      for (let n = 0; n < count; n++) {
        const i = dead[n] as number;
        const value = pre[r * c + i] as number;
        if (value <= 0 || activeIn[i] === r + 1) continue;
        candidates[found] = i;
        scratch[found] = value;
        found += 1;
      }
      const limit = found > most ? kthLargest(scratch.subarray(0, found), most) : 0;
      residual.set(batch.error);
      for (let n = 0; n < found; n++) {
        const i = candidates[n] as number;
        const value = pre[r * c + i] as number;
        if (value >= limit) subtractAtom(parameters.D.value, i * d, value, residual);
      }
      batch.loss += (weight * sumOfSquares(residual)) / d;
      for (let n = 0; n < found; n++) {
        const i = candidates[n] as number;
        const value = pre[r * c + i] as number;
        if (value < limit) continue;
        const dot = pullAtom(batch, i, value * scale, residual);
        pullEncoder(batch, r, i, -scale * dot);
      }
    },
  };
}

/** What units silent in this batch add to every x̂ of it: `amount·Σ D_i`, into `offset` `(d)`. */
export function nudgeOffset({ c, d, fired, parameters }: Batch, amount: number, offset: Float64Array): void {
  offset.fill(0);
  for (let i = 0; i < c; i++) if (fired[i] === 0) subtractAtom(parameters.D.value, i * d, -amount, offset);
}

/** Gradient of the nudge, once all rows are done: each silent atom gets `amount` times that of x̂. */
export function nudgeBackward(batch: Batch, amount: number): void {
  for (let i = 0; i < batch.c; i++) if (batch.fired[i] === 0) pullAtom(batch, i, -amount, batch.outputGradient);
}

/**
 * Reanimation, for all rows at once: adds `−weight·mean(pre·silent)` to the loss, whose gradient to a silent unit is the same for every
 * row. `sum` `(d)` is work space.
 */
export function reanimate(batch: Batch, weight: number, sum: Float64Array): void {
  const { c, d, rows, centred, fired, parameters } = batch;
  const { W_enc, b_enc } = parameters;
  if (W_enc === null || b_enc === null) return;
  sum.fill(0);
  for (let r = 0; r < rows; r++) for (let j = 0; j < d; j++) sum[j] = (sum[j] as number) + (centred[r * d + j] as number);
  const share = weight / (rows * c);
  for (let i = 0; i < c; i++) {
    if (fired[i] === 1) continue;
    const at = i * d;
    let pre = rows * (b_enc.value[i] as number);
    for (let j = 0; j < d; j++) {
      pre += (W_enc.value[at + j] as number) * (sum[j] as number);
      W_enc.gradient[at + j] = (W_enc.gradient[at + j] as number) - share * (sum[j] as number);
    }
    b_enc.gradient[i] = (b_enc.gradient[i] as number) - share * rows;
    // The sums of the loss are over rows, and divided by B at the end.
    batch.loss -= share * rows * pre;
  }
}
