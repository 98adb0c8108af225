import { InputError, invariant } from './errors.ts';
import { matrix, rowOf } from './tensor.ts';
import { CodesBuilder } from './codes-builder.ts';
import { addVectorMatrix, matrixVector } from './linear.ts';
import { normaliseRow } from './norm.ts';
import { gated, jumpRelu, relu, scalarThreshold } from './activations/threshold.ts';
import { matchingPursuit, orthogonalMatchingPursuit } from './activations/pursuit.ts';
import { groupMax } from './activations/groupmax.ts';
import { topK } from './activations/topk.ts';
import type { Dictionary, PreNorm } from './dictionary.ts';
import type { Matrix, SparseCodes } from './tensor.ts';
import type { RowActivation } from './activations/threshold.ts';
import type { RowPursuit } from './activations/pursuit.ts';

/**
 * Codes `(n, c)` of the embeddings `x` `(n, d)`: the CPU reference that every other backend is tested against, in float64
 * throughout. Rows are independent of each other; BatchTopK uses its running threshold.
 * Throws InputError naming the row when a value is not finite, and when the widths disagree, k is unusable or BatchTopK
 * has no threshold.
 */
export function encode(dictionary: Dictionary, x: Matrix): SparseCodes {
  checkShapes(dictionary, x);
  const coder = rowCoder(dictionary);
  const row = new Float64Array(dictionary.d);
  const pre = new Float64Array(dictionary.c);
  const codes = new CodesBuilder(x.rows, dictionary.c);
  for (let r = 0; r < x.rows; r++) {
    normaliseRow(dictionary.norm, dictionary.b_pre, rowOf(x, r), r, row);
    if ('pursue' in coder) {
      coder.pursue(row, codes);
    } else {
      affine(dictionary, row, pre);
      coder.activate(pre, codes);
    }
    codes.endRow();
  }
  return softCapped(codes.finish(), dictionary.softcap);
}

/**
 * Pre-codes `(n, c)` of the embeddings `x` `(n, d)`: `(norm(x) − b_pre)·W_enc + b_enc`, what the activation sees. For
 * `gated` that is p, before either path adds its bias; for `mp` and `omp` the correlations with the atoms.
 * Throws InputError as `encode` does.
 */
export function preCodes(dictionary: Dictionary, x: Matrix): Matrix {
  checkShapes(dictionary, x);
  const row = new Float64Array(dictionary.d);
  const pre = new Float64Array(dictionary.c);
  const result = matrix(x.rows, dictionary.c);
  for (let r = 0; r < x.rows; r++) {
    normaliseRow(dictionary.norm, dictionary.b_pre, rowOf(x, r), r, row);
    if (hasEncoder(dictionary)) affine(dictionary, row, pre);
    else matrixVector(dictionary.W_dec, row, pre);
    result.data.set(pre, r * dictionary.c);
  }
  return result;
}

/** `s·tanh(z/s)` of every code, in place; the codes as they are without a soft cap. */
function softCapped(codes: SparseCodes, cap: number | undefined): SparseCodes {
  if (cap === undefined) return codes;
  if (!(Number.isFinite(cap) && cap > 0)) throw new InputError(`the soft cap is ${cap} and has to be above 0`, { field: 'softcap' });
  for (let e = 0; e < codes.values.length; e++) codes.values[e] = cap * Math.tanh((codes.values[e] ?? 0) / cap);
  return codes;
}

/** `row·W_enc + b_enc` into `pre`, through the dictionary's LayerNorm where it has one. */
function affine(dictionary: Dictionary, row: Float64Array, pre: Float64Array): void {
  if (dictionary.b_enc.length === 0) pre.fill(0);
  else pre.set(dictionary.b_enc);
  addVectorMatrix(row, dictionary.W_enc, pre);
  if (dictionary.preNorm !== undefined) layerNorm(dictionary.preNorm, pre);
}

/** `(p − mean)/√(var + eps)·gamma + beta` in place, biased variance (torch `nn.LayerNorm`). */
function layerNorm({ gamma, beta, eps }: PreNorm, pre: Float64Array): void {
  let sum = 0;
  for (const value of pre) sum += value;
  const mean = sum / pre.length;
  let squares = 0;
  for (const value of pre) squares += (value - mean) ** 2;
  const factor = 1 / Math.sqrt(squares / pre.length + eps);
  for (let j = 0; j < pre.length; j++) pre[j] = ((pre[j] ?? 0) - mean) * factor * (gamma[j] ?? 1) + (beta[j] ?? 0);
}

function rowCoder({ act, W_dec, c, d }: Dictionary): { activate: RowActivation } | { pursue: RowPursuit } {
  switch (act.kind) {
    case 'relu':
      return { activate: relu };
    case 'topk':
      return { activate: topK(wholeNumber('k', act.k), c, !act.relu) };
    case 'groupmax':
      return { activate: groupMax(wholeNumber('k', act.k), c) };
    case 'batchtopk':
      return { activate: scalarThreshold(knownTheta(act.theta), act.cmp) };
    case 'jumprelu':
      return { activate: jumpRelu(perConcept('θ', act.theta, c), act.cmp) };
    case 'gated':
      return { activate: gated(perConcept('bGate', act.bGate, c), perConcept('bMag', act.bMag, c), perConcept('rMag', act.rMag, c)) };
    case 'mp':
      return { pursue: matchingPursuit(W_dec, c, d, wholeNumber('k', act.k)) };
    case 'omp':
      return { pursue: orthogonalMatchingPursuit(W_dec, c, d, wholeNumber('k', act.k), wholeNumber('maxIter', act.maxIter)) };
  }
}

function hasEncoder({ act }: Dictionary): boolean {
  return act.kind !== 'mp' && act.kind !== 'omp';
}

function checkShapes(dictionary: Dictionary, x: Matrix): void {
  const { d, c } = dictionary;
  if (x.cols !== d) {
    throw new InputError(`embeddings have ${x.cols} dimensions and the dictionary takes ${d}`, {
      field: 'shape',
      fix: 'Use embeddings of the model that the dictionary was trained on.',
    });
  }
  invariant(dictionary.W_dec.length === c * d, `W_dec of ${c}×${d} has ${dictionary.W_dec.length} values`);
  invariant(dictionary.b_dec.length === d && dictionary.b_pre.length === d, `biases of ${d} have ${dictionary.b_dec.length} and ${dictionary.b_pre.length} values`);
  invariant((dictionary.W_skip?.length ?? d * d) === d * d, `W_skip of ${d}×${d} has ${dictionary.W_skip?.length} values`);
  invariant((dictionary.norm.mean?.length ?? d) === d, `mean of ${d} has ${dictionary.norm.mean?.length} values`);
  if (!hasEncoder(dictionary)) return;
  const { W_enc, b_enc } = dictionary;
  invariant(W_enc.length === c * d, `W_enc of ${d}×${c} has ${W_enc.length} values`);
  invariant(b_enc.length === c || b_enc.length === 0, `b_enc of ${c} has ${b_enc.length} values`);
}

function knownTheta(theta: number | null): number {
  if (theta === null || Number.isNaN(theta)) {
    throw new InputError('BatchTopK needs its threshold θ, which the file does not hold', {
      field: 'θ',
      fix: 'Give θ, or calibrate it on embeddings of the same kind.',
    });
  }
  return theta;
}

function wholeNumber(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) {
    throw new InputError(`${name} is ${value} and has to be a whole number of at least 0`, { field: name });
  }
  return value;
}

function perConcept(name: string, values: Float32Array, c: number): Float32Array {
  invariant(values.length === c, `${name} of ${c} has ${values.length} values`);
  return values;
}
