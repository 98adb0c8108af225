import { invariant } from '../errors.ts';
import { Random } from '../random.ts';
import type { Moments } from './moments.ts';
import type { Recipe } from './recipe.ts';
import type { TrainingState } from './trainer.ts';
import type { Matrix } from '../tensor.ts';

/** Streams of random numbers: atoms, encoder. */
const ATOMS = 1;
const ENCODER = 2;

/**
 * Parameters before the first step, the same for every backend. Atoms are random directions, or `rows` `(n, d)` picked at random (each
 * once while they last) less their mean; the encoder is the same rows, or torch's `nn.Linear` (uniform within ±1/√d, bias too).
 */
export function initialState(recipe: Recipe, rows: Matrix, moments: Moments): TrainingState {
  const d = rows.cols;
  const c = recipe.concepts;
  const D = recipe.init.atoms === 'data' ? dataAtoms(recipe, rows, moments.mean) : randomAtoms(recipe, d);
  const bias = recipe.init.bias === 'mean' ? Float32Array.from(moments.mean) : new Float32Array(d);
  const trained: Record<string, Float32Array> = { D };
  if (recipe.method !== 'mp') Object.assign(trained, encoder(recipe, D, d));
  if (recipe.init.bias === 'mean') trained['b_dec'] = bias;
  if (recipe.method === 'jumprelu') trained['logTheta'] = new Float32Array(c).fill(Math.log(recipe.jump.threshold));
  const arrays: Record<string, Float32Array> = { ...trained, b_pre: bias.slice(), b_dec: bias, silent: new Float32Array(c) };
  for (const [name, values] of Object.entries(trained)) {
    arrays[`m.${name}`] = new Float32Array(values.length);
    arrays[`v.${name}`] = new Float32Array(values.length);
  }
  const penalised = recipe.method === 'relu' || recipe.method === 'jumprelu';
  return { step: 0, theta: null, penalty: penalised ? recipe.penalty.weight : 0, arrays };
}

function randomAtoms({ seed, concepts }: Recipe, d: number): Float32Array {
  const random = new Random(seed, ATOMS);
  const D = Float32Array.from({ length: concepts * d }, () => random.normal());
  for (let i = 0; i < concepts; i++) normalise(D.subarray(i * d, (i + 1) * d), random);
  return D;
}

function dataAtoms({ seed, concepts }: Recipe, rows: Matrix, mean: Float64Array): Float32Array {
  const d = rows.cols;
  invariant(rows.rows > 0, 'atoms from no rows');
  const random = new Random(seed, ATOMS);
  const order = random.shuffle(Uint32Array.from({ length: rows.rows }, (_, i) => i));
  const D = new Float32Array(concepts * d);
  for (let i = 0; i < concepts; i++) {
    const atom = D.subarray(i * d, (i + 1) * d);
    const start = (order[i % rows.rows] as number) * d;
    for (let j = 0; j < d; j++) atom[j] = (rows.data[start + j] as number) - (mean[j] as number);
    // The same row again would be the same atom for ever.
    if (i >= rows.rows) for (let j = 0; j < d; j++) atom[j] = (atom[j] as number) + (0.1 * random.normal()) / Math.sqrt(d);
    normalise(atom, random);
  }
  return D;
}

function encoder({ init, seed, concepts }: Recipe, D: Float32Array, d: number): Record<string, Float32Array> {
  if (init.encoder === 'tied') return { W_enc: D.slice(), b_enc: new Float32Array(concepts) };
  const random = new Random(seed, ENCODER);
  const uniform = (): number => (2 * random.uniform() - 1) / Math.sqrt(d);
  return { W_enc: Float32Array.from({ length: concepts * d }, uniform), b_enc: Float32Array.from({ length: concepts }, uniform) };
}

/** Unit norm in place; a random direction where there is none, as for a row that equals the mean. */
function normalise(atom: Float32Array, random: Random): void {
  for (;;) {
    let squares = 0;
    for (const value of atom) squares += value * value;
    const norm = Math.sqrt(squares);
    if (norm > 1e-6) {
      for (let j = 0; j < atom.length; j++) atom[j] = (atom[j] as number) / norm;
      return;
    }
    for (let j = 0; j < atom.length; j++) atom[j] = random.normal();
  }
}
