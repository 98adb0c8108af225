import { InputError, IntegrityError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';
import { sha256 } from '../canonical.ts';
import { openPack, type Pack } from '../open.ts';
import { parseManifest, sheetPath, type Manifest, type PartName } from '../schema.ts';
import { MAX_MANIFEST } from './members.ts';
import { MANIFEST, type PackSource } from './source.ts';

/** Folder of a self-contained pack that holds its dictionary. */
export const DICTIONARY_FOLDER = 'dictionary';
/** The most a dictionary's settings take besides its weights. */
const MAX_SETTINGS = 16 * 2 ** 20;
const MAX_DICTIONARY = 2 ** 32;

/** A pack that came from somewhere else. */
export interface TravelledPack {
  readonly pack: Pack;
  readonly source: PackSource;
  /**
   * Files of the dictionary by name, as the manifest has hashed them; null where the source holds none and the application's own is meant.
   * @throws IntegrityError naming a file that is not the one that the pack was made with, InputError when only some are there.
   */
  readonly dictionaryFiles: () => Promise<ReadonlyMap<string, Uint8Array> | null>;
}

/**
 * Opens a pack of any source; of its parts only those asked for are read, none further than the manifest says.
 * @throws InputError or IntegrityError naming the file and the field when the manifest is missing or broken.
 */
export async function openTravelled(source: PackSource): Promise<TravelledPack> {
  const bytes = await source.read(MANIFEST, MAX_MANIFEST);
  const manifest = parseManifest(bytes);
  const pack = await openPack((name) => {
    if (name === MANIFEST) return Promise.resolve(bytes);
    const sheet = manifest.pictures?.sheets.find((_, n) => sheetPath(n) === name);
    return source.read(name, (sheet ?? manifest.files[name as PartName])?.bytes ?? 0);
  });
  return { pack, source, dictionaryFiles: () => dictionaryFiles(source, manifest) };
}

async function dictionaryFiles(source: PackSource, { dictionary }: Manifest): Promise<ReadonlyMap<string, Uint8Array> | null> {
  const names = Object.keys(dictionary.files);
  const { readOfApplication } = source;
  const places: ((name: string) => Promise<Uint8Array>)[] = [(name) => source.read(`${DICTIONARY_FOLDER}/${name}`, maxBytes(dictionary))];
  if (readOfApplication !== undefined) places.push((name) => readOfApplication(`${dictionary.path}/${name}`, maxBytes(dictionary)));
  let failure: InputError | null = null;
  for (const read of places) {
    const files = new Map<string, Uint8Array>();
    for (const name of names) {
      try {
        files.set(name, await asHashed(`${DICTIONARY_FOLDER}/${name}`, dictionary.files[name], await read(name)));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        // None of the files is no fault: the application may have them. One that is another, or missing beside the others, is.
        if (error instanceof IntegrityError || files.size > 0) failure ??= error;
        break;
      }
    }
    if (files.size === names.length && names.length > 0) return files;
  }
  if (failure !== null) throw failure;
  return null;
}

async function asHashed(file: string, hash: string | undefined, bytes: Uint8Array): Promise<Uint8Array> {
  if ((await sha256(bytes)) === hash) return bytes;
  throw new IntegrityError('it is not the file that the pack was encoded with (SHA-256 differs).', { file: short(file), fix: 'Download the pack again.' });
}

/** Encoder, decoder and a skip connection in float64, biases and thresholds, and the settings. */
function maxBytes({ c, d }: Manifest['dictionary']): number {
  return Math.min(MAX_DICTIONARY, MAX_SETTINGS + 8 * (2 * c * d + d * d + 8 * (c + d)));
}
