import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBaseline } from '../../core/baselines/fit.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import { CancelledError, InputError } from '../../core/errors.ts';
import { checkRecipe } from '../../core/training/check.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { TrainingBackend, TrainingState } from '../../core/training/trainer.ts';
import { nodeProduct } from '../../encoders/product-node.ts';
import { dictionarySources, fileSource } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { readTrainingState, writeTrainingState } from '../../formats/training-state.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import type { GpuContext } from '../../gpu/device.ts';
import { EncodeBackend, type BackendName } from '../backend-node.ts';
import { sharedWork } from '../lab/pause.ts';
import type { CurvePoint, RunMeasures } from '../lab/protocol.ts';
import { writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';
import { fit, type Fitted } from '../training/fit.ts';
import { stepsOf } from '../training/loop.ts';
import { runMeasures } from '../training/measures.ts';
import { folderFiles, makeFolder, requireFree, writeFolder } from './folder.ts';
import { measureFiles } from './measure-files.ts';
import { readRecord, requireSameRun, writeRecord, type RunRecord } from './run-record.ts';
import { concatenated, type TrainingFiles } from './training-files.ts';

const CHECKPOINT = 'checkpoint.safetensors';
/** Rows of a shard on the GPU, in bytes: within every adapter's limits. On the CPU the first 1 GiB stays one shard. */
const SHARD_BYTES: Readonly<Record<BackendName, number>> = { cpu: 2 ** 30, webgpu: 2 ** 27 };

/** A run in a folder of its own. */
export interface RunInFolder {
  readonly recipe: Recipe;
  readonly data: TrainingFiles;
  readonly folder: string;
  /** Goes on where a run in the folder stopped, and takes a finished one as it is; without it the folder has to be free. */
  readonly resume: boolean;
  readonly backend: BackendName;
  /** Open where the backend is `webgpu`. */
  readonly gpu: GpuContext | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A run that is done. */
export interface RunDone {
  readonly record: RunRecord;
  readonly measures: RunMeasures;
  /** It was done before. */
  readonly reused: boolean;
  /** What training and measuring had to say. */
  readonly notes: readonly string[];
}

/**
 * Trains a run to its end, with a checkpoint in its folder every few seconds and when `signal` aborts; then writes the dictionary, measures
 * it as anybody will open it, and removes the checkpoint. A run that goes on gives the very bytes of one that was not interrupted.
 * @throws InputError for a recipe that does not suit the rows, or a folder that holds something else; CancelledError that says how to
 * go on; DeviceLostError.
 */
export async function runInFolder(run: RunInFolder): Promise<RunDone> {
  const { recipe, data, folder, backend } = run;
  checkRecipe(recipe, { rows: data.rows, d: data.cols });
  const rows = data.shards(SHARD_BYTES[backend]);
  const total = isBaseline(recipe.method) ? 0 : stepsOf(recipe, rows).total;
  const fresh: RunRecord = {
    status: 'unfinished',
    recipe,
    data: { hash: data.hash, rows: data.rows, dimensions: data.cols, files: data.files.map(({ name }) => name) },
    steps: total,
    seconds: 0,
    backend: { asked: backend, used: null, adapter: null },
    curve: [],
    measures: null,
    energy: null,
  };
  const before = await openRun(run, fresh);
  if (before.record.status === 'done' && before.record.measures !== null) return { record: before.record, measures: before.record.measures, reused: true, notes: [] };
  let record = await trained({ ...run, rows, ...before });
  const { measures, energy, notes } = await measured(run);
  record = { ...record, status: 'done', measures, energy };
  await writeRecord(folder, record);
  await rm(join(folder, CHECKPOINT), { force: true });
  return { record, measures, reused: false, notes: [...notes, ...unusedGpu(record)] };
}

/** What the folder holds already: a run to go on with, or nothing. */
async function openRun({ folder, resume }: RunInFolder, fresh: RunRecord): Promise<{ record: RunRecord; state: TrainingState | null }> {
  const names = await folderFiles(folder);
  if (!resume || names.length === 0) {
    await requireFree(folder, names.includes('run.json') ? 'Give --resume to go on with the run in it, or another folder.' : undefined);
    await makeFolder(folder);
    await writeRecord(folder, fresh);
    return { record: fresh, state: null };
  }
  const record = await readRecord(folder);
  requireSameRun(folder, record, fresh);
  const state = record.status === 'unfinished' && names.includes(CHECKPOINT) ? await readTrainingState(await fileSource(join(folder, CHECKPOINT))) : null;
  return { record: { ...fresh, seconds: record.seconds, curve: record.curve.filter(({ step }) => step <= (state?.step ?? 0)), ...(record.status === 'done' ? record : {}) }, state };
}

async function trained({ recipe, rows, data, folder, gpu, signal, onProgress, record: before, state }: RunInFolder & { rows: ReturnType<TrainingFiles['shards']>; record: RunRecord; state: TrainingState | null }): Promise<RunRecord> {
  let record = before;
  let step = state?.step ?? 0;
  const started = performance.now();
  const timed = (change: Partial<RunRecord>): RunRecord => (record = { ...record, seconds: before.seconds + (performance.now() - started) / 1000, ...change });
  const work = sharedWork(signal, (done, total) => { onProgress({ phase: 'train', done, total, unit: 'items' }); });
  const used = (backend: TrainingBackend): RunRecord['backend'] => ({ asked: record.backend.asked, used: backend, adapter: backend === 'webgpu' ? (gpu?.name ?? null) : null });
  let fitted: Fitted;
  try {
    fitted = await fit({
      recipe,
      rows,
      resume: state,
      work,
      gpu,
      // Measured: five to thirteen times as fast as the plain product, and the bits of the page's.
      product: await nodeProduct(),
      onPoint: (point: CurvePoint, trainer) => { timed({ curve: [...record.curve, point], backend: used(trainer.backend) }); },
      onCheckpoint: async (reached) => {
        await writeOutput(join(folder, CHECKPOINT), writeTrainingState(reached));
        await writeRecord(folder, timed({}));
        step = reached.step;
      },
    });
  } catch (error) {
    throw error instanceof CancelledError ? stopped(folder, step, before.steps) : inCheckpoint(error, folder, state);
  }
  const { dictionary, steps, backend } = fitted;
  const about = { trained_as: recipe.method, training: { recipe, steps, backend, rows: data.rows, data: data.hash } };
  await writeFolder(folder, dictionaryFiles(dictionary, about));
  return timed({ backend: used(backend) });
}

/** Measures the dictionary as it lies in the folder, on the rows of its training: of two files the first are images, the second texts. */
async function measured({ data, folder, backend, signal, onProgress }: RunInFolder): Promise<{ measures: RunMeasures; energy: readonly number[]; notes: readonly string[] }> {
  const dictionary: Dictionary = await openDictionary(await dictionarySources(folder));
  const [images, texts, ...more] = data.files;
  const two = images !== undefined && texts !== undefined && more.length === 0;
  const files = two
    ? { images, texts, pairs: images.rows === texts.rows ? ('row by row' as const) : null }
    : { images: concatenated(data.files), texts: null, pairs: null };
  const on = new EncodeBackend(backend);
  try {
    const encoder = await on.encoder(dictionary);
    const progress = (done: number, total: number): void => { onProgress({ phase: 'measure', done, total, unit: 'items' }); };
    const { metrics } = await measureFiles(dictionary, encoder, files, { norms: 'raw', topBridges: 0, progress, signal });
    const report = metrics.finish();
    const measures = runMeasures(report);
    if (!two) return { measures: { ...measures, images: null, texts: null }, energy: report.energyImage, notes: dictionary.notes };
    const energy = report.energyImage.map((image, i) => (image + (report.energyText[i] ?? 0)) / 2);
    return { measures, energy, notes: dictionary.notes };
  } finally {
    await on.close();
  }
}

function stopped(folder: string, step: number, steps: number): CancelledError {
  const where = steps === 0 || step === 0 ? 'Stopped before the first checkpoint.' : `Stopped at step ${step} of ${steps}; the checkpoint is in ${folder}.`;
  return new CancelledError(`${where} Run it again with --resume to go on.`);
}

/** A state that does not fit the recipe is told about the file that it came from. */
function inCheckpoint(error: unknown, folder: string, state: TrainingState | null): unknown {
  return error instanceof InputError && state !== null ? error.inFile(join(folder, CHECKPOINT)) : error;
}

function unusedGpu({ backend, recipe }: RunRecord): string[] {
  return backend.asked === 'webgpu' && backend.used === 'cpu' ? [`${recipe.method} has no GPU kernels: trained on the CPU.`] : [];
}
