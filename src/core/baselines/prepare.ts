import { InputError } from '../errors.ts';
import { matrix, rowOf } from '../tensor.ts';
import type { Random } from '../random.ts';
import type { Matrix } from '../tensor.ts';
import type { Recipe } from '../training/recipe.ts';
import type { Meter } from './meter.ts';

/** Throws InputError when the sizes of `recipe` and `rows` `(n, d)` do not go together. */
export function checkFit(recipe: Pick<Recipe, 'concepts' | 'k' | 'epochs'>, rows: Matrix): void {
  wholeFromOne('concepts', recipe.concepts);
  wholeFromOne('k', recipe.k);
  wholeFromOne('epochs', recipe.epochs);
  if (recipe.k > recipe.concepts) {
    throw new InputError(`k is ${recipe.k} and there are only ${recipe.concepts} concepts`, { field: 'k', fix: 'Take a smaller k or more concepts.' });
  }
  if (rows.rows === 0 || rows.cols === 0) {
    throw new InputError('there are no embeddings to learn from', { field: 'rows', fix: 'Choose data with at least one row.' });
  }
}

function wholeFromOne(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(`${field} is ${value} and has to be a whole number of at least 1`, { field });
  }
}

/** Mean `(d)` of the columns of `rows` `(n, d)`, in float64. Throws InputError naming the first row with a value that is not finite. */
export async function columnMeans(rows: Matrix, meter: Meter): Promise<Float64Array> {
  const sums = new Float64Array(rows.cols);
  for (let r = 0; r < rows.rows; r++) {
    const row = rowOf(rows, r);
    for (let i = 0; i < row.length; i++) sums[i] = (sums[i] ?? 0) + (row[i] ?? 0);
    const wait = meter.spend(rows.cols);
    if (wait !== undefined) await wait;
  }
  // Sums of float32 do not overflow in float64.
  if (!sums.every((sum) => Number.isFinite(sum))) throw notFinite(rows);
  return sums.map((sum) => sum / rows.rows);
}

function notFinite(rows: Matrix): InputError {
  const at = rows.data.findIndex((value) => !Number.isFinite(value));
  return new InputError(`the embedding has ${rows.data[at]} at position ${at % rows.cols}`, {
    field: `row ${Math.floor(at / rows.cols)}`,
    fix: 'Remove the row or embed the item again.',
  });
}

/** What a recipe's `init.bias` subtracts from every row `(d)`: the data mean, or nothing. Throws InputError as `columnMeans` does. */
export async function biasOf(recipe: Pick<Recipe, 'init'>, rows: Matrix, meter: Meter): Promise<Float32Array> {
  const mean = await columnMeans(rows, meter);
  return recipe.init.bias === 'mean' ? Float32Array.from(mean) : new Float32Array(rows.cols);
}

/** A copy of `rows` `(n, d)` less `bias` `(d)`. */
export async function lessBias(rows: Matrix, bias: Float32Array, meter: Meter): Promise<Matrix> {
  const result = matrix(rows.rows, rows.cols);
  for (let r = 0; r < rows.rows; r++) {
    const from = rowOf(rows, r);
    const to = rowOf(result, r);
    for (let i = 0; i < from.length; i++) to[i] = (from[i] ?? 0) - (bias[i] ?? 0);
    const wait = meter.spend(rows.cols);
    if (wait !== undefined) await wait;
  }
  return result;
}

/** `count` different row numbers below n in ascending order, all of them where there are no more. */
export function pickRows(n: number, count: number, random: Random): Uint32Array {
  const all = Uint32Array.from({ length: n }, (_, r) => r);
  return count >= n ? all : random.shuffle(all).slice(0, count).sort();
}

/** A copy of the rows numbered `picked` of `(n, d)`. */
export function takeRows(rows: Matrix, picked: Uint32Array): Matrix {
  const data = new Float32Array(picked.length * rows.cols);
  picked.forEach((row, r) => { data.set(rowOf(rows, row), r * rows.cols); });
  return { rows: picked.length, cols: rows.cols, data };
}
