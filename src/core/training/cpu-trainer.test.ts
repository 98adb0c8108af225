import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchRows, momentsOf, saeMethods, smallRecipe, smallRows, trainTo } from '../../../tests/fixtures/training/small.ts';
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { CancelledError } from '../errors.ts';
import { r2PerFeature } from '../metrics.ts';
import { matrix, rowOf } from '../tensor.ts';
import { CpuTrainer } from './cpu-trainer.ts';
import { toDictionary } from './dictionary.ts';
import { initialState } from './initial.ts';
import type { Recipe } from './recipe.ts';
import type { TrainingState } from './trainer.ts';
import type { Work } from '../work.ts';

const x = smallRows(1);
const recipes = saeMethods.flatMap((method): [string, Recipe][] => {
  const revivals: Recipe['revival'][] = [{ kind: 'none' }];
  if (method !== 'matryoshka') revivals.push({ kind: 'nudge', amount: 1e-3 });
  if (method !== 'mp') revivals.push({ kind: 'auxk', weight: 1, kAux: 4, deadAfter: 2 }, { kind: 'reanimation', weight: 1e-2 });
  return revivals.map((revival) => [`${method}, ${revival.kind}`, smallRecipe(method, { revival })]);
});

const start = (recipe: Recipe): TrainingState => initialState(recipe, x, momentsOf(x));

describe.each(recipes)('%s', (_, recipe) => {
  it('gives the same bits again, from a checkpoint and however a step is cut into pieces', async () => {
    const { state } = await trainTo(15, recipe, x);
    expect((await trainTo(15, recipe, x)).state).toEqual(state);
    const { state: checkpoint } = await trainTo(7, recipe, x);
    expect((await trainTo(15, recipe, x, structuredClone(checkpoint))).state).toEqual(state);
    expect((await trainTo(15, recipe, x, start(recipe), { piece: 1 })).state).toEqual(state);
  });

  it('cancels between steps as far as the state can tell', async () => {
    const whole = await trainTo(4, recipe, x);
    for (const at of [1, 2, 5, 9, 14, 30]) {
      let calls = 0;
      const work: Work = {
        pause: () => {
          calls += 1;
          if (calls === at) throw new CancelledError();
          return calls % 3 === 0 ? Promise.resolve() : undefined;
        },
        progress: () => undefined,
      };
      const trainer = CpuTrainer.create({ recipe, d: x.cols, totalSteps: 30, state: start(recipe), work, piece: 4000 });
      await trainer.useShard(x);
      let cancelled = 0;
      while (trainer.steps < 4) {
        try {
          await trainer.step(batchRows(trainer.steps, recipe.batch, x.rows));
        } catch (error) {
          expect(error).toBeInstanceOf(CancelledError);
          cancelled += 1;
        }
      }
      expect(cancelled).toBe(1);
      expect(await trainer.save()).toEqual(whole.state);
    }
  });
});

describe('CpuTrainer', () => {
  it('with one prefix, Matryoshka is BatchTopK', async () => {
    const single = smallRecipe('matryoshka', { prefixes: [24] });
    const plain = { ...single, method: 'batchtopk', prefixes: [] } as const;
    expect((await trainTo(12, single, x)).state).toEqual((await trainTo(12, plain, x)).state);
  });

  it.each(saeMethods)('%s learns: its dictionary explains most of the rows at about k codes', async (method) => {
    const recipe = smallRecipe(method, { learningRate: 1e-2, schedule: { kind: 'constant' }, penalty: { weight: 1e-3, adaptive: true }, jump: { bandwidth: 0.02, kernel: 'silverman', threshold: 0.1 } });
    const { state, stats } = await trainTo(600, recipe, x);
    const dictionary = toDictionary(recipe, state, x.cols);
    const codes = encode(dictionary, x);
    const floor = method === 'relu' || method === 'matryoshka' ? 0.35 : 0.6;
    expect(r2PerFeature(x, decode(dictionary, codes, x))).toBeGreaterThan(floor);
    expect(codes.values.length / x.rows).toBeLessThan(1.6 * recipe.k);
    const last = stats.slice(-50);
    expect(last.reduce((sum, { l0 }) => sum + l0, 0) / last.length).toBeLessThan(1.4 * recipe.k);
    for (let i = 0; i < dictionary.c; i++) {
      expect(Math.hypot(...rowOf(matrix(dictionary.c, dictionary.d, dictionary.W_dec), i))).toBeCloseTo(1, 6);
    }
  });

  it('keeps k codes of each row with TopK and k·B of a batch with BatchTopK, more while annealed', async () => {
    expect((await trainTo(1, smallRecipe('topk'), x)).stats[0]?.l0).toBe(3);
    expect((await trainTo(1, smallRecipe('batchtopk'), x)).stats[0]?.l0).toBe(3);
    const annealed = smallRecipe('batchtopk', { anneal: { factor: 2, share: 0.5 } });
    const { stats } = await trainTo(16, annealed, x);
    expect(stats[0]?.l0).toBe(6);
    expect(stats[5]?.l0).toBe(5);
    expect(stats[15]?.l0).toBe(3);
  });

  it('follows θ_B with a tenth, and starts from it', async () => {
    const recipe = smallRecipe('batchtopk', { learningRate: 1e-12 });
    const first = await trainTo(1, recipe, x);
    const second = await trainTo(2, recipe, x);
    const alone = await trainTo(2, recipe, x, { ...start(recipe), step: 1 });
    expect(second.state.theta).toBeCloseTo(0.9 * (first.state.theta ?? 0) + 0.1 * (alone.state.theta ?? 0), 6);
  });

  it('steers the penalty up while there are more codes than k, and down while there are fewer', async () => {
    for (const method of ['relu', 'jumprelu'] as const) {
      const adaptive = { weight: 1e-6, adaptive: true };
      expect((await trainTo(1, smallRecipe(method, { penalty: adaptive }), x)).state.penalty).toBeCloseTo(1.01e-6, 12);
      const few = smallRecipe(method, { k: 24, penalty: adaptive });
      const l0 = (await trainTo(1, few, x)).stats[0]?.l0 ?? 0;
      expect((await trainTo(1, few, x)).state.penalty).toBeCloseTo(1e-6 * (1 + 0.01 * (l0 / 24 - 1)), 12);
      expect((await trainTo(1, smallRecipe(method, { penalty: { weight: 1e-6, adaptive: false } }), x)).state.penalty).toBe(1e-6);
    }
  });

  it('counts silent steps, and dead units by them', async () => {
    const recipe = smallRecipe('topk', { k: 1, revival: { kind: 'auxk', weight: 0, kAux: 1, deadAfter: 4 } });
    const { state, stats } = await trainTo(6, recipe, x);
    const silent = [...(state.arrays['silent'] ?? [])];
    expect(Math.max(...silent)).toBeLessThanOrEqual(6);
    expect(stats.at(-1)?.dead).toBe(silent.filter((steps) => steps >= 4).length / 24);
    expect((await trainTo(1, smallRecipe('topk', { k: 24, revival: { kind: 'none' } }), x)).stats[0]?.dead).toBeLessThan(1);
  });

  it('weight decay shrinks what has no gradient by lr·wd a step', async () => {
    const recipe = smallRecipe('topk', { k: 1, weightDecay: 0.1, learningRate: 0.5, schedule: { kind: 'constant' }, revival: { kind: 'none' } });
    const before = start(recipe).arrays['W_enc'] ?? new Float32Array(0);
    const { state } = await trainTo(1, recipe, x);
    const quiet = [...(state.arrays['silent'] ?? [])].findIndex((steps) => steps === 1);
    expect(quiet).toBeGreaterThanOrEqual(0);
    for (let j = 0; j < x.cols; j++) expect(state.arrays['W_enc']?.[quiet * x.cols + j]).toBeCloseTo((before[quiet * x.cols + j] ?? 0) * 0.95, 6);
  });

  it('clips the norm of all gradients together', async () => {
    const free = smallRecipe('batchtopk', { betas: [0, 0.9], clip: null });
    const gradientsOf = async (recipe: Recipe): Promise<number[]> => {
      const { state } = await trainTo(1, recipe, x);
      return Object.keys(state.arrays).filter((name) => name.startsWith('m.')).sort().flatMap((name) => [...(state.arrays[name] ?? [])]);
    };
    const all = await gradientsOf(free);
    const norm = Math.hypot(...all);
    const clipped = await gradientsOf({ ...free, clip: norm / 4 });
    expect(Math.hypot(...clipped)).toBeCloseTo(norm / 4, 4);
    expect(await gradientsOf({ ...free, clip: norm * 2 })).toEqual(all);
  });

  it('survives rows that are all the same, and all zero', async () => {
    for (const value of [0, 0.5]) {
      const flat = matrix(40, 10, new Float32Array(400).fill(value));
      for (const method of saeMethods) {
        const { state } = await trainTo(6, smallRecipe(method), flat);
        for (const [name, values] of Object.entries(state.arrays)) expect(values.every(Number.isFinite), `${method} ${name}`).toBe(true);
      }
    }
  });

  it('says that the learning rate is too large when the loss is no longer a number, and keeps the last state', async () => {
    const recipe = smallRecipe('relu');
    const state = start(recipe);
    state.arrays['W_enc']?.fill(1e38);
    const trainer = CpuTrainer.create({ recipe, d: x.cols, totalSteps: 30, state });
    await trainer.useShard(x);
    const before = await trainer.save();
    await expect(trainer.step(batchRows(0, recipe.batch, x.rows))).rejects.toMatchObject({ name: 'InputError', place: { field: 'learningRate' } });
    expect(await trainer.save()).toEqual(before);
    expect(trainer.steps).toBe(0);
  });

  it('names an array of the state that does not fit', () => {
    const recipe = smallRecipe('batchtopk');
    const state = start(recipe);
    for (const name of ['W_enc', 'm.D', 'silent', 'b_dec']) {
      const { [name]: _left, ...arrays } = state.arrays;
      expect(() => CpuTrainer.create({ recipe, d: x.cols, totalSteps: 1, state: { ...state, arrays } })).toThrow(expect.objectContaining({ name: 'InputError', place: expect.objectContaining({ field: name }) }));
      const short = { ...state.arrays, [name]: new Float32Array(3) };
      expect(() => CpuTrainer.create({ recipe, d: x.cols, totalSteps: 1, state: { ...state, arrays: short } })).toThrow(`${name} has 3 values`);
    }
  });

  it('does not step twice at once, on a strange shard or beyond it', async () => {
    const recipe = smallRecipe('topk');
    const trainer = CpuTrainer.create({ recipe, d: x.cols, totalSteps: 30, state: start(recipe) });
    await expect(trainer.step(batchRows(0, 20, 120))).rejects.toThrow('no shard');
    await expect(trainer.useShard(matrix(4, 3))).rejects.toThrow('rows of 3');
    await trainer.useShard(x);
    await expect(trainer.step(new Uint32Array(20).fill(120))).rejects.toThrow('row 120');
    await expect(trainer.step(new Uint32Array(19))).rejects.toThrow('19');
  });

  it('asks for the product in pieces of at most the operations allowed, and awaits it', async () => {
    const asked: number[] = [];
    const recipe = smallRecipe('batchtopk');
    const piece = 2 * 24 * 10 * 8;
    const { state } = await trainTo(2, recipe, x, start(recipe), {
      piece,
      product: async (rows, n, d, w, c, out) => {
        await Promise.resolve();
        asked.push(n);
        for (let r = 0; r < n; r++) for (let i = 0; i < c; i++) {
          let sum = 0;
          for (let j = 0; j < d; j++) sum += (rows[r * d + j] ?? 0) * (w[i * d + j] ?? 0);
          out[r * c + i] = sum;
        }
      },
    });
    expect(asked).toEqual([8, 8, 4, 8, 8, 4]);
    expect(state).toEqual((await trainTo(2, recipe, x)).state);
  });
});

it('the batch threshold does not depend on where it was looked for first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 1, max: 24 }), async (theta, k) => {
      const recipe = smallRecipe('batchtopk', { k, learningRate: 1e-12 });
      const known = await trainTo(1, recipe, x, { ...start(recipe), theta });
      const unknown = await trainTo(1, recipe, x);
      expect(known.stats[0]?.l0).toBe(unknown.stats[0]?.l0);
      expect(known.state.theta).toBeCloseTo(0.9 * theta + 0.1 * (unknown.state.theta ?? 0), 9);
    }),
    { numRuns: 30 },
  );
});
