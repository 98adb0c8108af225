import { fitBaseline, isBaseline } from '../../core/baselines/fit.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { InputError, invariant } from '../../core/errors.ts';
import { stackRows } from '../../core/rows.ts';
import type { Matrix } from '../../core/tensor.ts';
import { checkRecipe } from '../../core/training/check.ts';
import { CpuTrainer } from '../../core/training/cpu-trainer.ts';
import type { DenseProduct } from '../../core/training/dense-product.ts';
import { toDictionary } from '../../core/training/dictionary.ts';
import { initialState } from '../../core/training/initial.ts';
import type { Moments } from '../../core/training/moments.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { Trainer, TrainingBackend, TrainingState } from '../../core/training/trainer.ts';
import type { Work } from '../../core/work.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { CurvePoint } from '../lab/protocol.ts';
import { stepsOf, trainingLoop } from './loop.ts';
import { momentsOf, type TrainingRows } from './rows.ts';

/** Where a run may compute. */
export interface Backends {
  /** Used for methods that have kernels. */
  readonly gpu: GpuContext | null;
  /** A dense product for the CPU that is faster than the plain one. */
  readonly product: DenseProduct | null;
}

/** One run of any method. */
export interface Fit extends Backends {
  readonly recipe: Recipe;
  readonly rows: TrainingRows;
  /** State of an interrupted run of the same recipe on the same rows, or null. */
  readonly resume: TrainingState | null;
  readonly work: Work;
  readonly onPoint: (point: CurvePoint, trainer: Trainer) => Promise<void> | void;
  readonly onCheckpoint: (state: TrainingState) => Promise<void>;
}

/** What a run gives. */
export interface Fitted {
  readonly dictionary: Dictionary;
  /** Optimiser steps; 0 for methods without them. */
  readonly steps: number;
  readonly backend: TrainingBackend;
  /** The GPU's name; null on the CPU. */
  readonly adapter: string | null;
}

/** Fits a dictionary. Throws InputError for a recipe that does not suit the rows, CancelledError after a last checkpoint, DeviceLostError. */
export async function fit(run: Fit): Promise<Fitted> {
  const { recipe, rows, work } = run;
  checkRecipe(recipe, { rows: rows.rows, d: rows.cols });
  if (isBaseline(recipe.method)) {
    return { dictionary: await fitBaseline(recipe, await whole(rows), work), steps: 0, backend: 'cpu', adapter: null };
  }
  const moments = await momentsOf(rows, work);
  const { trainer, adapter } = await openTrainer(run, moments);
  try {
    const state = await trainingLoop({ ...run, moments, trainer, onPoint: (point) => run.onPoint(point, trainer) });
    return { dictionary: toDictionary(recipe, state, rows.cols), steps: state.step, backend: trainer.backend, adapter };
  } finally {
    trainer.dispose();
  }
}

/** A trainer at the run's first step, or where it was left. */
export async function openTrainer(
  { recipe, rows, resume, gpu, product, work }: Pick<Fit, 'recipe' | 'rows' | 'resume' | 'gpu' | 'product' | 'work'>,
  moments: Moments,
): Promise<{ trainer: Trainer; adapter: string | null }> {
  const totalSteps = stepsOf(recipe, rows).total;
  const state = resume ?? initialState(recipe, await rows.read(0), moments);
  if (state.step > totalSteps) throw new InputError(`the checkpoint is at step ${state.step} of ${totalSteps}`, { field: 'step', fix: 'Resume with the recipe that the run was started with.' });
  const options = { recipe, d: rows.cols, totalSteps, state };
  if (gpu !== null) {
    const { WebGpuTrainer } = await import('../../gpu/kernels/train/trainer.ts');
    if (WebGpuTrainer.supports(recipe)) return { trainer: await WebGpuTrainer.create(gpu, options), adapter: gpu.name };
  }
  const fast = product === null ? {} : { product, piece: FAST_PIECE };
  return { trainer: CpuTrainer.create({ ...options, ...fast, work }), adapter: null };
}

/** Floating-point operations of one call of a fast product: some 20 ms. */
const FAST_PIECE = 2 ** 27;

/** All rows at once, for the methods that need them so. */
async function whole(rows: TrainingRows): Promise<Matrix> {
  const [only, ...more] = rows.shards;
  invariant(only !== undefined, 'there are rows to train on');
  if (more.length === 0) return rows.read(0);
  const parts: Matrix[] = [];
  for (const i of rows.shards.keys()) parts.push(await rows.read(i));
  return stackRows(parts, rows.cols);
}
