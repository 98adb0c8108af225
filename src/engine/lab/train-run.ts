import { CancelledError, InputError } from '../../core/errors.ts';
import type { DenseProduct } from '../../core/training/dense-product.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import { toDictionary } from '../../core/training/dictionary.ts';
import type { TrainingState } from '../../core/training/trainer.ts';
import { isBaseline } from '../../core/baselines/fit.ts';
import { Random } from '../../core/random.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readTrainingState, writeTrainingState } from '../../formats/training-state.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import type { GpuContext } from '../../gpu/device.ts';
import type { GpuSession } from '../../gpu/gpu-session.ts';
import { reportError } from '../client.ts';
import { fit, openTrainer } from '../training/fit.ts';
import { stepsOf } from '../training/loop.ts';
import { measureRun } from '../training/measures.ts';
import { inMemory, momentsOf, StepOrder, type TrainingRows } from '../training/rows.ts';
import { LiveConcepts } from './live.ts';
import { sharedWork } from './pause.ts';
import type { CurvePoint, Estimate, Run, TrainUpdate } from './protocol.ts';
import { trainingRows, type LabRows } from './rows.ts';
import type { RunStore } from './run-store.ts';

/** How long an estimate tries. */
const TRIAL_MS = 2000;
/** Between two looks at the concepts in formation. */
const LOOK_MS = 3000;
/** Where a state to resume from is kept. */
const CHECKPOINT = 'checkpoint.safetensors';
/** Rows of a shard on the GPU, in bytes: within every adapter's limits. */
const SHARD_BYTES = 2 ** 27;
/** Stream of random numbers that mixes rows over shards. */
const MIXING_STREAM = 501;

/** Where the lab may train. */
interface LabBackends {
  readonly gpu: GpuSession | null;
  readonly product: DenseProduct | null;
}

/** A run to train. */
interface RunToTrain extends LabBackends {
  readonly run: Run;
  readonly rows: LabRows;
  readonly store: RunStore;
  readonly signal: AbortSignal;
  readonly update: (update: TrainUpdate) => void;
}

/**
 * Trains a run from its start or its checkpoint, and stores its record, curve, checkpoint and, in the end, its dictionary.
 * Throws CancelledError, with the run paused; whatever goes wrong otherwise is in the record too.
 */
export async function trainRun({ run: before, rows, store, signal, update, gpu, product }: RunToTrain): Promise<Run> {
  const x = rowsFor(trainingRows(rows, before.imageShare, before.recipe.seed), gpu, before.recipe.seed);
  const { recipe, id } = before;
  const steps = isBaseline(recipe.method) ? { epoch: 1, total: 0 } : stepsOf(recipe, x);
  const stored = await store.read(id, CHECKPOINT);
  const resume = stored === null ? null : await readTrainingState(bytesSource(CHECKPOINT, stored));
  const started = performance.now();
  let run: Run = { ...before, status: 'running', error: null, steps: steps.total, curve: before.curve.filter(({ step }) => step <= (resume?.step ?? 0)) };
  const seconds = (): number => before.seconds + (performance.now() - started) / 1000;
  const put = async (change: Partial<Run>): Promise<Run> => {
    run = { ...run, seconds: seconds(), ...change };
    await store.put(run);
    return run;
  };
  const live = new LiveConcepts(rows);
  const work = sharedWork(signal);
  let looked = 0;

  try {
    await put({});
    const fitted = await fit({
      recipe,
      rows: x,
      resume,
      work,
      product,
      gpu: usable(gpu),
      onPoint: async (point: CurvePoint, trainer) => {
        run = { ...run, step: point.step, backend: trainer.backend, adapter: trainer.backend === 'webgpu' ? (gpu?.context.name ?? null) : null, curve: [...run.curve, point] };
        const look = performance.now() - looked > LOOK_MS || point.step === steps.total;
        const concepts = look ? await live.look(toDictionary(recipe, await trainer.save(), x.cols), work) : null;
        if (look) looked = performance.now();
        update({ id, epoch: Math.floor(point.step / steps.epoch), steps: steps.total, point, concepts });
      },
      onCheckpoint: async (state: TrainingState) => {
        await store.write(id, CHECKPOINT, writeTrainingState(state));
        await put({ step: state.step });
      },
    });
    const measures = await measureRun(fitted.dictionary, rows, work);
    const files = dictionaryFiles(fitted.dictionary, { training: { recipe, steps: fitted.steps, backend: fitted.backend, rows: x.rows } });
    for (const [name, bytes] of files) await store.write(id, name, bytes);
    await put({ status: 'done', measures, step: fitted.steps, backend: fitted.backend, adapter: fitted.adapter });
    await store.removeFile(id, CHECKPOINT);
    return run;
  } catch (error) {
    if (error instanceof CancelledError) await put({ status: run.step > 0 ? 'paused' : 'queued' });
    else await put({ status: 'failed', error: reportError(error) });
    throw error;
  }
}

/**
 * What a run would cost: its own steps, tried for two seconds and thrown away. Throws InputError for methods without steps, whose
 * time depends on the data.
 */
export async function estimateRun({ recipe, rows, signal, gpu, product }: LabBackends & { readonly recipe: Recipe; readonly rows: Matrix; readonly signal: AbortSignal }): Promise<Estimate> {
  const x = rowsFor(rows, gpu, recipe.seed);
  if (isBaseline(recipe.method)) {
    throw new InputError(`${recipe.method} has no steps to try: its time depends on how fast it converges.`, { field: 'method', fix: 'Train it; most fits take less than a minute.' });
  }
  const work = sharedWork(signal);
  const moments = await momentsOf(x, work);
  const { epoch, total } = stepsOf(recipe, x);
  const { trainer, adapter } = await openTrainer({ recipe, rows: x, resume: null, gpu: usable(gpu), product, work }, moments);
  try {
    const order = new StepOrder(x, recipe.batch, recipe.seed);
    const first = order.at(0).shard;
    await trainer.useShard(await x.read(first));
    // The first steps compile, and find the memory.
    await trainer.step(order.at(0).rows);
    await trainer.stats();
    const started = performance.now();
    let taken = 0;
    for (let s = 1; s < epoch && performance.now() - started < TRIAL_MS; s++) {
      const { shard, rows: batch } = order.at(s);
      if (shard !== first) continue;
      await trainer.step(batch);
      taken += 1;
    }
    await trainer.stats();
    const secondsAStep = (performance.now() - started) / 1000 / Math.max(1, taken);
    return { steps: total, seconds: secondsAStep * total, samplesPerSecond: recipe.batch / secondsAStep, bytes: memoryOf(recipe, x), backend: trainer.backend, adapter };
  } finally {
    trainer.dispose();
  }
}

/** Data, parameters with gradient and two moments each, and a batch with its pre-codes; float32. */
function memoryOf({ concepts, batch }: Recipe, { rows, cols }: TrainingRows): number {
  return 4 * (rows * cols + 4 * 2 * concepts * cols + batch * (concepts + 3 * cols));
}

/** Software adapters run on the processor that the CPU trainer runs on, and were measured far slower. */
function usable(gpu: GpuSession | null): GpuContext | null {
  return gpu === null || gpu.context.isFallback ? null : gpu.context;
}

function rowsFor(x: Matrix, gpu: GpuSession | null, seed: number): TrainingRows {
  const most = Math.max(1, Math.floor(SHARD_BYTES / (4 * x.cols)));
  if (usable(gpu) === null || x.rows <= most) return inMemory(x);
  // Images come before texts: a shard of one modality alone would teach in turns.
  const order = new Random(seed, MIXING_STREAM).shuffle(Uint32Array.from({ length: x.rows }, (_, i) => i));
  const mixed = matrix(x.rows, x.cols);
  order.forEach((row, r) => { rowOf(mixed, r).set(rowOf(x, row)); });
  return inMemory(mixed, most);
}
