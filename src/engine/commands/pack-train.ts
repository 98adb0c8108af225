import { join } from 'node:path';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import type { Progress } from '../protocol.ts';
import { corpusCommand } from './corpus.ts';
import { folderFiles, writeFolder } from './folder.ts';
import { packBuildCommand, type PackBuildReport } from './pack-build.ts';
import { trainCommand, type TrainReport } from './train.ts';

/** Seeds besides the first, which is the dictionary. */
const OTHER_SEEDS = [1, 2];

/** Arguments of `cli pack train`. */
export interface PackTrainArguments {
  /** Folder of a CLIP model in transformers.js layout. */
  readonly model: string;
  /** Gallery list (JSON Lines). */
  readonly gallery: string;
  readonly concepts?: number | undefined;
  readonly k?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batch?: number | undefined;
  readonly learningRate?: number | undefined;
  /** Folder for the dictionary; an earlier one in it is replaced. */
  readonly dictionary: string;
  /** Folder for the pack; an earlier one in it is replaced. */
  readonly out: string;
  /** Folder for the corpus and the runs. What is done in it already is taken as it is. */
  readonly work: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What was made. */
export interface PackTrainReport {
  readonly dictionary: string;
  /** Of each seed, the dictionary's first: seconds, and R², L0 and dead share on the rows of the training. */
  readonly runs: readonly TrainReport[];
  readonly pack: PackBuildReport;
}

/**
 * A pack with a dictionary of its own, from a model and a gallery: embeds the corpus, trains a BatchTopK dictionary with three seeds,
 * writes the first as a SAELens folder, and builds the pack with the stability of its concepts in the two others. Goes on where it was
 * interrupted; the same input on the same machine gives the same bytes. Throws as `corpus`, `train` and `pack build` do.
 */
export async function packTrainCommand({ model, gallery, dictionary, out, work, signal, onProgress, ...recipe }: PackTrainArguments): Promise<PackTrainReport> {
  const corpus = join(work, 'corpus');
  if ((await folderFiles(corpus)).length === 0) await corpusCommand({ model, gallery, out: corpus, onProgress });
  const embeddings = ['images.npy', 'texts.npy'].map((name) => join(corpus, name));
  const train = (seed: number): Promise<TrainReport> =>
    trainCommand({ ...recipe, embeddings, method: 'batchtopk', seed, norms: 'refuse', backend: 'cpu', out: join(work, `seed-${seed}`), resume: true, signal, onProgress });
  const first = await train(0);
  const others: TrainReport[] = [];
  for (const seed of OTHER_SEEDS) others.push(await train(seed));
  await writeFolder(dictionary, dictionaryFiles(await openDictionary(await dictionarySources(first.out)), about(model, first)));
  const pack = await packBuildCommand({ model, dictionary, gallery, seeds: others.map((run) => run.out), out, onProgress });
  return { dictionary, runs: [first, ...others], pack };
}

/** What cfg.json says of the dictionary; numbers are those of the rows of the training. */
function about(model: string, { recipe, steps, both, images, texts, dead, backend }: TrainReport): Readonly<Record<string, unknown>> {
  return { trained_by: 'vlm-explore pack train', model, trained_as: recipe.method, k: recipe.k, training: { recipe, steps, backend, both, images, texts, dead } };
}
