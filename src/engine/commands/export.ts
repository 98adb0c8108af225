import { writeOvercomplete } from '../../formats/writers/overcomplete.ts';
import { writeSaeLens } from '../../formats/writers/saelens.ts';
import { readDictionary, type DictionaryArguments } from './dictionary.ts';
import { requireFree, writeFolder } from './folder.ts';
import type { Norms } from './rows.ts';

/** Tools whose layout is written. */
export const EXPORT_FORMATS = ['saelens', 'overcomplete'] as const;

/** Arguments of `cli export`. */
export interface ExportArguments extends DictionaryArguments {
  readonly to: (typeof EXPORT_FORMATS)[number];
  readonly norms: Norms;
  readonly out: string;
}

/** What `cli export` prints. */
export interface ExportReport {
  readonly to: string;
  readonly files: readonly string[];
  readonly out: string;
  readonly notes: readonly string[];
}

/**
 * Writes a dictionary as another tool keeps its own.
 * @throws InputError for what that tool has no place for, and for what does not load; nothing is written then.
 */
export async function exportCommand({ to, norms, out, ...dictionary }: ExportArguments): Promise<ExportReport> {
  await requireFree(out);
  const opened = await readDictionary(dictionary, norms);
  const files = new Map<string, Uint8Array>(to === 'saelens' ? Object.entries(writeSaeLens(opened)) : Object.entries(writeOvercomplete(opened)));
  await writeFolder(out, files);
  return { to, files: [...files.keys()], out, notes: opened.notes };
}
