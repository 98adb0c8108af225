import { commonThreshold, type Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import type { DictionaryOptions } from '../../formats/importers/importer.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { dictionaryFiles } from '../../formats/writers/native.ts';
import { requireFree, writeFolder } from './folder.ts';
import { readRows, type Norms } from './rows.ts';

/** Arguments of `cli import`. */
export interface ImportArguments extends Omit<DictionaryOptions, 'calibration'> {
  /** A checkpoint's file or folder; unrelated files in it are ignored. */
  readonly from: string;
  /** npy file of embeddings to estimate a missing θ on. */
  readonly calibration?: string | undefined;
  readonly norms: Norms;
  /** Folder to write; without it the checkpoint is only looked at. */
  readonly out?: string | undefined;
}

/** What `cli import` prints: what the checkpoint is, and what was assumed. */
export interface ImportReport {
  /** Tool whose format it is. */
  readonly format: string;
  readonly dimensions: number;
  readonly concepts: number;
  readonly activation: Dictionary['act']['kind'];
  /** Codes a row; null where the file does not say, or it is no top-k. */
  readonly k: number | null;
  /** θ where one holds for all concepts. */
  readonly threshold: number | null;
  readonly comparator: '>' | '>=' | null;
  readonly normalisation: Dictionary['norm']['kind'];
  readonly notes: readonly string[];
  readonly out: string | null;
  /** Names of the files written. */
  readonly files: readonly string[];
}

/**
 * Reads a checkpoint of any known tool and writes it as SAELens' folder, or, where SAELens has no architecture for it, as our own file.
 * @throws InputError naming the file, the field and the next step; nothing is written then.
 */
export async function importCommand({ from, out, calibration, norms, ...options }: ImportArguments): Promise<ImportReport> {
  if (out !== undefined) await requireFree(out);
  const rows = calibration === undefined ? undefined : await readRows(calibration, norms);
  const dictionary = await openDictionary(await dictionarySources(from), { ...options, calibration: rows });
  const { act, norm, d, c, notes, source } = dictionary;
  if (act.kind === 'batchtopk' && act.theta === null) {
    throw new InputError('the checkpoint does not hold its threshold θ.', { file: from, field: 'theta', fix: 'Give --threshold, or embeddings like those of its training with --calibrate.' });
  }
  const files = out === undefined ? new Map<string, Uint8Array>() : dictionaryFiles(dictionary, { imported: { format: source } });
  if (out !== undefined) await writeFolder(out, files);
  return {
    format: source,
    dimensions: d,
    concepts: c,
    activation: act.kind,
    k: 'k' in act ? act.k : null,
    threshold: commonThreshold(act),
    comparator: act.kind === 'batchtopk' || act.kind === 'jumprelu' ? act.cmp : null,
    normalisation: norm.kind,
    notes,
    out: out ?? null,
    files: [...files.keys()],
  };
}
