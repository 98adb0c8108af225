import { InputError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import type { TrainingState } from '../trainer.ts';

/** One trained array with its gradient and Adam's moments. */
export interface Parameter {
  readonly name: string;
  readonly value: Float32Array;
  /** In float64, since many small numbers are added up in it. */
  readonly gradient: Float64Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** Rows of this many values are kept at unit norm; 0 leaves them as they are. */
  readonly unitRows: number;
}

/** The arrays of a training state as the CPU trainer works on them: copies, of the right sizes. */
export interface Parameters {
  readonly D: Parameter;
  readonly W_enc: Parameter | null;
  readonly b_enc: Parameter | null;
  readonly b_dec: Parameter | null;
  readonly logTheta: Parameter | null;
  readonly trained: readonly Parameter[];
  readonly bPre: Float32Array;
  readonly bDec: Float32Array;
  readonly silent: Float32Array;
}

/** Copies `state`. Throws InputError naming the array that is missing or of the wrong size. */
export function parametersOf(recipe: Recipe, state: TrainingState, d: number): Parameters {
  const c = recipe.concepts;
  const copy = (name: string, length: number): Float32Array => {
    const values = Object.hasOwn(state.arrays, name) ? state.arrays[name] : undefined;
    if (values?.length !== length) {
      throw new InputError(`${name} has ${values?.length ?? 'no'} values, and this recipe needs ${length}`, { field: name, fix: 'Train it again from the start.' });
    }
    return values.slice();
  };
  const trained: Parameter[] = [];
  const parameter = (name: string, length: number, unitRows = 0, value = copy(name, length)): Parameter => {
    const made = { name, value, gradient: new Float64Array(length), m: copy(`m.${name}`, length), v: copy(`v.${name}`, length), unitRows };
    trained.push(made);
    return made;
  };
  const encoder = recipe.method !== 'mp';
  const bDec = copy('b_dec', d);
  const D = parameter('D', c * d, d);
  normaliseRows(D.value, d, 0, c);
  return {
    D,
    W_enc: encoder ? parameter('W_enc', c * d) : null,
    b_enc: encoder ? parameter('b_enc', c) : null,
    b_dec: recipe.init.bias === 'mean' ? parameter('b_dec', d, 0, bDec) : null,
    logTheta: recipe.method === 'jumprelu' ? parameter('logTheta', c) : null,
    trained,
    bPre: copy('b_pre', d),
    bDec,
    silent: copy('silent', c),
  };
}

/** A copy of everything, by the names of `TrainingState.arrays`. */
export function arraysOf({ trained, bPre, bDec, silent }: Parameters): Record<string, Float32Array> {
  const arrays: Record<string, Float32Array> = { b_pre: bPre.slice(), b_dec: bDec.slice(), silent: silent.slice() };
  for (const { name, value, m, v } of trained) {
    arrays[name] = value.slice();
    arrays[`m.${name}`] = m.slice();
    arrays[`v.${name}`] = v.slice();
  }
  return arrays;
}

/** Brings rows `from … to` of `width` values to unit norm in place, unless they already are, to the last bits; zero rows stay. */
export function normaliseRows(values: Float32Array, width: number, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const start = i * width;
    const end = start + width;
    let squares = 0;
    for (let at = start; at < end; at++) squares += (values[at] as number) ** 2;
    // A restored run starts here with rows that are unit already, and has to stay on the same bits.
    if (squares === 0 || Math.abs(squares - 1) < 1e-6) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let at = start; at < end; at++) values[at] = (values[at] as number) * scale;
  }
}
