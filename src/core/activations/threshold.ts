import type { Comparator } from '../dictionary.ts';
import type { CodesBuilder } from '../codes-builder.ts';

/** Turns one row of pre-codes `(c)` into codes. */
export type RowActivation = (pre: Float64Array, out: CodesBuilder) => void;

/** `max(0, x)`. */
export function relu(pre: Float64Array, out: CodesBuilder): void {
  for (let j = 0; j < pre.length; j++) {
    const value = pre[j] ?? 0;
    if (value > 0) out.push(j, value);
  }
}

/**
 * BatchTopK at inference: `relu(x)·[relu(x) cmp θ]` with one θ for all concepts, so that a code never depends on what else
 * is in the batch (method.md, "BatchTopK").
 */
export function scalarThreshold(theta: number, cmp: Comparator): RowActivation {
  const orEqual = cmp === '>=';
  return (pre, out) => {
    for (let j = 0; j < pre.length; j++) {
      const value = pre[j] ?? 0;
      if (value > 0 && (value > theta || (orEqual && value === theta))) out.push(j, value);
    }
  };
}

/** JumpReLU: `relu(x)·[x cmp θ_j]`, one θ per concept `(c)`. */
export function jumpRelu(theta: Float32Array, cmp: Comparator): RowActivation {
  const orEqual = cmp === '>=';
  return (pre, out) => {
    for (let j = 0; j < pre.length; j++) {
      const value = pre[j] ?? 0;
      const limit = theta[j] ?? 0;
      if (value > 0 && (value > limit || (orEqual && value === limit))) out.push(j, value);
    }
  };
}

/**
 * Gated: `[p + bGate > 0] · relu(p·exp(rMag) + bMag)`, each `(c)` (SAELens `GatedSAE.encode`, dictionary_learning
 * `GatedAutoEncoder.encode`).
 */
export function gated(bGate: Float32Array, bMag: Float32Array, rMag: Float32Array): RowActivation {
  const gain = Float64Array.from(rMag, Math.exp);
  return (pre, out) => {
    for (let j = 0; j < pre.length; j++) {
      const p = pre[j] ?? 0;
      if (p + (bGate[j] ?? 0) <= 0) continue;
      const value = p * (gain[j] ?? 0) + (bMag[j] ?? 0);
      if (value > 0) out.push(j, value);
    }
  };
}
