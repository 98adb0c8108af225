import { InputError } from '../../core/errors.ts';
import { presets } from '../../core/training/presets.ts';
import type { Method, Recipe } from '../../core/training/recipe.ts';
import { openNodeGpu, type BackendName } from '../backend-node.ts';
import type { RunMeasures } from '../lab/protocol.ts';
import type { Progress } from '../protocol.ts';
import { runInFolder } from './run-folder.ts';
import type { Norms } from './rows.ts';
import { openTrainingFiles, type TrainingFiles } from './training-files.ts';

/** What a recipe is made from: a preset, and what is asked for in its place. */
export interface RecipeArguments {
  readonly method: Method;
  /** Name of a preset; `default` unless given. */
  readonly preset?: string | undefined;
  readonly concepts?: number | undefined;
  readonly k?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly seed?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** Arguments of `cli train`. */
export interface TrainArguments extends RecipeArguments {
  /** npy files of one model; of two, the first are images and the second texts, pairs row by row where they are as many. */
  readonly embeddings: readonly string[];
  readonly norms: Norms;
  readonly backend: BackendName;
  /** Folder for the dictionary, run.json and, until it is done, the checkpoint. */
  readonly out: string;
  readonly resume: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What `cli train` prints. */
export interface TrainReport extends RunMeasures {
  readonly out: string;
  readonly recipe: Recipe;
  readonly steps: number;
  readonly seconds: number;
  /** Rows that training went through in a second, those of all epochs counted; null for methods without steps. */
  readonly samplesPerSecond: number | null;
  readonly backend: BackendName;
  /** The GPU's name; absent on the CPU. */
  readonly adapter?: string;
  readonly notes?: readonly string[];
}

/**
 * Trains a dictionary and writes it as a folder that SAELens opens (dictionary.safetensors for methods that SAELens does not have).
 * @throws InputError naming file, row or option; CancelledError that says how to go on.
 */
export async function trainCommand(args: TrainArguments): Promise<TrainReport> {
  const { embeddings, norms, backend, out, resume, signal, onProgress } = args;
  if (!presets.some(({ name }) => name === (args.preset ?? 'default'))) throw unknownPreset(args.preset ?? '');
  const data = await openTrainingFiles(embeddings, norms, (done, total) => { onProgress({ phase: 'embed', done, total, unit: 'items' }); });
  const recipe = recipeOf(args, data);
  const gpu = backend === 'webgpu' ? await openNodeGpu() : null;
  try {
    const { record, measures, reused, notes } = await runInFolder({ recipe, data, folder: out, resume, backend, gpu, signal, onProgress });
    const all = [...data.notes(recipe.concepts), ...notes, ...(reused ? ['The run was done already.'] : [])];
    return {
      out,
      recipe,
      ...measures,
      steps: record.steps,
      seconds: record.seconds,
      samplesPerSecond: record.steps === 0 ? null : (record.steps * recipe.batch) / Math.max(record.seconds, 1e-3),
      backend: record.backend.used ?? backend,
      ...(record.backend.adapter === null ? {} : { adapter: record.backend.adapter }),
      ...(all.length === 0 ? {} : { notes: all }),
    };
  } finally {
    // Node does not exit while a device is open.
    gpu?.device.destroy();
  }
}

/** The recipe that the options ask for, on these rows. @throws InputError for a preset that there is not. */
export function recipeOf({ method, preset = 'default', concepts, k, epochs, batch, seed, learningRate }: RecipeArguments, { rows, cols }: Pick<TrainingFiles, 'rows' | 'cols'>): Recipe {
  const made = presets.find(({ name }) => name === preset)?.recipe(method, { rows, d: cols, concepts, k, batch });
  if (made === undefined) throw unknownPreset(preset);
  return { ...made, epochs: epochs ?? made.epochs, seed: seed ?? made.seed, learningRate: learningRate ?? made.learningRate };
}

function unknownPreset(name: string): InputError {
  return new InputError(`there is no preset "${name}".`, { field: '--preset', fix: `There are: ${presets.map((preset) => preset.name).join(', ')}.` });
}
