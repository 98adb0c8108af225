import { invariant } from '../errors.ts';
import type { Activation, Dictionary } from '../dictionary.ts';
import type { Recipe } from './recipe.ts';
import type { TrainingState } from './trainer.ts';

/**
 * The canonical dictionary of a trained state: unit atoms, and the activation as it is used afterwards, which never depends on a batch
 * (BatchTopK and Matryoshka: the running threshold; θ is unknown before the first step).
 */
export function toDictionary(recipe: Recipe, state: TrainingState, d: number): Dictionary {
  const c = recipe.concepts;
  const named = (name: string, length: number): Float32Array => {
    const values = state.arrays[name];
    invariant(values?.length === length, `${name} of ${length} has ${values?.length ?? 'no'} values`);
    return values;
  };
  const W_dec = named('D', c * d).slice();
  for (let i = 0; i < c; i++) normalise(W_dec.subarray(i * d, (i + 1) * d));
  const encoder =
    recipe.method === 'mp'
      ? { W_enc: new Float32Array(0), b_enc: new Float32Array(0) }
      : { W_enc: transposed(named('W_enc', c * d), c, d), b_enc: named('b_enc', c).slice() };
  return {
    d,
    c,
    ...encoder,
    W_dec,
    b_dec: named('b_dec', d).slice(),
    b_pre: named('b_pre', d).slice(),
    act: activation(recipe, state, named),
    norm: { kind: 'none' },
    notes: [],
    source: 'vlm-explore',
  };
}

function activation({ method, k, concepts }: Recipe, state: TrainingState, named: (name: string, length: number) => Float32Array): Activation {
  switch (method) {
    case 'relu':
      return { kind: 'relu' };
    case 'topk':
      return { kind: 'topk', k, relu: true };
    case 'batchtopk':
    case 'matryoshka':
      return { kind: 'batchtopk', k, theta: state.theta, cmp: '>=' };
    case 'jumprelu':
      return { kind: 'jumprelu', theta: named('logTheta', concepts).map(Math.exp), cmp: '>=' };
    case 'mp':
      return { kind: 'mp', k };
    case 'semi-nmf':
    case 'pca':
    case 'kmeans':
      throw new Error(`Invariant broken: ${method} is not trained by steps`);
  }
}

/** `(d, c)` of `(c, d)`. */
function transposed(w: Float32Array, c: number, d: number): Float32Array {
  const result = new Float32Array(c * d);
  for (let i = 0; i < c; i++) for (let j = 0; j < d; j++) result[j * c + i] = w[i * d + j] as number;
  return result;
}

/** Unit norm in place; an atom of norm 0 stays, and explains nothing. */
function normalise(atom: Float32Array): void {
  let squares = 0;
  for (const value of atom) squares += value * value;
  const norm = Math.sqrt(squares);
  if (norm > 0) for (let j = 0; j < atom.length; j++) atom[j] = (atom[j] as number) / norm;
}
