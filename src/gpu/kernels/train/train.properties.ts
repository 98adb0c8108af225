/**
 * What every trainer has to do, from definitions that share no code with any of them. Run by train.test.ts on the CPU and by
 * train.browser.test.ts on WebGPU.
 */
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../core/errors.ts';
import { matrix } from '../../../core/tensor.ts';
import { gaussians } from '../encode/testing.ts';
import { ODD, plain, recipes, runOf, takeSteps } from './testing.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { Trainer, TrainingState } from '../../../core/training/trainer.ts';
import type { WebGpuTrainerOptions } from './trainer.ts';

export interface TrainBackend {
  readonly name: string;
  /** Makes a trainer for the length of `work`. */
  readonly withTrainer: <T>(options: WebGpuTrainerOptions, work: (trainer: Trainer) => Promise<T>) => Promise<T>;
}

/**
 * The state after one step whose pre-codes are exactly `pre` `(B, c)`: row r of the batch is the r-th unit vector, and column r of the
 * encoder what it should give.
 */
async function stateAfter({ withTrainer }: TrainBackend, recipe: Recipe, pre: readonly (readonly number[])[]): Promise<{ state: TrainingState; l0: number }> {
  const batch = pre.length;
  const concepts = pre[0]?.length ?? 0;
  const shard = matrix(batch, batch);
  for (let r = 0; r < batch; r++) shard.data[r * batch + r] = 1;
  const own: Recipe = { ...recipe, batch, concepts, init: { ...recipe.init, bias: 'zero' } };
  const { state } = runOf(own, batch);
  const W_enc = Float32Array.from({ length: concepts * batch }, (_, i) => pre[i % batch]?.[Math.floor(i / batch)] ?? NaN);
  const arrays = { ...state.arrays, W_enc, b_enc: new Float32Array(concepts) };
  return withTrainer({ recipe: own, d: batch, totalSteps: 1, state: { ...state, arrays } }, async (trainer) => {
    await trainer.useShard(shard);
    await trainer.step(Uint32Array.from({ length: batch }, (_, r) => r));
    const { l0 } = await trainer.stats();
    return { state: await trainer.save(), l0 };
  });
}

/** Units that had a code in the only step so far. */
function fired({ arrays }: TrainingState): number[] {
  return Array.from(arrays['silent'] ?? []).flatMap((steps, i) => (steps === 0 ? [i] : []));
}

export function trainProperties(backend: TrainBackend): void {
  const { name, withTrainer } = backend;

  describe(`the threshold of BatchTopK on ${name}`, () => {
    const sizes = Float32Array.from(gaussians(240, 3), (value, i) => value * 10 ** ((i % 29) - 14));
    const random = Array.from({ length: 6 }, (_, r) => Array.from(sizes.subarray(40 * r, 40 * r + 40)));
    // Neighbours in float32, of which only the last bits differ.
    const close = Array.from({ length: 5 }, (_, r) => Array.from({ length: 30 }, (__, j) => 0.5 + ((r * 37 + j * 11) % 150) * 2 ** -24));
    const tied = Array.from({ length: 6 }, (_, r) => Array.from({ length: 20 }, (__, j) => [0.5, -1, 0.25, 0, 0.125][(r + 3 * j) % 5] ?? 0));
    const few = tied.map((row, r) => row.map((value, j) => (r === 2 && j < 4 ? value : -Math.abs(value))));
    const nothing = tied.map((row) => row.map((value) => -Math.abs(value)));
    for (const [what, pre, ks] of [
      ['many magnitudes', random, [1, 2, 7, 19]],
      ['neighbouring floats', close, [1, 3, 11, 30]],
      ['ties and zeros', tied, [1, 3, 5, 7, 8, 12]],
      ['fewer positive pre-codes than k·B', few, [1, 2]],
      ['no positive pre-code', nothing, [1]],
      ['one row of one concept', [[0.7]], [1]],
    ] as const) {
      for (const k of ks) {
        it(`is the k·B-th largest for ${what}, k = ${k}`, async () => {
          const all = pre.flat().map(Math.fround);
          const positive = all.filter((value) => value > 0).sort((a, b) => b - a);
          const kept = k * pre.length;
          const theta = positive[kept - 1] ?? 0;
          const { state, l0 } = await stateAfter(backend, { ...plain, k, learningRate: 1e-6 }, pre);
          expect(state.theta).toBe(theta);
          expect(Math.round(l0 * pre.length)).toBe(positive.filter((value) => value >= theta).length);
          const columns = Array.from(pre[0].keys()).filter((j) => pre.some((row) => Math.fround(row[j] ?? 0) > 0 && Math.fround(row[j] ?? 0) >= theta));
          expect(fired(state)).toEqual(columns);
        });
      }
    }

    it('follows the batches', async () => {
      const run = runOf({ ...plain, learningRate: 1e-12, schedule: { kind: 'constant' } });
      const batches = await withTrainer(run, async (trainer) => {
        await trainer.useShard(run.shard);
        const thetas: (number | null)[] = [(await trainer.save()).theta];
        for (let step = 0; step < 3; step++) {
          await takeSteps(trainer, run, step, step + 1);
          thetas.push((await trainer.stats()).theta);
        }
        return thetas;
      });
      expect(batches[0]).toBeNull();
      // The same weights on one batch alone give its θ_B.
      const alone = await Promise.all(
        [0, 1, 2].map(async (step) =>
          withTrainer(run, async (trainer) => {
            await trainer.useShard(run.shard);
            await takeSteps(trainer, run, step, step + 1);
            return (await trainer.stats()).theta ?? NaN;
          }),
        ),
      );
      const [a = NaN, b = NaN, c = NaN] = alone;
      expect(batches[1]).toBeCloseTo(a, 6);
      expect(batches[2]).toBeCloseTo(0.9 * a + 0.1 * b, 5);
      expect(batches[3]).toBeCloseTo(0.9 * (0.9 * a + 0.1 * b) + 0.1 * c, 5);
    });
  });

  describe(`codes of one row on ${name}`, () => {
    const row = [0.5, 0.25, -3, 0.5, 0.75, 0, 0.5, 0.5, 0.125, 0.75];
    for (const [k, units] of [
      [1, [4]],
      [2, [4, 9]],
      [3, [0, 4, 9]],
      [5, [0, 3, 4, 6, 9]],
      [6, [0, 3, 4, 6, 7, 9]],
      [10, [0, 1, 3, 4, 6, 7, 8, 9]],
    ] as const) {
      it(`are the ${k} largest positive pre-codes of TopK, of equal ones the first`, async () => {
        expect(fired((await stateAfter(backend, { ...plain, method: 'topk', k }, [row])).state)).toEqual(units);
      });
    }

    it('are all that reach θ for JumpReLU, and all positive ones for ReLU', async () => {
      const jump = await stateAfter(backend, { ...plain, method: 'jumprelu', jump: { ...plain.jump, threshold: 0.4 } }, [row]);
      expect(fired(jump.state)).toEqual([0, 3, 4, 6, 7, 9]);
      const relu = await stateAfter(backend, { ...plain, method: 'relu' }, [row]);
      expect(fired(relu.state)).toEqual([0, 1, 3, 4, 6, 7, 8, 9]);
    });
  });

  describe(`training on ${name}`, () => {
    for (const [what, recipe] of recipes) {
      it(`goes on from a saved state as if nothing had happened, to the bit: ${what}`, async () => {
        const run = runOf(recipe);
        const whole = await withTrainer(run, async (trainer) => {
          await trainer.useShard(run.shard);
          await takeSteps(trainer, run, 0, 6);
          return trainer.save();
        });
        const half = await withTrainer(run, async (trainer) => {
          await trainer.useShard(run.shard);
          await takeSteps(trainer, run, 0, 3);
          return trainer.save();
        });
        expect(half.step).toBe(3);
        const resumed = await withTrainer({ ...run, state: half }, async (trainer) => {
          await trainer.useShard(run.shard);
          expect(trainer.steps).toBe(3);
          await takeSteps(trainer, run, 3, 6);
          return trainer.save();
        });
        expect(resumed).toEqual(whole);
        expect(Object.keys(whole.arrays).sort()).toEqual(Object.keys(run.state.arrays).sort());
        expect(whole.arrays['W_enc']).not.toEqual(run.state.arrays['W_enc']);
      });
    }

    it('keeps atoms at unit norm and counts the steps of silence', async () => {
      const run = runOf(plain);
      await withTrainer(run, async (trainer) => {
        await trainer.useShard(run.shard);
        let before = (await trainer.save()).arrays['silent'];
        for (let step = 0; step < 4; step++) {
          await takeSteps(trainer, run, step, step + 1);
          const { arrays } = await trainer.save();
          const { dead } = await trainer.stats();
          const D = arrays['D'] ?? new Float32Array();
          for (let i = 0; i < ODD.concepts; i++) expect(Math.hypot(...D.subarray(i * ODD.d, (i + 1) * ODD.d))).toBeCloseTo(1, 6);
          const silent = arrays['silent'] ?? new Float32Array();
          for (const [i, steps] of silent.entries()) expect([0, (before?.[i] ?? NaN) + 1]).toContain(steps);
          expect(dead).toBeCloseTo(silent.filter((steps) => steps > 0).length / ODD.concepts, 6);
          before = silent;
        }
      });
    });

    it('keeps as many codes as the annealing says', async () => {
      const run = runOf({ ...plain, k: 2, anneal: { factor: 4, share: 0.5 } });
      const kept = await withTrainer(run, async (trainer) => {
        await trainer.useShard(run.shard);
        const l0: number[] = [];
        for (let step = 0; step < 7; step++) {
          await takeSteps(trainer, run, step, step + 1);
          l0.push((await trainer.stats()).l0 * ODD.batch);
        }
        return l0;
      });
      // From 8 codes a row down to 2 in 5 of the 10 steps.
      const expected = [8, 6.8, 5.6, 4.4, 3.2, 2, 2].map((codes) => Math.round(codes * ODD.batch));
      expect(kept.map((codes) => Math.round(codes))).toEqual(expected);
    });

    it('gives means over the steps since the last reading, and the threshold and rate of the last', async () => {
      const run = runOf({ ...plain, revival: { kind: 'auxk', weight: 0.5, kAux: 3, deadAfter: 2 } });
      const read = async (stops: readonly number[]) =>
        withTrainer(run, async (trainer) => {
          await trainer.useShard(run.shard);
          const stats = [];
          for (const [i, stop] of stops.entries()) {
            await takeSteps(trainer, run, stops[i - 1] ?? 0, stop);
            stats.push(await trainer.stats());
          }
          return stats;
        });
      const singles = await read([1, 2, 3, 4, 5]);
      const [first, second] = await read([2, 5]);
      const mean = (from: number, to: number, field: 'loss' | 'mse' | 'l0'): number => singles.slice(from, to).reduce((sum, stats) => sum + stats[field], 0) / (to - from);
      for (const field of ['loss', 'mse', 'l0'] as const) {
        expect(first?.[field]).toBeCloseTo(mean(0, 2, field), 6);
        expect(second?.[field]).toBeCloseTo(mean(2, 5, field), 6);
      }
      const { step, theta, learningRate, dead } = singles[4] ?? {};
      expect(second).toMatchObject({ step, theta, learningRate, dead });
      expect(mean(0, 5, 'loss')).toBeGreaterThan(mean(0, 5, 'mse'));
    });

    it('refuses to go on when the loss is not a number', async () => {
      const run = runOf({ ...plain, learningRate: 1e38, clip: null, schedule: { kind: 'constant' } });
      await withTrainer(run, async (trainer) => {
        await trainer.useShard(run.shard);
        const training = (async () => {
          await takeSteps(trainer, run, 0, 8);
          await trainer.stats();
        })();
        await expect(training).rejects.toThrow(InputError);
        await expect(training).rejects.toThrow(/no longer a number at step \d/);
      });
    });

    it('refuses a state of another shape, and names the array', async () => {
      const run = runOf(plain);
      const state = { ...run.state, arrays: { ...run.state.arrays, 'm.D': new Float32Array(5) } };
      const making = (async () => withTrainer({ ...run, state }, async () => Promise.resolve()))();
      await expect(making).rejects.toThrow(InputError);
      await expect(making).rejects.toThrow(/m\.D/);
    });
  });
}
