import { addRow, dotRow } from '../../linear.ts';
import { finishError, startError, subtractAtom } from './reconstruct.ts';
import type { DenseProduct } from '../dense-product.ts';
import type { Batch } from './batch.ts';
import type { RowPass } from './reconstruct.ts';

/** No atom was picked. */
const NONE = 0xffffffff;

/** Picks atoms for `most` rows at a time. */
export interface Pursuit {
  /** Rows of one call at most. */
  readonly most: number;
  /** Appends the picks of rows `from … to` to the codes, in the order of picking; their values are left to the row pass. */
  readonly pick: (from: number, to: number, pause: () => Promise<void> | undefined) => Promise<void>;
}

/** Matching pursuit's picks: k times the atom with the largest signed correlation with the residual, for whole pieces of a batch. */
export function batchPursuit({ d, c, centred, codes, recipe: { k }, parameters: { D } }: Batch, product: DenseProduct, most: number): Pursuit {
  const residuals = new Float32Array(most * d);
  const correlations = new Float32Array(most * c);
  const picks = new Uint32Array(most * k);
  return {
    most,
    pick: async (from, to, pause) => {
      const rows = to - from;
      residuals.set(centred.subarray(from * d, to * d));
      picks.fill(NONE);
      for (let step = 0; step < k; step++) {
        const finished = product(residuals, rows, d, D.value, c, correlations);
        if (finished !== undefined) await finished;
        for (let r = 0; r < rows; r++) {
          const best = largest(correlations, r * c, c);
          const value = correlations[r * c + best] as number;
          // A residual of 0 correlates with nothing, now and later.
          if (value === 0) continue;
          picks[r * k + step] = best;
          for (let j = 0; j < d; j++) residuals[r * d + j] = (residuals[r * d + j] as number) - value * (D.value[best * d + j] as number);
        }
        const paused = pause();
        if (paused !== undefined) await paused;
      }
      for (let r = 0; r < rows; r++) {
        for (let step = 0; step < k; step++) {
          const pick = picks[r * k + step] as number;
          if (pick !== NONE) codes.push(pick, 0);
        }
        codes.endRow();
      }
    },
  };
}

/**
 * Matching pursuit's forward and backward through the dictionary, with the picks held (overcomplete's autograd does the same):
 * `v_t = ⟨r_t, D_t⟩`, `r_{t+1} = r_t − v_t·D_t`, `x̂ = Σ v_t·D_t + b_dec + offset`. Values go into the codes.
 */
export function pursuitPass(batch: Batch, offset: Float64Array | null): RowPass {
  const { d, codes, error, centred } = batch;
  const { value: D, gradient } = batch.parameters.D;
  const scale = 2 / (batch.rows * d);
  const residual = new Float64Array(d);
  /** Gradient with respect to the residual after step t. */
  const later = new Float64Array(d);
  return (_, r) => {
    const start = codes.starts[r] as number;
    const end = codes.starts[r + 1] as number;
    for (let j = 0; j < d; j++) residual[j] = centred[r * d + j] as number;
    startError(batch, r, offset);
    for (let entry = start; entry < end; entry++) {
      const i = codes.indices[entry] as number;
      const value = dotRow(D, i, residual);
      codes.values[entry] = value;
      addRow(D, i, -value, residual);
      subtractAtom(D, i * d, value, error);
    }
    finishError(batch, scale);
    later.fill(0);
    for (let entry = end - 1; entry >= start; entry--) {
      const i = codes.indices[entry] as number;
      const at = i * d;
      const value = codes.values[entry] as number;
      addRow(D, i, value, residual);
      // dL/dx̂ is −scale·error, so that of this value: −⟨scale·error + later, D_i⟩.
      let dv = 0;
      for (let j = 0; j < d; j++) dv -= (scale * (error[j] as number) + (later[j] as number)) * (D[at + j] as number);
      for (let j = 0; j < d; j++) {
        const out = scale * (error[j] as number) + (later[j] as number);
        gradient[at + j] = (gradient[at + j] as number) - value * out + dv * (residual[j] as number);
      }
      addRow(D, i, dv, later);
    }
  };
}

function largest(values: Float32Array, start: number, length: number): number {
  let best = 0;
  let most = -Infinity;
  for (let i = 0; i < length; i++) {
    const value = values[start + i] as number;
    if (value > most) {
      most = value;
      best = i;
    }
  }
  return best;
}
