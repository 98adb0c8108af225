import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { openSafetensors } from '../safetensors.ts';
import { sniff } from '../sniff.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { openStateDict } from '../torch-pt.ts';
import type { Checkpoint, DictionaryOptions, Importer } from './importer.ts';
import { dictionaryLearning } from './dictionary-learning.ts';
import { dncbm } from './dncbm.ts';
import { readHeader } from './header.ts';
import { msae } from './msae.ts';
import { native } from './native.ts';
import { openai } from './openai.ts';
import { overcomplete } from './overcomplete.ts';
import { saelens } from './saelens.ts';
import { saev } from './saev.ts';
import { sparsify } from './sparsify.ts';

/** Every checkpoint format we import; a new tool is one file and one row. */
const IMPORTERS: readonly Importer[] = [saelens, overcomplete, dictionaryLearning, sparsify, msae, openai, saev, dncbm, native];

/**
 * Opens a dictionary from the files of one checkpoint (weights and the JSON settings beside them), recognised by content. Files that
 * belong to no dictionary are ignored where there is one. `Dictionary.notes` says what had to be assumed or estimated.
 * @throws InputError naming the file and the next step; nothing is guessed that changes codes.
 */
export async function openDictionary(files: readonly ByteSource[], options: DictionaryOptions = {}): Promise<Dictionary> {
  const importers = chosen(options.format);
  const settings: ByteSource[] = [];
  const checkpoints: Omit<Checkpoint, 'settings'>[] = [];
  const refused: InputError[] = [];
  for (const file of files) {
    try {
      const opened = await openFile(file);
      if (opened === null) settings.push(file);
      else checkpoints.push(opened);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push(error);
    }
  }
  const found = checkpoints.flatMap((checkpoint) =>
    importers.filter((importer) => importer.recognises({ ...checkpoint, settings })).map((importer) => ({ checkpoint, importer })),
  );
  const [match, ...more] = found;
  if (match === undefined) {
    const [unread] = refused;
    throw unread ?? notRecognised(files, checkpoints.map(({ tensors }) => tensors), importers);
  }
  if (more.length > 0)
    throw new InputError(`several dictionaries at once: ${found.map(({ checkpoint }) => checkpoint.tensors.name).join(', ')}.`, {
      fix: 'Hand over one.',
    });
  return match.importer.open({ ...match.checkpoint, settings }, options);
}

function chosen(format: string | undefined): readonly Importer[] {
  if (format === undefined || format === 'auto') return IMPORTERS;
  const found = IMPORTERS.filter(({ tool }) => tool === format);
  if (found.length > 0) return found;
  throw new InputError(`the format ${shortJson(format)} is not known.`, { field: 'format', fix: `Known are auto, ${IMPORTERS.map(({ tool }) => tool).join(', ')}.` });
}

/** Tensors of a file with its header, if any; null for a settings file. */
async function openFile(file: ByteSource): Promise<Omit<Checkpoint, 'settings'> | null> {
  const container = await sniff(file);
  if (container === 'json') {
    const headed = await readHeader(file);
    return headed === null ? null : { container: 'torch', tensors: await openStateDict(headed.rest), header: headed.header };
  }
  if (container === 'safetensors' || file.name.endsWith('.safetensors')) return { container: 'safetensors', tensors: await openSafetensors(file) };
  return { container: 'torch', tensors: await openStateDict(file) };
}

function notRecognised(files: readonly ByteSource[], tensorFiles: readonly TensorFile[], importers: readonly Importer[]): InputError {
  const place = { file: tensorFiles[0]?.name ?? files[0]?.name };
  // One tool's names fit into a sentence; those of all would hide the next step.
  const [only, ...others] = importers;
  const wanted =
    only !== undefined && others.length === 0
      ? `Looked for ${only.looksFor}.`
      : `Known are dictionaries of ${importers.map(({ tool }) => tool).join(', ')}: name one as the format to read which tensors it needs.`;
  if (tensorFiles.length === 0) return new InputError('there are no weights among the files.', { ...place, fix: wanted });
  const names = tensorFiles.flatMap((file) => [...file.tensors.keys()]);
  const shown = names.slice(0, 6).map((name) => name.slice(0, 60));
  return new InputError(
    `no known dictionary format has these tensors: ${shown.join(', ')}${names.length > shown.length ? ` (showing ${shown.length} of ${names.length})` : ''}.`,
    { ...place, fix: wanted },
  );
}
