import { describe, expect, it } from 'vitest';
import { batchRows, momentsOf, smallRecipe, smallRows, trainTo } from '../../../tests/fixtures/training/small.ts';
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { l0 } from '../metrics.ts';
import { matrix } from '../tensor.ts';
import { toDictionary } from './dictionary.ts';
import { initialState } from './initial.ts';
import type { Matrix } from '../tensor.ts';
import type { Activation } from '../dictionary.ts';

const x = smallRows(4);

function pick(rows: Uint32Array): Matrix {
  const part = matrix(rows.length, x.cols);
  rows.forEach((row, r) => { part.data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), r * x.cols); });
  return part;
}

describe('the dictionary of a trained state', () => {
  // Pursuit in a batch of one row looks for each pick anew, in larger ones it keeps the products of atoms.
  it.each([['relu', 20], ['topk', 20], ['jumprelu', 20], ['mp', 20], ['mp', 1]] as const)('%s encodes and decodes as the next step does with %s rows', async (method, rows) => {
    const recipe = smallRecipe(method, { revival: { kind: 'none' }, batch: rows });
    const { state } = await trainTo(9, recipe, x);
    const next = (await trainTo(10, recipe, x, state)).stats[0];
    const batch = pick(batchRows(9, recipe.batch, x.rows));
    const dictionary = toDictionary(recipe, state, x.cols);
    const codes = encode(dictionary, batch);
    const decoded = decode(dictionary, codes, batch);
    const mse = batch.data.reduce((sum, value, i) => sum + (value - (decoded.data[i] ?? 0)) ** 2, 0) / batch.data.length;
    expect(l0(codes)).toBeCloseTo(next?.l0 ?? Number.NaN, 9);
    expect(mse).toBeCloseTo(next?.mse ?? Number.NaN, 6);
  });

  it.each(['batchtopk', 'matryoshka'] as const)('%s has the running threshold, with >=', async (method) => {
    const recipe = smallRecipe(method);
    const { state } = await trainTo(9, recipe, x);
    expect(state.theta).toBeGreaterThan(0);
    expect(toDictionary(recipe, state, x.cols).act).toEqual({ kind: 'batchtopk', k: 3, theta: state.theta, cmp: '>=' } satisfies Activation);
  });

  it('has no threshold before the first step, and unit atoms whatever their norm', () => {
    const recipe = smallRecipe('batchtopk');
    const state = initialState(recipe, x, momentsOf(x));
    const doubled = { ...state, arrays: { ...state.arrays, D: state.arrays['D']?.map((value) => 2 * value) ?? new Float32Array(0) } };
    const dictionary = toDictionary(recipe, doubled, x.cols);
    expect(dictionary.act).toMatchObject({ theta: null });
    dictionary.W_dec.forEach((value, i) => { expect(value).toBeCloseTo(state.arrays['D']?.[i] ?? Number.NaN, 6); });
    // (d, c): the first concept's direction is the first column.
    expect(dictionary.W_enc[24]).toBe(state.arrays['W_enc']?.[1]);
  });

  it('refuses a state of another size', () => {
    const recipe = smallRecipe('batchtopk');
    expect(() => toDictionary(recipe, initialState(recipe, x, momentsOf(x)), 7)).toThrow('D of 168 has 240 values');
  });
});
