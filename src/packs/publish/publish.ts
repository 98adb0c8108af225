import { InputError, IntegrityError } from '../../core/errors.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { short } from '../../formats/text.ts';
import { writeParquet } from '../../formats/writers/concepts-parquet.ts';
import { noSaeLens, writeSaeLens } from '../../formats/writers/saelens.ts';
import { canonicalJson, sha256 } from '../canonical.ts';
import type { Pack } from '../open.ts';
import type { PartName } from '../schema.ts';
import { DICTIONARY_FOLDER } from '../sources/open.ts';
import { checkPartName, MANIFEST } from '../sources/source.ts';
import { card, citation, type CardFacts, type Publication } from './card.ts';
import { licencesFile } from './licences.ts';
import { conceptColumns, exampleColumns, pairColumns, sampleColumns } from './tables.ts';

/** One file of a published folder; `name` is relative, with forward slashes. */
export interface PublishedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files that go along as they are: `sprites/…` and `attribution.json`. */
export type Pictures = AsyncIterable<PublishedFile> | Iterable<PublishedFile>;

/** Folder of the dictionary in SAELens' layout, where its own files are another tool's. */
const SAELENS_FOLDER = 'saelens';

/** True for what may go along with a pack besides its parts. */
export function isPicture(name: string): boolean {
  return name === 'attribution.json' || /^sprites\/[^/]+\.webp$/.test(name);
}

/**
 * A pack as a folder for any static host, file by file: its parts as they are, its dictionary, tables in Parquet, pictures, card,
 * citation, licences, and last manifest.json and SHA256SUMS. The same pack gives the same bytes, and keeps its hash.
 * @throws IntegrityError naming a part, or a file of the dictionary, that is not what the manifest says; InputError for a picture
 * whose name is none of `sprites/….webp` and `attribution.json`, or comes twice.
 */
export async function* publishFiles(
  pack: Pack,
  dictionaryFiles: ReadonlyMap<string, Uint8Array>,
  publication: Publication = {},
  pictures: Pictures = [],
): AsyncGenerator<PublishedFile, void, undefined> {
  const { manifest, hash } = pack;
  const sums: string[] = [];
  const names: string[] = [];
  const file = async (name: string, bytes: Uint8Array): Promise<PublishedFile> => {
    names.push(name);
    sums.push(`${await sha256(bytes)}  ${name}\n`);
    return { name, bytes };
  };
  for (const name of Object.keys(manifest.files).sort() as PartName[]) yield file(name, await pack.bytes(name));

  for (const [name, bytes] of await checkDictionary(pack, dictionaryFiles)) yield file(`${DICTIONARY_FOLDER}/${name}`, bytes);
  const saeLens = await saeLensFiles(dictionaryFiles);
  for (const [name, bytes] of saeLens.files) yield file(`${SAELENS_FOLDER}/${name}`, bytes);

  const [concepts, samples] = [await pack.concepts(), await pack.samples()];
  yield file('concepts.parquet', writeParquet(conceptColumns(concepts, await pack.layout('concepts'))));
  yield file('examples.parquet', writeParquet(exampleColumns(concepts)));
  const codes = { images: await pack.codes('images'), texts: await pack.codes('texts') };
  yield file('samples.parquet', writeParquet(sampleColumns(samples, codes, await pack.layout('samples'))));
  yield file('pairs.parquet', writeParquet(pairColumns(samples)));

  let drawn = false;
  for await (const { name, bytes } of pictures) {
    checkPartName(name);
    if (!isPicture(name)) throw new InputError('only sprites/….webp and attribution.json go along with a pack.', { file: short(name) });
    if (names.includes(name)) throw new InputError('this picture comes twice.', { file: short(name) });
    drawn ||= name !== 'attribution.json';
    yield file(name, bytes);
  }

  const facts = { manifest, hash, samples, publication, saeLens: saeLens.folder };
  const text = (name: string, content: string): Promise<PublishedFile> => file(name, new TextEncoder().encode(content));
  yield text('LICENSES', licencesFile(manifest, samples, publication.licence ?? null, drawn));
  const about: CardFacts = { ...facts, files: [MANIFEST, ...names, 'CITATION.cff'] };
  yield text('CITATION.cff', citation(about));
  yield text('README.md', card(about));
  // Without it, one host leaves files out and turns the card into a page.
  yield text('.nojekyll', '\n');
  yield text(MANIFEST, `${canonicalJson(manifest, 1)}\n`);
  yield { name: 'SHA256SUMS', bytes: new TextEncoder().encode(sums.join('')) };
}

/** The files that the manifest names, in its order; others are left out. */
async function checkDictionary({ manifest }: Pack, files: ReadonlyMap<string, Uint8Array>): Promise<[string, Uint8Array][]> {
  return Promise.all(
    Object.entries(manifest.dictionary.files).sort().map(async ([name, hash]): Promise<[string, Uint8Array]> => {
      checkPartName(name);
      const bytes = files.get(name);
      if (bytes === undefined) throw new InputError('the pack’s dictionary has this file, and it was not given.', { file: short(name) });
      if ((await sha256(bytes)) !== hash) throw new IntegrityError('it is not the file that the pack was encoded with (SHA-256 differs).', { file: short(name) });
      return [name, bytes];
    }),
  );
}

/** The dictionary for SAELens, where its own files are not: `folder` says where it is, null where SAELens has no place for it. */
async function saeLensFiles(files: ReadonlyMap<string, Uint8Array>): Promise<{ folder: string | null; files: [string, Uint8Array][] }> {
  if (files.has('cfg.json') && files.has('sae_weights.safetensors')) return { folder: DICTIONARY_FOLDER, files: [] };
  // A file that needs to be told its activation is left as it is.
  const dictionary = await openDictionary([...files].map(([name, bytes]) => bytesSource(name, bytes))).catch(() => null);
  if (dictionary === null || noSaeLens(dictionary) !== null) return { folder: null, files: [] };
  return { folder: SAELENS_FOLDER, files: Object.entries<Uint8Array>({ ...writeSaeLens(dictionary) }) };
}
