import { addRow, dotRow } from '../../linear.ts';
import { finishError, startError, subtractAtom } from './reconstruct.ts';
import type { DenseProduct } from '../dense-product.ts';
import type { Batch } from './batch.ts';
import type { RowPass } from './reconstruct.ts';
import type { Work } from '../../work.ts';

/** No atom was picked. */
const NONE = 0xffffffff;

/** Concepts up to which the products of all pairs of atoms are kept: 64 MB. */
const MOST_PRODUCTS = 4096;

/** Matching pursuit's picks for the rows of a batch. */
export interface Pursuit {
  /** Called once a step, before `pick`. */
  readonly prepare: (pause: Work['pause']) => Promise<void>;
  /** Appends the picks of rows `from … to`, at most a piece, to the codes in the order of picking; their values are left to the row pass. */
  readonly pick: (from: number, to: number, pause: Work['pause']) => Promise<void>;
}

/**
 * k times the atom with the largest signed correlation with the residual, for a piece of at most `most` rows at a time. Where that is
 * less work, correlations are not computed anew for each residual but moved by `v·⟨D_i, D_j⟩`, from the products of all pairs of atoms.
 */
export function batchPursuit({ d, c, rows: batch, centred, codes, recipe: { k }, parameters: { D } }: Batch, product: DenseProduct, most: number): Pursuit {
  const paired = c <= MOST_PRODUCTS && c < (k - 1) * batch;
  const pairs = new Float32Array(paired ? c * c : 0);
  const residuals = new Float32Array(most * d);
  const correlations = new Float32Array(most * c);
  const picks = new Uint32Array(most * k);

  /** Takes `value·D_best` from the residual of row r of the piece, or what that does to its correlations. */
  function subtract(r: number, best: number, value: number): void {
    const [from, to, width] = paired ? [pairs, correlations, c] : [D.value, residuals, d];
    const source = best * width;
    const target = r * width;
    for (let j = 0; j < width; j++) to[target + j] = (to[target + j] as number) - value * (from[source + j] as number);
  }

  return {
    prepare: async (pause) => {
      if (!paired) return;
      for (let from = 0; from < c; from += most) {
        const to = Math.min(c, from + most);
        const finished = product(D.value.subarray(from * d, to * d), to - from, d, D.value, c, pairs.subarray(from * c, to * c));
        if (finished !== undefined) await finished;
        const paused = pause();
        if (paused !== undefined) await paused;
      }
    },
    pick: async (from, to, pause) => {
      const rows = to - from;
      residuals.set(centred.subarray(from * d, to * d));
      picks.fill(NONE);
      for (let step = 0; step < k; step++) {
        if (step === 0 || !paired) {
          const finished = product(residuals, rows, d, D.value, c, correlations);
          if (finished !== undefined) await finished;
        }
        for (let r = 0; r < rows; r++) {
          const best = largest(correlations, r * c, c);
          const value = correlations[r * c + best] as number;
          // A residual of 0 correlates with nothing, now and later.
          if (value === 0) continue;
          picks[r * k + step] = best;
          subtract(r, best, value);
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
