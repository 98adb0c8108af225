import { addRow, dotRow, matrixVector } from '../linear.ts';
import type { CodesBuilder } from '../codes-builder.ts';

/** Turns one normalised embedding `(d)` into codes without an encoder. */
export type RowPursuit = (x: Float64Array, out: CodesBuilder) => void;

/**
 * Matching pursuit on the atoms D `(c, d)`: k times, pick the atom with the largest *signed* correlation with the residual,
 * add the correlation to its code, subtract. An atom may be picked twice (overcomplete `MpSAE.encode`).
 */
export function matchingPursuit(D: Float32Array, c: number, d: number, k: number): RowPursuit {
  const residual = new Float64Array(d);
  const correlations = new Float64Array(c);
  const codes = new Float64Array(c);
  return (x, out) => {
    residual.set(x);
    codes.fill(0);
    for (let step = 0; step < k; step++) {
      matrixVector(D, residual, correlations);
      const best = argmax(correlations);
      const value = correlations[best] ?? 0;
      if (value === 0) break;
      codes[best] = (codes[best] ?? 0) + value;
      addRow(D, best, -value, residual);
    }
    pushAll(codes, out);
  };
}

/**
 * Orthogonal matching pursuit on the atoms D `(c, d)` as overcomplete does it (`OMPSAE.encode`, `batched_matrix_nnls`):
 * k times, pick the atom with the largest signed correlation with the residual among those not picked yet, then move the
 * codes of all picked atoms by `maxIter` projected-gradient steps of non-negative least squares, `z ← max(0, z − (Qz − p)/‖Q‖_F)`,
 * Q = D_S·D_Sᵀ, p = D_S·x, starting where the last round ended. The steps are few, so this is not the exact NNLS solution.
 * (overcomplete also stops once the gradient of a whole batch is below 1e-5; codes must not depend on the batch, and the
 * steps left out are smaller than that.)
 */
export function orthogonalMatchingPursuit(D: Float32Array, c: number, d: number, k: number, maxIter: number): RowPursuit {
  const rounds = Math.min(k, c);
  const residual = new Float64Array(d);
  const correlations = new Float64Array(c);
  const codes = new Float64Array(c);
  const atom = new Float64Array(d);
  const picked = new Uint32Array(rounds);
  const Q = new Float64Array(rounds * rounds);
  const p = new Float64Array(rounds);
  const z = new Float64Array(rounds);
  const gradient = new Float64Array(rounds);

  return (x, out) => {
    residual.set(x);
    codes.fill(0);
    z.fill(0);
    for (let n = 0; n < rounds; n++) {
      matrixVector(D, residual, correlations);
      for (let i = 0; i < n; i++) correlations[picked[i] ?? 0] = -Infinity;
      const best = argmax(correlations);
      picked[n] = best;
      p[n] = dotRow(D, best, x);
      atom.fill(0);
      addRow(D, best, 1, atom);
      for (let i = 0; i <= n; i++) {
        const dot = dotRow(D, picked[i] ?? 0, atom);
        Q[i * rounds + n] = dot;
        Q[n * rounds + i] = dot;
      }
      projectedGradient(Q, rounds, p, z, gradient, n + 1, maxIter);
      residual.set(x);
      for (let i = 0; i <= n; i++) addRow(D, picked[i] ?? 0, -(z[i] ?? 0), residual);
    }
    for (let i = 0; i < rounds; i++) codes[picked[i] ?? 0] = z[i] ?? 0;
    pushAll(codes, out);
  };
}

/** `steps` times `z ← max(0, z − (Qz − p)/(‖Q‖_F + 1e-8))` on the first n entries; Q has rows of `stride`. */
function projectedGradient(
  Q: Float64Array,
  stride: number,
  p: Float64Array,
  z: Float64Array,
  gradient: Float64Array,
  n: number,
  steps: number,
): void {
  let squares = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) squares += (Q[i * stride + j] ?? 0) ** 2;
  const rate = 1 / (Math.sqrt(squares) + 1e-8);
  for (let step = 0; step < steps; step++) {
    let moved = false;
    for (let i = 0; i < n; i++) {
      let sum = -(p[i] ?? 0);
      for (let j = 0; j < n; j++) sum += (Q[i * stride + j] ?? 0) * (z[j] ?? 0);
      gradient[i] = sum;
    }
    for (let i = 0; i < n; i++) {
      const before = z[i] ?? 0;
      const after = Math.max(0, before - rate * (gradient[i] ?? 0));
      z[i] = after;
      moved ||= after !== before;
    }
    if (!moved) return;
  }
}

function argmax(values: Float64Array): number {
  let best = 0;
  let largest = -Infinity;
  for (let j = 0; j < values.length; j++) {
    const value = values[j] ?? 0;
    if (value > largest) {
      largest = value;
      best = j;
    }
  }
  return best;
}

function pushAll(codes: Float64Array, out: CodesBuilder): void {
  for (let j = 0; j < codes.length; j++) out.push(j, codes[j] ?? 0);
}
