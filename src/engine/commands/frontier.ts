import { join } from 'node:path';
import { CancelledError, InputError } from '../../core/errors.ts';
import { checkRecipe } from '../../core/training/check.ts';
import type { Method } from '../../core/training/recipe.ts';
import { writeCsv } from '../../formats/writers/csv.ts';
import type { Column } from '../../formats/writers/table.ts';
import { openNodeGpu, type BackendName } from '../backend-node.ts';
import type { FrontierPoint, RunMeasures } from '../lab/protocol.ts';
import type { Progress } from '../protocol.ts';
import { folderFiles, requireFree, writeFolder } from './folder.ts';
import { runInFolder, type RunDone } from './run-folder.ts';
import type { Norms } from './rows.ts';
import { parseSweep, type SweepRun } from './sweep.ts';
import { recipeOf, type RecipeArguments } from './train.ts';
import { openTrainingFiles } from './training-files.ts';

/** Arguments of `cli frontier`. */
export interface FrontierArguments extends Pick<RecipeArguments, 'preset' | 'epochs' | 'batch' | 'learningRate'> {
  /** Methods and their sizes, see `parseSweep`. */
  readonly sweep: string;
  readonly embeddings: readonly string[];
  readonly norms: Norms;
  readonly backend: BackendName;
  /** Folder for frontier.json, frontier.csv and `runs/`, one folder a run as `train` writes it. */
  readonly out: string;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** One run on the frontier. */
export interface FrontierRun extends RunMeasures {
  readonly run: string;
  readonly method: Method;
  readonly concepts: number;
  readonly k: number;
  readonly seed: number;
  readonly seconds: number;
}

/** What `cli frontier` prints. */
export interface FrontierReport {
  readonly out: string;
  readonly points: readonly FrontierRun[];
  readonly backend: BackendName;
  readonly notes?: readonly string[];
}

/**
 * Trains every combination of a sweep and writes where each lies: R² against L0. A sweep that was interrupted goes on where it stopped.
 * @throws InputError for any run that cannot be trained, before the first one is; CancelledError that says how to go on.
 */
export async function frontierCommand(args: FrontierArguments): Promise<FrontierReport> {
  const { out, resume, backend, signal, onProgress } = args;
  const runs = parseSweep(args.sweep);
  const used = await folderFiles(out);
  if (!resume || !used.every((name) => ['runs', 'frontier.json', 'frontier.csv'].includes(name))) {
    await requireFree(out, used.includes('runs') ? 'Give --resume to go on with the sweep in it, or another folder.' : undefined);
  }
  const data = await openTrainingFiles(args.embeddings, args.norms, (done, total) => { onProgress({ phase: 'embed', done, total, unit: 'items' }); });
  const recipes = runs.map((run) => {
    const recipe = recipeOf({ ...args, ...run }, data);
    try {
      checkRecipe(recipe, { rows: data.rows, d: data.cols });
    } catch (error) {
      throw error instanceof InputError ? error.inFile(run.name) : error;
    }
    return { run, recipe };
  });
  const gpu = backend === 'webgpu' ? await openNodeGpu() : null;
  const points: FrontierRun[] = [];
  let reused = 0;
  const notes = new Set(data.notes(Math.max(...recipes.map(({ recipe }) => recipe.concepts))));
  try {
    for (const { run, recipe } of recipes) {
      const folder = join(out, 'runs', run.name);
      const done = await runInFolder({ recipe, data, folder, resume, backend, gpu, signal, onProgress }).catch((error: unknown) => {
        throw error instanceof CancelledError ? new CancelledError(`${points.length} of ${runs.length} runs are done. ${error.message}`) : error;
      });
      points.push(pointOf(run, done));
      if (done.reused) reused += 1;
      for (const note of done.notes) notes.add(`${run.name}: ${note}`);
      await writeFolder(out, new Map([['frontier.json', new TextEncoder().encode(`${JSON.stringify({ points })}\n`)], ['frontier.csv', writeCsv(columns(points))]]));
    }
  } finally {
    gpu?.device.destroy();
  }
  if (reused > 0) notes.add(`${reused} of ${runs.length} runs were done already.`);
  return { out, points, backend, ...(notes.size === 0 ? {} : { notes: [...notes] }) };
}

function pointOf({ name, method, seed }: SweepRun, { record, measures }: RunDone): FrontierRun {
  return { run: name, method, concepts: record.recipe.concepts, k: record.recipe.k, seed, ...measures, seconds: record.seconds };
}

/** A row a run and side: both modalities together, images, texts. */
function columns(points: readonly FrontierRun[]): Column[] {
  const rows = points.flatMap((point) =>
    (['both', 'images', 'texts'] as const).flatMap((side) => {
      const at: FrontierPoint | null = point[side];
      return at === null ? [] : [{ ...point, side, at }];
    }),
  );
  const text = (name: string, of: (row: (typeof rows)[number]) => string): Column => ({ name, type: 'text', values: rows.map(of) });
  const number = (name: string, of: (row: (typeof rows)[number]) => number): Column => ({ name, type: 'number', values: rows.map(of) });
  return [
    text('run', ({ run }) => run),
    text('method', ({ method }) => method),
    number('concepts', ({ concepts }) => concepts),
    number('k', ({ k }) => k),
    number('seed', ({ seed }) => seed),
    text('side', ({ side }) => side),
    number('l0', ({ at }) => at.l0),
    number('r2', ({ at }) => at.r2),
    number('r2PerFeature', ({ at }) => at.r2PerFeature),
    number('dead', ({ dead }) => dead),
    number('seconds', ({ seconds }) => seconds),
  ];
}
