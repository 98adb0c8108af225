import { describe, expect, it } from 'vitest';
import { DeviceLostError, InputError } from '../../../core/errors.ts';
import { CpuTrainer } from '../../../core/training/cpu-trainer.ts';
import { matrix } from '../../../core/tensor.ts';
import { testGpu, withoutGpuErrors } from '../../testing.ts';
import { fasterTile } from './faster-tile.ts';
import { rowsPerShard } from './sizes.ts';
import { differences, jumpRecipes, plain, recipes, runOf, takeSteps } from './testing.ts';
import { trainProperties } from './train.properties.ts';
import { WebGpuTrainer } from './trainer.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { Trainer, TrainingState } from '../../../core/training/trainer.ts';
import type { Run } from './testing.ts';
import type { TrainTuning, WebGpuTrainerOptions } from './trainer.ts';

const context = await testGpu();

/** A trainer for the length of `work`; any error that WebGPU reports in it fails the test. */
async function withTrainer<T>(options: WebGpuTrainerOptions, work: (trainer: WebGpuTrainer) => Promise<T>, tuning: Partial<TrainTuning> = {}): Promise<T> {
  return withoutGpuErrors(context, async () => {
    const trainer = await WebGpuTrainer.create(context, options, tuning);
    try {
      return await work(trainer);
    } finally {
      trainer.dispose();
    }
  });
}

trainProperties({ name: `WebGPU (${context.name})`, withTrainer });

/** Runs to the end without a reading in between. */
async function trained(run: Run, steps: number, tuning: Partial<TrainTuning> = {}): Promise<TrainingState> {
  return withTrainer(
    run,
    async (trainer) => {
      await trainer.useShard(run.shard);
      await takeSteps(trainer, run, 0, steps);
      return trainer.save();
    },
    tuning,
  );
}

describe('WebGPU and the CPU', () => {
  /** Float32 against float64 sums, after up to 10 steps of Adam at a learning rate of 1e-2. */
  const WEIGHTS = 2e-4;
  const LOSS = 3e-5;

  const large: readonly (readonly [string, Recipe, number])[] = [
    ['both sides of a tile', { ...plain, concepts: 130, batch: 140, k: 5 }, 18],
    ['embeddings of more than 256 dimensions', { ...plain, concepts: 40, batch: 20, revival: { kind: 'auxk', weight: 1, kAux: null, deadAfter: 1 } }, 290],
    ['concepts with several segments', { ...plain, k: 9, revival: { kind: 'auxk', weight: 1, kAux: 12, deadAfter: 0 } }, 7],
    ['one row', { ...plain, concepts: 5, batch: 1, k: 2 }, 3],
    ['one dimension', { ...plain, concepts: 3, batch: 2, k: 1 }, 1],
  ];
  for (const [what, recipe, d] of [...[...recipes, ...jumpRecipes].map(([name, one]) => [name, one, 7] as const), ...large]) {
    for (const tile of ['large', 'small'] as const) {
      if (tile === 'small' && what !== 'JumpReLU' && what !== 'both sides of a tile') continue;
      it(`agree step by step: ${what}, ${tile} tile`, async () => {
        const run = runOf(recipe, d);
        const cpu: Trainer = CpuTrainer.create(run);
        await withTrainer(
          run,
          async (gpu) => {
            for (const trainer of [cpu, gpu]) await trainer.useShard(run.shard);
            for (let step = 0; step < 10; step++) {
              for (const trainer of [cpu, gpu]) await takeSteps(trainer, run, step, step + 1);
              const [expected, got] = [await cpu.stats(), await gpu.stats()];
              expect(Math.abs(got.loss - expected.loss), `loss of step ${step}`).toBeLessThanOrEqual(LOSS * (Math.abs(expected.loss) + 0.01));
              expect(Math.abs(got.mse - expected.mse), `error of step ${step}`).toBeLessThanOrEqual(LOSS * (expected.mse + 0.01));
              expect(Math.abs((got.theta ?? -1) - (expected.theta ?? -1)), `θ of step ${step}`).toBeLessThanOrEqual(LOSS);
              expect(got).toMatchObject({ step: step + 1, l0: expected.l0, learningRate: expected.learningRate });
              expect(got.dead).toBeCloseTo(expected.dead, 6);
              const [a, b] = [await cpu.save(), await gpu.save()];
              expect(differences(a, b, WEIGHTS), `step ${step}`).toEqual({});
              expect(b.penalty).toBeCloseTo(a.penalty, 6);
            }
          },
          { tile, segment: what === 'concepts with several segments' ? 2 : null },
        );
      });
    }
  }

  it("continue each other's runs", async () => {
    const run = runOf({ ...plain, revival: { kind: 'auxk', weight: 0.5, kAux: 4, deadAfter: 1 } });
    const cpu = async (state: TrainingState, from: number, to: number): Promise<TrainingState> => {
      const trainer = CpuTrainer.create({ ...run, state });
      await trainer.useShard(run.shard);
      await takeSteps(trainer, run, from, to);
      return trainer.save();
    };
    const gpu = async (state: TrainingState, from: number, to: number): Promise<TrainingState> =>
      withTrainer({ ...run, state }, async (trainer) => {
        await trainer.useShard(run.shard);
        await takeSteps(trainer, run, from, to);
        return trainer.save();
      });
    const alone = await cpu(run.state, 0, 9);
    const mixed = await gpu(await cpu(await gpu(run.state, 0, 3), 3, 6), 6, 9);
    expect(mixed.step).toBe(9);
    expect(differences(alone, mixed, WEIGHTS)).toEqual({});
    expect(mixed.theta).toBeCloseTo(alone.theta ?? NaN, 5);
  });
});

describe('the WebGPU trainer', () => {
  for (const [what, recipe] of recipes.filter(([name]) => /^(BatchTopK|BatchTopK with AuxK|TopK|Matryoshka with AuxK|ReLU|JumpReLU)$/.test(name))) {
    it(`gives the same bits twice, however little room its lists have at first: ${what}`, async () => {
      const run = runOf(recipe);
      const once = await trained(run, 6);
      expect(await trained(run, 6)).toEqual(once);
      expect(await trained(run, 6, { capacities: { codes: 1, auxiliary: 1 } })).toEqual(once);
    });
  }

  it('runs steps again that found no room while others were under way', async () => {
    const run = runOf({ ...plain, k: 1, anneal: { factor: 1, share: 0 } }, 7, 40);
    const once = await trained(run, 60);
    // Rows that are all the same tie in every code, so that the lists overflow late.
    const same = matrix(run.shard.rows, 7, run.shard.data.slice());
    for (let r = 0; r < same.rows; r++) same.data.copyWithin(r * 7, 0, 7);
    const finish = async (tuning: Partial<TrainTuning>): Promise<{ state: TrainingState; l0: number }> =>
      withTrainer(
        run,
        async (trainer) => {
          await trainer.useShard(run.shard);
          await takeSteps(trainer, run, 0, 20);
          await trainer.useShard(same);
          await takeSteps(trainer, run, 20, 40);
          return { l0: (await trainer.stats()).l0, state: await trainer.save() };
        },
        tuning,
      );
    const tight = await finish({ capacities: { codes: 14, auxiliary: 1 } });
    const roomy = await finish({ capacities: { codes: 400, auxiliary: 1 } });
    expect(tight).toEqual(roomy);
    expect(differences(once, tight.state, 0)).not.toEqual({});
  });

  it('indexes the shard that it was given last', async () => {
    const run = runOf(plain);
    const empty = matrix(run.shard.rows, 7);
    const switched = await withTrainer(run, async (trainer) => {
      await trainer.useShard(empty);
      await trainer.useShard(run.shard);
      await takeSteps(trainer, run, 0, 2);
      return trainer.save();
    });
    expect(switched).toEqual(await trained(run, 2));
  });

  it('refuses a shard that no buffer holds, and says how many rows fit', async () => {
    const most = rowsPerShard(7, context.device);
    expect(most).toBe(Math.floor(Math.min(context.device.limits.maxStorageBufferBindingSize, context.device.limits.maxBufferSize) / 32));
    await withTrainer(runOf(plain), async (trainer) => {
      const refusal = trainer.useShard({ rows: most + 1, cols: 7, data: new Float32Array() });
      await expect(refusal).rejects.toThrow(InputError);
      await expect(refusal).rejects.toThrow(new RegExp(`at most ${most} rows`));
    });
  });

  it('refuses methods without kernels, and sizes that do not fit the device', async () => {
    expect(WebGpuTrainer.supports({ ...plain, method: 'mp' })).toBe(false);
    await expect(WebGpuTrainer.create(context, runOf({ ...plain, method: 'mp' }))).rejects.toThrow(InputError);
    const { state } = runOf(plain);
    const huge = WebGpuTrainer.create(context, { recipe: { ...plain, batch: 2 ** 20, concepts: 2 ** 20 }, d: 7, totalSteps: 1, state });
    await expect(huge).rejects.toThrow(/Use a smaller batch/);
  });

  it('refuses rows that the shard does not have', async () => {
    const run = runOf(plain);
    await withTrainer(run, async (trainer) => {
      await expect(trainer.step(Uint32Array.of(0))).rejects.toThrow(/shard of 0/);
      await trainer.useShard(run.shard);
      await expect(trainer.step(Uint32Array.of(run.shard.rows))).rejects.toThrow(/row 39/);
    });
  });

  it('reports a lost device, and nothing hangs', async () => {
    const own = await testGpu();
    const run = runOf(plain);
    const trainer = await WebGpuTrainer.create(own, run);
    await trainer.useShard(run.shard);
    await takeSteps(trainer, run, 0, 2);
    own.device.destroy();
    const going = (async () => {
      await takeSteps(trainer, run, 2, 9);
      await trainer.stats();
    })();
    await expect(going).rejects.toThrow(DeviceLostError);
    await expect(trainer.save()).rejects.toThrow(DeviceLostError);
    trainer.dispose();
  });

  it('frees its memory and refuses calls after that', async () => {
    const run = runOf(plain);
    const trainer = await WebGpuTrainer.create(context, run);
    trainer.dispose();
    trainer.dispose();
    await expect(trainer.stats()).rejects.toThrow(/disposed/);
  });

  it('picks one of the tiles by a measurement', async () => {
    expect(['large', 'small']).toContain(await fasterTile(context, plain, 7));
  });
});
