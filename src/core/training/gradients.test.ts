import { describe, expect, it } from 'vitest';
import { momentsOf, smallRecipe, smallRows, trainTo } from '../../../tests/fixtures/training/small.ts';
import { Random } from '../random.ts';
import { initialState } from './initial.ts';
import type { Recipe, Revival, SaeMethod } from './recipe.ts';
import type { TrainingState } from './trainer.ts';

const d = 10;
const x = smallRows(5);

/** A state in which θ, biases and silent units are as in the midst of a training. */
async function midway(recipe: Recipe): Promise<TrainingState> {
  const { state } = await trainTo(8, recipe, x, initialState(recipe, x, momentsOf(x)));
  return { ...state, theta: null };
}

/** The loss at `state`, and its gradient: Adam's first moment without memory. */
async function lossAt(recipe: Recipe, state: TrainingState): Promise<{ loss: number; gradient: (name: string) => Float32Array; silent: Float32Array }> {
  const once = { ...recipe, betas: [0, 0.99] as const, clip: null };
  const { state: after, stats } = await trainTo(state.step + 1, once, x, state);
  const of = (name: string): Float32Array => after.arrays[name] ?? new Float32Array(0);
  return { loss: stats[0]?.loss ?? Number.NaN, gradient: (name) => of(`m.${name}`), silent: of('silent') };
}

/**
 * A random direction for the named array, on the chosen units only. Atoms move along the sphere: the gradient is that of unit atoms as
 * they stand, and a step off the sphere is undone before the next one.
 */
function direction(name: string, state: TrainingState, units: readonly number[], random: Random): Float64Array {
  const values = state.arrays[name] ?? new Float32Array(0);
  if (name === 'b_dec') return Float64Array.from(values, () => random.normal());
  const width = name === 'D' || name === 'W_enc' ? d : 1;
  const result = new Float64Array(values.length);
  for (const i of units) {
    for (let j = i * width; j < (i + 1) * width; j++) result[j] = random.normal();
    if (name !== 'D') continue;
    let along = 0;
    for (let j = i * d; j < (i + 1) * d; j++) along += (result[j] ?? 0) * (values[j] ?? 0);
    for (let j = i * d; j < (i + 1) * d; j++) result[j] = (result[j] ?? 0) - along * (values[j] ?? 0);
  }
  return result;
}

function moved(state: TrainingState, name: string, along: Float64Array, by: number): TrainingState {
  const values = state.arrays[name] ?? new Float32Array(0);
  return { ...state, arrays: { ...state.arrays, [name]: values.map((value, i) => value + by * (along[i] ?? 0)) } };
}

async function expectSlope(recipe: Recipe, names: readonly string[], unitsOf: (silent: Float32Array) => number[]): Promise<void> {
  const state = await midway(recipe);
  const random = new Random(9);
  const { gradient, silent } = await lossAt(recipe, state);
  const units = unitsOf(silent);
  expect(units.length).toBeGreaterThan(0);
  const by = 2e-4;
  for (const name of names) {
    const along = direction(name, state, units, random);
    const slope = gradient(name).reduce((sum, value, i) => sum + value * (along[i] ?? 0), 0);
    const up = await lossAt(recipe, moved(state, name, along, by));
    const down = await lossAt(recipe, moved(state, name, along, -by));
    const measured = (up.loss - down.loss) / (2 * by);
    const size = Math.sqrt(along.reduce((sum, value) => sum + value * value, 0));
    expect(Math.abs(slope), name).toBeGreaterThan(1e-9);
    expect(Math.abs(measured - slope), `${name}: measured ${measured}, computed ${slope}`).toBeLessThan(5e-3 * Math.abs(slope) + 2e-6 * size);
  }
}

const everyUnit = (): number[] => Array.from({ length: 24 }, (_, i) => i);
const none: Revival = { kind: 'none' };
const fixed = { weight: 1e-3, adaptive: false };

describe('gradients are the slopes of the loss', () => {
  it.each<[SaeMethod, readonly string[], Partial<Recipe>]>([
    ['relu', ['W_enc', 'b_enc', 'D', 'b_dec'], { penalty: fixed }],
    ['topk', ['W_enc', 'b_enc', 'D', 'b_dec'], {}],
    ['batchtopk', ['W_enc', 'b_enc', 'D', 'b_dec'], {}],
    ['batchtopk', ['W_enc', 'b_enc', 'D', 'b_dec'], { anneal: { factor: 2, share: 1 } }],
    ['matryoshka', ['W_enc', 'b_enc', 'D', 'b_dec'], {}],
    ['mp', ['D', 'b_dec'], {}],
    // What moves its pre-codes across a threshold makes the loss jump; overcomplete's numbers are the test of those.
    ['jumprelu', ['D', 'b_dec'], { penalty: fixed }],
  ])('%s: %s', async (method, names, change) => {
    await expectSlope(smallRecipe(method, { revival: none, ...change }), names, everyUnit);
  });

  it('reanimation', async () => {
    await expectSlope(smallRecipe('topk', { revival: { kind: 'reanimation', weight: 0.5 } }), ['W_enc', 'b_enc'], everyUnit);
  });

  it.each(['mp', 'topk'] as const)('nudge of %s', async (method) => {
    await expectSlope(smallRecipe(method, { revival: { kind: 'nudge', amount: 0.05 } }), ['D', 'b_dec'], everyUnit);
  });

  it.each(['topk', 'batchtopk', 'matryoshka'] as const)('AuxK of %s, whose residual is held constant: for units that stay silent', async (method) => {
    const deadAfter = 3;
    const recipe = smallRecipe(method, { revival: { kind: 'auxk', weight: 0.5, kAux: 2, deadAfter }, k: 1 });
    await expectSlope(recipe, ['W_enc', 'b_enc', 'D'], (silent) => everyUnit().filter((i) => (silent[i] ?? 0) > deadAfter));
  });
});
