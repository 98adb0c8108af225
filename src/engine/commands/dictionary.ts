import type { Dictionary } from '../../core/dictionary.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import type { DictionaryOptions } from '../../formats/importers/importer.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { readRows, type Norms } from './rows.ts';

/** Which dictionary a command uses, and what a person has to add to its files. */
export interface DictionaryArguments extends Omit<DictionaryOptions, 'calibration'> {
  /** Folder of a checkpoint, or its weights file. */
  readonly dictionary: string;
  /** npy file of embeddings to estimate a missing θ on; its norms are treated like the others'. */
  readonly calibration?: string | undefined;
}

/** Opens a dictionary of any tool. @throws InputError naming the file and what is missing. */
export async function readDictionary({ dictionary, kind, k, theta, atoms, calibration }: DictionaryArguments, norms: Norms): Promise<Dictionary> {
  const rows = calibration === undefined ? undefined : await readRows(calibration, norms);
  return openDictionary(await dictionarySources(dictionary), { kind, k, theta, atoms, calibration: rows });
}
