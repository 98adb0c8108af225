import { CancelledError } from '../../core/errors.ts';
import type { Moments } from '../../core/training/moments.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { Trainer, TrainingState } from '../../core/training/trainer.ts';
import type { Work } from '../../core/work.ts';
import type { CurvePoint } from '../lab/protocol.ts';
import { StepOrder, type TrainingRows } from './rows.ts';

/** Points of a run's curves, about. */
const POINTS = 300;
/** Milliseconds between checkpoints; writing one takes a fraction of a second. */
const CHECKPOINT_MS = 15_000;
/** Added to the variance by overcomplete's `r2_score`. */
const R2_EPSILON = 1e-6;

/** One training run. */
export interface TrainingLoop {
  readonly recipe: Recipe;
  readonly rows: TrainingRows;
  readonly moments: Moments;
  /** Starts where its state says; `totalSteps` as `stepsOf` gives them. */
  readonly trainer: Trainer;
  readonly work: Work;
  /** A point of the curves, with the trainer at rest. */
  readonly onPoint: (point: CurvePoint) => Promise<void> | void;
  /** Keeps a state to resume from; called now and then, and when the run is cancelled. */
  readonly onCheckpoint: (state: TrainingState) => Promise<void>;
}

/** Optimiser steps of an epoch and of the whole run. Throws InputError when a batch does not fit the rows. */
export function stepsOf(recipe: Recipe, rows: Pick<TrainingRows, 'shards'>): { epoch: number; total: number } {
  const epoch = new StepOrder(rows, recipe.batch, recipe.seed).stepsPerEpoch;
  return { epoch, total: epoch * recipe.epochs };
}

/**
 * Takes all steps of a run that its trainer has not taken yet and returns its state. Points of the curves come at the same steps in
 * every run of the recipe; R² is that of the batches since the last point, about the data's own mean.
 * Throws CancelledError after a last checkpoint; whatever the trainer throws.
 */
export async function trainingLoop({ recipe, rows, moments, trainer, work, onPoint, onCheckpoint }: TrainingLoop): Promise<TrainingState> {
  const order = new StepOrder(rows, recipe.batch, recipe.seed);
  const total = order.stepsPerEpoch * recipe.epochs;
  const every = Math.max(1, Math.floor(total / POINTS));
  let shard = -1;
  let since = { step: trainer.steps, time: performance.now() };
  let kept = performance.now();
  try {
    while (trainer.steps < total) {
      await work.pause();
      const next = order.at(trainer.steps);
      if (next.shard !== shard) {
        await trainer.useShard(await rows.read(next.shard));
        shard = next.shard;
      }
      await trainer.step(next.rows);
      work.progress(trainer.steps, total);
      if (trainer.steps % every === 0 || trainer.steps === total) {
        const stats = await trainer.stats();
        const seconds = (performance.now() - since.time) / 1000;
        const samplesPerSecond = ((trainer.steps - since.step) * recipe.batch) / seconds;
        await onPoint({ ...stats, samplesPerSecond, r2: 1 - stats.mse / (moments.variance + R2_EPSILON), r2PerFeature: 1 - stats.mse / moments.featureVariance });
        since = { step: trainer.steps, time: performance.now() };
      }
      if (performance.now() - kept > CHECKPOINT_MS) {
        await onCheckpoint(await trainer.save());
        kept = performance.now();
      }
    }
  } catch (error) {
    if (error instanceof CancelledError) await onCheckpoint(await trainer.save());
    throw error;
  }
  return trainer.save();
}
