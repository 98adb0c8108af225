import { describe, expect, it } from 'vitest';
import { momentsOf, saeMethods, smallRecipe, smallRows } from '../../../tests/fixtures/training/small.ts';
import { matrix, rowOf } from '../tensor.ts';
import { initialState } from './initial.ts';
import type { Initialisation, Recipe } from './recipe.ts';

const x = smallRows(2);
const moments = momentsOf(x);
const atomsOf = (recipe: Recipe, rows = x): number[][] => {
  const { arrays } = initialState(recipe, rows, momentsOf(rows));
  return Array.from({ length: recipe.concepts }, (_, i) => [...rowOf(matrix(recipe.concepts, rows.cols, arrays['D']), i)]);
};
const recipeWith = (init: Partial<Initialisation>, change: Partial<Recipe> = {}): Recipe => {
  const recipe = smallRecipe('batchtopk', change);
  return { ...recipe, init: { ...recipe.init, ...init } };
};
const parallel = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, j) => sum + value * (b[j] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b));

describe('initial state', () => {
  it.each(saeMethods)('of %s has moments of 0 for everything that is trained', (method) => {
    const { step, theta, arrays } = initialState(smallRecipe(method), x, moments);
    expect({ step, theta }).toEqual({ step: 0, theta: null });
    const trained = Object.keys(arrays).filter((name) => name.startsWith('m.')).map((name) => name.slice(2)).sort();
    const encoder = method === 'mp' ? [] : ['W_enc', 'b_enc'];
    expect(trained).toEqual(['D', ...encoder, 'b_dec', ...(method === 'jumprelu' ? ['logTheta'] : [])].sort());
    for (const name of trained) {
      for (const moment of ['m', 'v']) expect(arrays[`${moment}.${name}`]).toEqual(new Float32Array(arrays[name]?.length ?? 0));
    }
    expect(arrays['silent']).toEqual(new Float32Array(24));
  });

  it('is the same for a seed, and another for another', () => {
    expect(initialState(recipeWith({}), x, moments)).toEqual(initialState(recipeWith({}), x, moments));
    expect(atomsOf(recipeWith({}))).not.toEqual(atomsOf(recipeWith({}, { seed: 1 })));
  });

  it('has unit atoms, the encoder tied to them and biases at the mean', () => {
    const { arrays } = initialState(recipeWith({}), x, moments);
    for (const atom of atomsOf(recipeWith({}))) expect(Math.hypot(...atom)).toBeCloseTo(1, 6);
    expect(arrays['W_enc']).toEqual(arrays['D']);
    expect(arrays['b_enc']).toEqual(new Float32Array(24));
    expect(arrays['b_pre']).toEqual(Float32Array.from(moments.mean));
    expect(arrays['b_dec']).toEqual(arrays['b_pre']);
    expect(arrays['b_dec']).not.toBe(arrays['b_pre']);
  });

  it('as overcomplete: nn.Linear within 1/√d, no biases around it, and none trained', () => {
    const { arrays } = initialState(recipeWith({ encoder: 'independent', bias: 'zero' }), x, moments);
    const weights = [...(arrays['W_enc'] ?? []), ...(arrays['b_enc'] ?? [])];
    const bound = 1 / Math.sqrt(x.cols);
    expect(weights.every((w) => Math.abs(w) <= bound)).toBe(true);
    expect(Math.max(...weights)).toBeGreaterThan(0.9 * bound);
    expect(Math.min(...weights)).toBeLessThan(-0.9 * bound);
    expect(arrays['b_pre']).toEqual(new Float32Array(x.cols));
    expect(Object.keys(arrays)).not.toContain('m.b_dec');
  });

  it('from data: each atom is a row less the mean, no row twice while they last', () => {
    const centred = Array.from({ length: x.rows }, (_, r) => [...rowOf(x, r)].map((value, j) => value - (moments.mean[j] ?? 0)));
    const rows = atomsOf(recipeWith({ atoms: 'data' })).map((atom) => centred.findIndex((row) => parallel(row, atom) > 1 - 1e-6));
    expect(rows.every((r) => r >= 0)).toBe(true);
    expect(new Set(rows).size).toBe(24);
  });

  it('from data with fewer rows than concepts, or rows at the mean: unit atoms, no two the same', () => {
    const few = smallRows(3, 5);
    const atoms = atomsOf(recipeWith({ atoms: 'data' }), few);
    for (let i = 0; i < atoms.length; i++) {
      expect(Math.hypot(...(atoms[i] ?? []))).toBeCloseTo(1, 6);
      for (let j = 0; j < i; j++) expect(parallel(atoms[i] ?? [], atoms[j] ?? [])).toBeLessThan(1 - 1e-6);
    }
    for (const atom of atomsOf(recipeWith({ atoms: 'data' }), matrix(30, 10, new Float32Array(300).fill(1)))) expect(Math.hypot(...atom)).toBeCloseTo(1, 6);
  });

  it('gives a penalty to the methods that have one, and thresholds by their logarithm', () => {
    const penalty = { weight: 0.5, adaptive: true };
    for (const method of saeMethods) {
      expect(initialState(smallRecipe(method, { penalty }), x, moments).penalty).toBe(method === 'relu' || method === 'jumprelu' ? 0.5 : 0);
    }
    const jump = { bandwidth: 0.01, kernel: 'silverman', threshold: 0.2 } as const;
    expect(initialState(smallRecipe('jumprelu', { jump }), x, moments).arrays['logTheta']?.[3]).toBeCloseTo(Math.log(0.2), 6);
  });
});
