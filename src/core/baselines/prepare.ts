import { InputError } from '../errors.ts';
import { rowOf } from '../tensor.ts';
import type { Random } from '../random.ts';
import type { Recipe } from '../training/recipe.ts';
import type { Matrix } from '../tensor.ts';

/** Throws InputError when `recipe` or `rows` `(n, d)` are nothing that a baseline can be fitted to. */
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
  const bad = rows.data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new InputError(`the embedding has ${rows.data[bad]} at position ${bad % rows.cols}`, {
    field: `row ${Math.floor(bad / rows.cols)}`,
    fix: 'Remove the row or embed the item again.',
  });
}

function wholeFromOne(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(`${field} is ${value} and has to be a whole number of at least 1`, { field });
  }
}

/** Mean of each column of `rows` `(n, d)`, in float64. */
export function columnMeans(rows: Matrix): Float64Array {
  const sums = new Float64Array(rows.cols);
  for (let r = 0; r < rows.rows; r++) {
    const row = rowOf(rows, r);
    for (let i = 0; i < row.length; i++) sums[i] = (sums[i] ?? 0) + (row[i] ?? 0);
  }
  return sums.map((sum) => sum / rows.rows);
}

/** What a recipe's `init.bias` subtracts from every row `(d)`: the data mean, or nothing. */
export function biasOf(recipe: Pick<Recipe, 'init'>, rows: Matrix): Float32Array {
  return recipe.init.bias === 'mean' ? Float32Array.from(columnMeans(rows)) : new Float32Array(rows.cols);
}

/** A copy of `rows` `(n, d)` less `bias` `(d)`. */
export function lessBias(rows: Matrix, bias: Float32Array): Matrix {
  return { ...rows, data: rows.data.map((value, at) => value - (bias[at % rows.cols] ?? 0)) };
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
