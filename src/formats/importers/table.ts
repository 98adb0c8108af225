import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { openSafetensors } from '../safetensors.ts';
import { sniff } from '../sniff.ts';
import type { TensorFile } from '../tensor.ts';
import { openStateDict } from '../torch-pt.ts';
import type { Checkpoint, DictionaryOptions, Importer } from './importer.ts';
import { native } from './native.ts';
import { overcomplete } from './overcomplete.ts';
import { saelens } from './saelens.ts';

/** Every checkpoint format we import; a new tool is one file and one row. */
const IMPORTERS: readonly Importer[] = [saelens, overcomplete, native];

/**
 * Opens a dictionary from the files of one checkpoint (weights and the JSON settings beside them), recognised by content.
 * `Dictionary.notes` says what had to be assumed or estimated.
 * @throws InputError naming the file and the next step; nothing is guessed that changes codes.
 */
export async function openDictionary(files: readonly ByteSource[], options: DictionaryOptions = {}): Promise<Dictionary> {
  const settings: ByteSource[] = [];
  const checkpoints: Omit<Checkpoint, 'settings'>[] = [];
  for (const file of files) {
    const container = await sniff(file);
    if (container === 'json') settings.push(file);
    else if (container === 'safetensors' || file.name.endsWith('.safetensors'))
      checkpoints.push({ container: 'safetensors', tensors: await openSafetensors(file) });
    else checkpoints.push({ container: 'torch', tensors: await openStateDict(file) });
  }
  const found = checkpoints.flatMap((checkpoint) =>
    IMPORTERS.filter((importer) => importer.recognises({ ...checkpoint, settings })).map((importer) => ({ checkpoint, importer })),
  );
  const [match, ...more] = found;
  if (match === undefined)
    throw notRecognised(
      files,
      checkpoints.map(({ tensors }) => tensors),
    );
  if (more.length > 0)
    throw new InputError(`several dictionaries at once: ${found.map(({ checkpoint }) => checkpoint.tensors.name).join(', ')}.`, {
      fix: 'Hand over one.',
    });
  return match.importer.open({ ...match.checkpoint, settings }, options);
}

function notRecognised(files: readonly ByteSource[], tensorFiles: readonly TensorFile[]): InputError {
  const place = { file: tensorFiles[0]?.name ?? files[0]?.name };
  const wanted = `Known are ${IMPORTERS.map(({ looksFor }) => looksFor).join('; ')}.`;
  if (tensorFiles.length === 0) return new InputError('there are no weights among the files.', { ...place, fix: wanted });
  const names = tensorFiles.flatMap((file) => [...file.tensors.keys()]);
  const shown = names.slice(0, 6).map((name) => name.slice(0, 60));
  return new InputError(
    `no known dictionary format has these tensors: ${shown.join(', ')}${names.length > shown.length ? ` (showing ${shown.length} of ${names.length})` : ''}.`,
    { ...place, fix: wanted },
  );
}
