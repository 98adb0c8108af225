import { preCodes } from '../encode.ts';
import { invariant } from '../errors.ts';
import { addVectorMatrix, dotRow } from '../linear.ts';
import { normaliseRow, rowScale } from '../norm.ts';
import { rowOf, someRows, type Matrix } from '../tensor.ts';
import type { Dictionary } from '../dictionary.ts';

/** Rows whose pre-codes of all concepts are held at once, where one concept's cannot be had alone. */
const BLOCK = 64;

/**
 * `(n)` what the activation of one concept sees of each row of x `(n, d)`, not below 0: `relu((norm(x) − b_pre)·w + b)`, bit for bit as
 * `preCodes` has it; for `gated` before either path adds its bias; for `mp` and `omp` the correlation of `norm(x) − b_pre` with the atom
 * (method.md, "Activations Π"). Throws InputError when the widths disagree and, naming the row, when a value is not finite.
 */
export function conceptPrecodes(dictionary: Dictionary, x: Matrix, concept: number): Float32Array {
  const { c, d, act, W_dec, W_enc, b_enc, b_pre, norm, preNorm } = dictionary;
  invariant(Number.isInteger(concept) && concept >= 0 && concept < c, `concept ${concept} of ${c}`);
  // Of no rows: this checks the shapes as `encode` does.
  preCodes(dictionary, someRows(x, 0, 0));
  const out = new Float32Array(x.rows);
  const row = new Float64Array(d);
  if (act.kind === 'mp' || act.kind === 'omp') {
    for (let r = 0; r < x.rows; r++) {
      normaliseRow(norm, b_pre, rowOf(x, r), r, row);
      out[r] = Math.max(0, dotRow(W_dec, concept, row));
    }
    return out;
  }
  if (preNorm !== undefined) return amongAll(dictionary, x, concept, out);
  const column = Float32Array.from({ length: d }, (_, t) => W_enc[t * c + concept] ?? 0);
  const pre = new Float64Array(1);
  for (let r = 0; r < x.rows; r++) {
    normaliseRow(norm, b_pre, rowOf(x, r), r, row);
    pre[0] = b_enc[concept] ?? 0;
    addVectorMatrix(row, column, pre);
    out[r] = Math.max(0, pre[0]);
  }
  return out;
}

/** A LayerNorm over the pre-codes needs all of them: c times the work. */
function amongAll(dictionary: Dictionary, x: Matrix, concept: number, out: Float32Array): Float32Array {
  const { c, norm } = dictionary;
  for (let at = 0; at < x.rows; at += BLOCK) {
    const end = Math.min(x.rows, at + BLOCK);
    // Throws with the row's number in x; `preCodes` would count from the block's first.
    for (let r = at; r < end; r++) rowScale(norm, rowOf(x, r), r);
    const { data } = preCodes(dictionary, someRows(x, at, end));
    for (let r = at; r < end; r++) out[r] = Math.max(0, data[(r - at) * c + concept] ?? 0);
  }
  return out;
}

/** The threshold θ that a pre-code of the concept has to reach; null where there is none (`relu`, `topk`, `gated`, `mp`, `omp`), or it is not known. */
export function thresholdOf({ act }: Dictionary, concept: number): number | null {
  if (act.kind === 'batchtopk') return act.theta;
  return act.kind === 'jumprelu' ? (act.theta[concept] ?? null) : null;
}
