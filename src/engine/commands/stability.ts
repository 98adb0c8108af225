import { join } from 'node:path';
import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { stability, type DirectionNull } from '../../core/matching/stability.ts';
import { matrix } from '../../core/tensor.ts';
import { writeParquet } from '../../formats/writers/concepts-parquet.ts';
import { EncodeBackend, type BackendName } from '../backend-node.ts';
import { sharedWork } from '../lab/pause.ts';
import type { Progress } from '../protocol.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { folderFiles, requireFree, writeFolder } from './folder.ts';
import { measureFiles } from './measure-files.ts';
import { openRows, type Norms } from './rows.ts';
import { readRecord } from './run-record.ts';
import { concatenated } from './training-files.ts';

/** Arguments of `cli stability`. */
export interface StabilityArguments extends Omit<DictionaryArguments, 'dictionary' | 'calibration'> {
  /** The dictionary whose concepts are looked for in the others. */
  readonly a: string;
  readonly b: readonly string[];
  /** Also the stability of this many concepts with most energy. */
  readonly top?: number | undefined;
  /** npy files to take the energies of a's concepts from; else those that its training measured. */
  readonly embeddings?: readonly string[] | undefined;
  readonly norms: Norms;
  readonly backend: BackendName;
  readonly seed: number;
  /** Folder for stability.json and concepts.parquet. */
  readonly out?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What `cli stability` prints; lists have one entry a concept of `a`. */
export interface StabilityReport {
  /** Mean matched cosine `max_P Tr(Dᵀ P D')/c`, over all b. */
  readonly stability: number;
  /** The same of the `top` concepts with most energy; null where it was not asked for. */
  readonly topStability: number | null;
  /** Mean matched cosine with each b. */
  readonly mean: readonly number[];
  /** Mean over the b of the cosine with the matched atom. */
  readonly perConcept: readonly number[];
  /** Stability of the m concepts with most energy, for rising m; null where no energies are known. */
  readonly curve: readonly { readonly top: number; readonly stability: number }[] | null;
  readonly energy: readonly number[] | null;
  /** The same matching with random unit dictionaries: mean and 99 % quantile of the cosines. */
  readonly random: DirectionNull;
  /** False where the assignment is a bound: the truth is at most `gap` higher. */
  readonly exact: boolean;
  readonly gap: number;
  /** For each b, the concept of it that each concept is matched with; −1 where none was left. */
  readonly matches: readonly (readonly number[])[];
  readonly notes?: readonly string[];
}

/**
 * How the concepts of one dictionary come back in others: one-to-one matching that maximises the cosines of their atoms.
 * @throws InputError naming what does not load or fit.
 */
export async function stabilityCommand(args: StabilityArguments): Promise<StabilityReport> {
  const { a, b, top, seed, out, signal, onProgress } = args;
  if (out !== undefined) await requireFree(out);
  if (b.length === 0) throw new InputError('stability compares at least two dictionaries.', { field: '--b', fix: 'Give --b DIR.' });
  const reference = await open(args, a);
  if (top !== undefined && !(Number.isInteger(top) && top >= 1 && top <= reference.c)) throw new InputError(`the top ${top} of ${reference.c} concepts are asked for.`, { field: '--top' });
  const others: Dictionary[] = [];
  for (const path of b) {
    const other = await open(args, path);
    if (other.d !== reference.d) throw new InputError(`its concepts have ${other.d} dimensions, those of ${a} have ${reference.d}.`, { file: path, fix: 'Compare dictionaries of one model.' });
    others.push(other);
  }
  const energy = args.embeddings === undefined ? await energyOfTraining(a, reference.c) : await energyOnFiles(reference, args, args.embeddings);
  if (top !== undefined && energy === null) throw new InputError('the energies of its concepts are not known.', { file: a, field: '--top', fix: 'Give --embeddings X.npy to measure them on.' });

  const work = sharedWork(signal, (done, total) => { onProgress({ phase: 'measure', done, total, unit: 'items' }); });
  const atoms = (dictionary: Dictionary): ReturnType<typeof matrix> => matrix(dictionary.c, dictionary.d, dictionary.W_dec);
  const found = await stability(atoms(reference), others.map(atoms), energy ?? new Float64Array(reference.c), { seed, work });
  const { perConcept, mean, curve, random, exact, gap, matches } = found;
  const notes = [...new Set([reference, ...others].flatMap((dictionary) => dictionary.notes))];
  const report: StabilityReport = {
    stability: average(mean),
    topStability: top === undefined || energy === null ? null : average(strongest(energy, top).map((i) => perConcept[i] ?? Number.NaN)),
    mean,
    perConcept,
    curve: energy === null ? null : curve,
    energy,
    random,
    exact,
    gap,
    matches: matches.map((of) => [...of]),
    ...(notes.length === 0 ? {} : { notes }),
  };
  if (out !== undefined) {
    const columns = [
      { name: 'concept', type: 'integer' as const, values: perConcept.map((_, i) => i) },
      { name: 'stability', type: 'number' as const, values: perConcept },
      ...(energy === null ? [] : [{ name: 'energy', type: 'number' as const, values: energy }]),
    ];
    await writeFolder(out, new Map([['stability.json', new TextEncoder().encode(`${JSON.stringify(report)}\n`)], ['concepts.parquet', writeParquet(columns)]]));
  }
  return report;
}

function open({ kind, k, theta, atoms, norms }: StabilityArguments, dictionary: string): Promise<Dictionary> {
  return readDictionary({ dictionary, kind, k, theta, atoms }, norms);
}

/** Energies that `train` left in the folder; null where it is not one of its folders. */
async function energyOfTraining(folder: string, c: number): Promise<readonly number[] | null> {
  const names: readonly string[] = await folderFiles(folder).catch(() => []);
  if (!names.includes('run.json')) return null;
  const { energy } = await readRecord(folder);
  if (energy !== null && energy.length !== c) throw new InputError(`there are ${energy.length} energies for ${c} concepts.`, { file: join(folder, 'run.json'), field: 'energy' });
  return energy;
}

async function energyOnFiles(dictionary: Dictionary, { norms, backend, signal, onProgress }: StabilityArguments, paths: readonly string[]): Promise<readonly number[]> {
  const files = await Promise.all(paths.map((path) => openRows(path, norms)));
  const on = new EncodeBackend(backend);
  try {
    const progress = (done: number, total: number): void => { onProgress({ phase: 'encode', done, total, unit: 'items' }); };
    const { metrics } = await measureFiles(dictionary, await on.encoder(dictionary), { images: concatenated(files), texts: null, pairs: null }, { norms, topBridges: 0, progress, signal });
    return metrics.finish().energyImage;
  } finally {
    await on.close();
  }
}

/** The `count` concepts with most energy, of equal ones the first. */
function strongest(energy: readonly number[], count: number): number[] {
  return energy.map((_, i) => i).sort((x, y) => (energy[y] ?? 0) - (energy[x] ?? 0) || x - y).slice(0, count);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
