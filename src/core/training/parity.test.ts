import { describe, expect, it } from 'vitest';
import { overcomplete as forward, stack, toMatrix } from '../../../tests/fixtures/core/load.ts';
import { overcompleteTraining as reference } from '../../../tests/fixtures/training/load.ts';
import { CpuTrainer } from './cpu-trainer.ts';
import { jumpKernels } from './check.ts';
import { jumpKernel } from './jump-kernels.ts';
import { defaultRecipe } from './presets.ts';
import { learningRateAt } from './schedule.ts';
import type { Method, Recipe } from './recipe.ts';
import type { TrainingState } from './trainer.ts';
import type { Tensor } from '../../../tests/fixtures/core/load.ts';

const x = stack(toMatrix(forward.images), toMatrix(forward.texts));
const everyRow = Uint32Array.from({ length: x.rows }, (_, r) => r);

/** What overcomplete's own loop does: no biases around the dictionary, Adam, gradients clipped at 1. */
function recipeOf(method: Method, change: Partial<Recipe> = {}): Recipe {
  return {
    ...defaultRecipe(method, { rows: x.rows, d: 8, concepts: 24, k: 3 }),
    batch: x.rows,
    learningRate: 5e-3,
    betas: [0.9, 0.999],
    schedule: { kind: 'constant' },
    clip: 1,
    init: { atoms: 'gaussian', encoder: 'independent', bias: 'zero' },
    revival: { kind: 'none' },
    ...change,
  };
}

function stateOf(recipe: Recipe, penalty = 0): TrainingState {
  const parameters: Record<string, Tensor> = { W_enc: forward.enc_w, b_enc: forward.enc_b, D: reference.dict_raw };
  if (recipe.method === 'jumprelu') parameters['logTheta'] = forward.jump_log_thresholds;
  const arrays: Record<string, Float32Array> = { b_pre: new Float32Array(8), b_dec: new Float32Array(8), silent: new Float32Array(24) };
  for (const [name, { data }] of Object.entries(parameters)) {
    arrays[name] = Float32Array.from(data);
    arrays[`m.${name}`] = new Float32Array(data.length);
    arrays[`v.${name}`] = new Float32Array(data.length);
  }
  return { step: 0, theta: null, penalty, arrays };
}

async function trained(recipe: Recipe, steps: readonly Uint32Array[], state = stateOf(recipe)): Promise<{ state: TrainingState; losses: number[]; mses: number[] }> {
  const trainer = CpuTrainer.create({ recipe, d: 8, totalSteps: steps.length, state });
  await trainer.useShard(x);
  const losses: number[] = [];
  const mses: number[] = [];
  for (const rows of steps) {
    await trainer.step(rows);
    const { loss, mse } = await trainer.stats();
    losses.push(loss);
    mses.push(mse);
  }
  return { state: await trainer.save(), losses, mses };
}

/** The gradients of one step: Adam's first moments without any memory and without clipping. */
async function gradients(recipe: Recipe): Promise<(name: string) => Float32Array> {
  const { state } = await trained({ ...recipe, betas: [0, 0.999], clip: null }, [everyRow]);
  return (name) => state.arrays[`m.${name}`] ?? new Float32Array(0);
}

function expectClose(actual: ArrayLike<number> | undefined, expected: Tensor, tolerance: number): void {
  expect(actual?.length).toBe(expected.data.length);
  const worst = Math.max(...expected.data.map((value, i) => Math.abs((actual?.[i] ?? Number.NaN) - value)));
  expect(worst).toBeLessThan(tolerance);
}

describe('losses agree with overcomplete', () => {
  const { mse, auxk, reanim, 'mse_l1_pen0.01': l1 } = reference.losses;

  it('mean squared error', async () => {
    const { losses, mses } = await trained(recipeOf('topk'), [everyRow]);
    expect(losses[0]).toBeCloseTo(mse, 6);
    expect(mses[0]).toBeCloseTo(mse, 6);
    expect((await trained(recipeOf('relu'), [everyRow])).mses[0]).toBeCloseTo(0.6021373867988586, 6);
  });

  it('ℓ1: theirs sums over the batch, ours is its mean', async () => {
    const recipe = recipeOf('topk', { penalty: { weight: 0, adaptive: false } });
    const { losses } = await trained(recipe, [everyRow], stateOf(recipe, 0.01 * x.rows));
    expect(losses[0]).toBeCloseTo(l1, 5);
  });

  it('AuxK over all units, with half of them', async () => {
    const { losses } = await trained(recipeOf('topk', { revival: { kind: 'auxk', weight: 0.1, kAux: 12, deadAfter: 0 } }), [everyRow]);
    expect(losses[0]).toBeCloseTo(auxk, 6);
  });

  it('reanimation: theirs is a mean over the silent units of sums over the batch', async () => {
    const silent = 3;
    const weight = (0.1 * x.rows * 24) / (silent + 1e-6);
    const { losses, mses } = await trained(recipeOf('topk', { revival: { kind: 'reanimation', weight } }), [everyRow]);
    expect((losses[0] ?? 0) - (mses[0] ?? 0)).toBeCloseTo(reanim, 5);
  });
});

describe('gradients agree with overcomplete', () => {
  it('TopK', async () => {
    const of = await gradients(recipeOf('topk'));
    expectClose(of('W_enc'), reference.topk_grads.enc_w, 1e-6);
    expectClose(of('b_enc'), reference.topk_grads.enc_b, 1e-6);
    expectClose(of('D'), reference.topk_grads.dict, 1e-6);
  });

  it('JumpReLU, thresholds included', async () => {
    const recipe = recipeOf('jumprelu', { jump: { bandwidth: 0.1, kernel: 'silverman', threshold: 1 }, penalty: { weight: 0, adaptive: false } });
    const expected = reference['jump_grads_bw0.1'];
    const of = await gradients(recipe);
    expectClose(of('W_enc'), expected.enc_w, 1e-6);
    expectClose(of('logTheta'), expected.thresholds, 1e-5);
    expect((await trained(recipe, [everyRow])).losses[0]).toBeCloseTo(expected.loss, 6);
  });
});

it.each(jumpKernels)('kernel %s agrees with overcomplete', (kind) => {
  const expected = reference['kernels_bw0.2'];
  const { value } = jumpKernel(kind, 0.2);
  const values = expected.x.data.map((at) => value(at));
  // Float32 rounding of x decides about the edge of the support, where a kernel may jump.
  expectClose(values, expected[kind] ?? { shape: [], data: [] }, 1e-4);
});

describe.each([
  ['topk', reference.train_topk],
  ['batchtopk', reference.train_batchtopk],
] as const)('40 steps of Adam with %s agree with overcomplete', (method, expected) => {
  const recipe = recipeOf(method, { batch: 20, revival: { kind: 'reanimation', weight: 1e-3 } });
  const steps = Array.from({ length: 40 }, (_, step) => Uint32Array.from(expected.batch_rows[step % 4] ?? []));

  it('loss curve, weights and running threshold', async () => {
    const { state, losses } = await trained(recipe, steps);
    expect(losses).toHaveLength(expected.losses.length);
    losses.forEach((loss, step) => {
      expect(Math.abs(loss / (expected.losses[step] ?? 0) - 1)).toBeLessThan(1e-4);
    });
    expectClose(state.arrays['W_enc'], expected.enc_w, 1e-3);
    expectClose(state.arrays['b_enc'], expected.enc_b, 1e-3);
    expectClose(state.arrays['D'], expected.dict_eval, 1e-3);
    if (expected.running_threshold === null) expect(state.theta).toBeNull();
    else expect(state.theta).toBeCloseTo(expected.running_threshold, 4);
  });
});

it('cosine schedule with warm-up agrees with overcomplete, which counts up before its first use', () => {
  const expected = reference['cosine_schedule_base5e-4_final1e-6_total20_warm5_start1e-6'];
  const recipe = { learningRate: 5e-4, schedule: { kind: 'cosine', warmupShare: 0.25, start: 1e-6, final: 1e-6 } } as const;
  for (let step = 0; step < 19; step++) expect(learningRateAt(recipe, step, 20)).toBeCloseTo(expected[step + 1] ?? Number.NaN, 9);
  expect(learningRateAt(recipe, 19, 20)).toBe(1e-6);
});
