import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRecipe, jumpKernels, methods, parseRecipe } from './check.ts';
import { defaultRecipe, presets } from './presets.ts';
import type { Recipe } from './recipe.ts';

const shape = { rows: 10_000, d: 64 };
const good = defaultRecipe('batchtopk', shape);

/** `recipe` with the value at a path like `penalty.weight` replaced; undefined takes it away. */
function altered(path: string, value: unknown, recipe: Recipe = good): unknown {
  const copy = structuredClone(recipe) as unknown as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = copy;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) at[last] = undefined;
  else at[last] = value;
  return copy;
}

describe('parseRecipe', () => {
  it('gives back every preset of every method, through JSON', () => {
    for (const { recipe } of presets) {
      for (const method of methods) {
        const made = recipe(method, shape);
        expect(parseRecipe(JSON.parse(JSON.stringify(made)))).toEqual(made);
      }
    }
  });

  it('leaves out what it does not know', () => {
    expect(parseRecipe({ ...good, extra: 1 })).toEqual(good);
    expect(parseRecipe({ ...good, penalty: { ...good.penalty, extra: 1 } })).toEqual(good);
  });

  it.each<[string, unknown, string]>([
    ['method', 'lasso', 'method is “lasso” and has to be one of batchtopk, topk'],
    ['concepts', 2.5, 'concepts is 2.5 and has to be a whole number'],
    ['concepts', 2e9, 'concepts is 2000000000 and'],
    ['k', 0, 'k is 0 and has to be a whole number from 1'],
    ['k', '5', 'k is “5” and'],
    ['epochs', Number.NaN, 'epochs is NaN and'],
    ['batch', undefined, 'batch is missing and'],
    ['seed', -1, 'seed is -1 and'],
    ['learningRate', Number.POSITIVE_INFINITY, 'learningRate is Infinity and has to be a number'],
    ['learningRate', 0, 'learningRate is 0 and'],
    ['betas', [0.9], 'betas is a list and has to be two numbers'],
    ['betas', [0.9, 1], 'betas is a list and'],
    ['epsilon', null, 'epsilon is null and'],
    ['clip', 0, 'clip is 0 and'],
    ['schedule', 'cosine', 'this is not an object'],
    ['schedule.kind', 'step', 'schedule.kind: kind is “step” and'],
    ['schedule.warmupShare', 2, 'schedule.warmupShare: warmupShare is 2 and has to be a number from 0 to 1'],
    ['init.atoms', {}, 'init.atoms: atoms is a object and'],
    ['revival.kind', 'pray', 'revival.kind: kind is “pray” and'],
    ['revival.deadAfter', 1.5, 'revival.deadAfter: deadAfter is 1.5 and'],
    ['penalty.adaptive', 1, 'penalty.adaptive: adaptive is 1 and has to be true or false'],
    ['jump.kernel', 'toString', 'jump.kernel: kernel is “toString” and'],
    ['prefixes', [1, -2], 'prefixes is a list and has to be a list of at most'],
    ['prefixes', Array.from({ length: 65 }, (_, i) => i + 1), 'prefixes is a list and'],
    ['anneal', null, 'anneal: this is not an object'],
  ])('refuses %s = %j', (path, value, message) => {
    expect(() => parseRecipe(altered(path, value))).toThrow(message);
    expect(() => parseRecipe(altered(path, value))).toThrow(expect.objectContaining({ name: 'InputError' }));
  });

  it('throws nothing but InputError, whatever it gets', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseRecipe(value)).toThrow(expect.objectContaining({ name: 'InputError' }));
      }),
    );
    expect(() => parseRecipe(Object.create(good))).toThrow(expect.objectContaining({ name: 'InputError' }));
  });

  it('takes every kernel', () => {
    for (const kernel of jumpKernels) expect(parseRecipe(altered('jump.kernel', kernel))).toMatchObject({ jump: { kernel } });
  });
});

describe('checkRecipe', () => {
  const nested = defaultRecipe('matryoshka', { ...shape, concepts: 64 });

  it('lets every preset pass, on data of any size', () => {
    for (const { name, recipe } of presets) {
      for (const method of methods) {
        for (const rows of [1, 2, 7, 60, 500, 2148, 40_000, 600_000]) {
          for (const d of [1, 2, 64, 256, 768]) {
            expect(() => { checkRecipe(recipe(method, { rows, d }), { rows, d }); }, `${name} ${method} ${rows}×${d}`).not.toThrow();
          }
        }
      }
    }
  });

  it('allows fewer rows than concepts', () => {
    expect(() => { checkRecipe({ ...good, concepts: 512, batch: 64 }, { rows: 100, d: 64 }); }).not.toThrow();
  });

  it.each<[string, Recipe, { rows: number; d: number }, string, string]>([
    ['k above c', { ...good, concepts: 10, k: 11 }, shape, 'k', '11 codes a row are more than 10 concepts. Use a k of at most 10, or more concepts.'],
    ['a batch above n', { ...good, batch: 512 }, { rows: 100, d: 64 }, 'batch', 'a batch of 512 does not fit in 100 rows. Use a batch of at most 100.'],
    ['no rows', good, { rows: 0, d: 64 }, 'batch', 'does not fit in 0 rows. Give more rows.'],
    ['more weights than memory', { ...good, concepts: 1_000_000, k: 5 }, { rows: 1e6, d: 768 }, 'concepts', 'Use at most 87381 concepts.'],
    ['more pre-codes than memory', { ...good, batch: 100_000, concepts: 8192 }, { rows: 1e6, d: 64 }, 'batch', 'Use a batch of at most 16384.'],
    ['NaN', { ...good, learningRate: Number.NaN }, shape, 'learningRate', 'learningRate is NaN'],
    ['prefixes elsewhere', { ...good, prefixes: [good.concepts] }, shape, 'prefixes', 'only Matryoshka has nested prefixes'],
    ['no prefixes', { ...nested, prefixes: [] }, shape, 'prefixes', 'the last prefix has to be all 64 concepts'],
    ['prefixes that end early', { ...nested, prefixes: [8, 32] }, shape, 'prefixes', 'End the list with 64.'],
    ['prefixes out of order', { ...nested, prefixes: [32, 8, 64] }, shape, 'prefixes', 'the prefixes do not ascend'],
    ['a prefix twice', { ...nested, prefixes: [32, 32, 64] }, shape, 'prefixes', 'the prefixes do not ascend'],
    ['AuxK without an encoder', { ...defaultRecipe('mp', shape), revival: { kind: 'auxk', weight: 1, kAux: null, deadAfter: 5 } }, shape, 'revival', 'Use “nudge” or “none”.'],
    ['nudged prefixes', { ...nested, revival: { kind: 'nudge', amount: 1e-5 } }, shape, 'revival', 'Matryoshka is not trained with “nudge”'],
    ['too many clusters', defaultRecipe('kmeans', { rows: 1000, d: 64, concepts: 101, k: 1 }), { rows: 100, d: 64 }, 'concepts', 'Use at most 100 concepts.'],
  ])('refuses %s in one sentence', (_, recipe, of, field, message) => {
    expect(() => { checkRecipe(recipe, of); }).toThrow(message);
    expect(() => { checkRecipe(recipe, of); }).toThrow(expect.objectContaining({ name: 'InputError', place: expect.objectContaining({ field }) }));
  });
});
