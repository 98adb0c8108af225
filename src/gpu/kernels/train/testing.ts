/** Small runs for the tests of both trainers. */
import { BatchOrder } from '../../../core/training/batches.ts';
import { jumpKernels } from '../../../core/training/check.ts';
import { initialState } from '../../../core/training/initial.ts';
import { MomentsAccumulator } from '../../../core/training/moments.ts';
import { matrix } from '../../../core/tensor.ts';
import { gaussians } from '../encode/testing.ts';
import type { Recipe, Revival } from '../../../core/training/recipe.ts';
import type { Trainer, TrainingState } from '../../../core/training/trainer.ts';
import type { Matrix } from '../../../core/tensor.ts';
import type { WebGpuTrainerOptions } from './trainer.ts';

/** d, c, batch of the usual small run: none of them a multiple of anything. */
export const ODD = { d: 7, concepts: 33, batch: 13 } as const;

export const plain: Recipe = {
  method: 'batchtopk',
  concepts: ODD.concepts,
  k: 3,
  epochs: 1,
  batch: ODD.batch,
  seed: 1,
  learningRate: 1e-2,
  betas: [0.9, 0.999],
  // Well above the rounding of gradients: Adam would make full steps of what is noise in float32.
  epsilon: 1e-5,
  weightDecay: 1e-2,
  schedule: { kind: 'cosine', warmupShare: 0.2, start: 1e-3, final: 1e-3 },
  clip: 0.5,
  init: { atoms: 'gaussian', encoder: 'tied', bias: 'mean' },
  revival: { kind: 'none' },
  penalty: { weight: 0.01, adaptive: true },
  jump: { bandwidth: 0.1, kernel: 'silverman', threshold: 0.1 },
  prefixes: [],
  anneal: { factor: 1, share: 0 },
};

const auxk: Revival = { kind: 'auxk', weight: 0.5, kAux: 4, deadAfter: 1 };

/** Every method that has kernels, with and without each kind of revival, every clip and bias. */
export const recipes: readonly (readonly [name: string, recipe: Recipe])[] = [
  ['BatchTopK', plain],
  ['BatchTopK without clip, bias or decay', { ...plain, clip: null, weightDecay: 0, init: { atoms: 'data', encoder: 'independent', bias: 'zero' } }],
  ['BatchTopK that anneals', { ...plain, anneal: { factor: 3, share: 0.5 } }],
  ['BatchTopK with AuxK', { ...plain, revival: auxk }],
  ['BatchTopK with AuxK on all units', { ...plain, revival: { ...auxk, kAux: null, deadAfter: 0 } }],
  ['BatchTopK with reanimation', { ...plain, revival: { kind: 'reanimation', weight: 0.5 } }],
  ['BatchTopK with nudge', { ...plain, revival: { kind: 'nudge', amount: 0.01 } }],
  ['TopK', { ...plain, method: 'topk' }],
  ['TopK with AuxK', { ...plain, method: 'topk', k: 1, revival: auxk }],
  ['Matryoshka', { ...plain, method: 'matryoshka', prefixes: [4, 5, 16, 33] }],
  ['Matryoshka with AuxK', { ...plain, method: 'matryoshka', prefixes: [16, 33], revival: auxk }],
  ['ReLU', { ...plain, method: 'relu' }],
  ['ReLU with a fixed penalty and reanimation', { ...plain, method: 'relu', penalty: { weight: 0.3, adaptive: false }, revival: { kind: 'reanimation', weight: 0.5 } }],
  ['JumpReLU', { ...plain, method: 'jumprelu' }],
  ['JumpReLU with AuxK', { ...plain, method: 'jumprelu', jump: { ...plain.jump, threshold: 1 }, revival: auxk }],
];

/** JumpReLU with each smoothing kernel. */
export const jumpRecipes: readonly (readonly [name: string, recipe: Recipe])[] = jumpKernels.map((kernel) => [
  `JumpReLU, ${kernel}`,
  { ...plain, method: 'jumprelu', jump: { bandwidth: 0.3, kernel, threshold: 0.5 } },
]);

/** Data and a first state for a recipe. */
export interface Run extends WebGpuTrainerOptions {
  readonly shard: Matrix;
}

/** `steps` of a recipe on random rows around a mean that is not 0. */
export function runOf(recipe: Recipe, d: number = ODD.d, steps = 10): Run {
  const rows = 3 * recipe.batch;
  const shard = matrix(rows, d, gaussians(rows * d, 7).map((value) => 0.3 + value));
  const moments = new MomentsAccumulator(d);
  moments.add(shard);
  return { recipe, d, totalSteps: steps, state: initialState(recipe, shard, moments.finish()), shard };
}

/** Takes steps `from … to` of a run, each with its own batch, on the shard that the trainer has. */
export async function takeSteps(trainer: Trainer, { recipe, shard }: Run, from: number, to: number): Promise<void> {
  const order = new BatchOrder(shard.rows, recipe.batch, recipe.seed);
  for (let step = from; step < to; step++) await trainer.step(order.rowsOf(step));
}

/** The largest difference of each array of two states, of those that differ by more than `most`. */
export function differences(a: TrainingState, b: TrainingState, most: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of new Set([...Object.keys(a.arrays), ...Object.keys(b.arrays)])) {
    const x = a.arrays[name];
    const y = b.arrays[name];
    const difference = x?.length === y?.length && x !== undefined ? Math.max(...x.map((value, i) => Math.abs(value - (y?.[i] ?? NaN)))) : NaN;
    if (!(difference <= most)) found[name] = difference;
  }
  return found;
}
