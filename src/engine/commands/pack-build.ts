import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commonThreshold, type Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import { InputError } from '../../core/errors.ts';
import { stability } from '../../core/matching/stability.ts';
import { matrix, rowOf, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import { uninterrupted } from '../../core/work.ts';
import { weightsFile } from '../../encoders/model-files.ts';
import type { Encoder } from '../../encoders/port.ts';
import { nodeProduct } from '../../encoders/product-node.ts';
import { openEncoder } from '../../encoders/transformers-node.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { asRecord, parseStrictJson } from '../../formats/json.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { buildBody, sealPack, storedRows } from '../../packs/build.ts';
import { packHash, sha256 } from '../../packs/canonical.ts';
import { drawItem } from '../../packs/gallery/draw-node.ts';
import { parseGallery, type GalleryItem } from '../../packs/gallery/list.ts';
import { loadIconPackages, type IconPackage } from '../../packs/gallery/packages-node.ts';
import { collectTexts } from '../../packs/gallery/texts.ts';
import { pictogramSample, storeSamples } from '../../packs/samples.ts';
import { parseManifest, type Manifest } from '../../packs/schema.ts';
import type { Progress } from '../protocol.ts';
import { examplePictures, packExample } from '../pack-example.ts';
import { packLayouts } from '../pack-layouts.ts';

/** Side of the pictures that are embedded: what mini-clip takes, so that nothing is resized. */
export const DRAWN = 64;
/** Pictures drawn and embedded at a time. */
const BATCH = 128;
const EXAMPLE_TEXTS = ['red heart', 'a red fruit'];
/** Files of a model besides its weights, where it has them. */
const MODEL_FILES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];

/** Arguments of `cli pack build`. */
export interface PackBuildArguments {
  /** Folder of a CLIP model in transformers.js layout. */
  readonly model: string;
  /** Dictionary file or folder. */
  readonly dictionary: string;
  /** Gallery list (JSON Lines). */
  readonly gallery: string;
  /** The same recipe trained with other seeds, to say how stable each concept is. */
  readonly seeds?: readonly string[] | undefined;
  /** Folder to write; an earlier pack in it is replaced. */
  readonly out: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What was built. */
export interface PackBuildReport {
  readonly out: string;
  readonly hash: string;
  readonly counts: Manifest['counts'];
  readonly bytes: number;
}

/**
 * Builds a pack: draws every pictogram of the list from its installed package, embeds pictures and vocabulary as the page would,
 * encodes them, measures and labels the concepts. Written to a folder beside `out` and renamed last; the same input on the
 * same machine gives the same bytes. Paths to model and dictionary are stored relative to the working directory.
 * @throws InputError or IntegrityError naming the file: a list, package, model or dictionary that is missing, broken or unfit.
 */
export async function packBuildCommand({ model, dictionary: dictionaryPath, gallery, seeds = [], out, onProgress = () => undefined }: PackBuildArguments): Promise<PackBuildReport> {
  await refuseForeignFolder(out);
  const items = parseGallery(await readText(gallery), gallery);
  const vocabulary = collectTexts(items);
  const sources = await dictionarySources(dictionaryPath);
  const dictionary = await openDictionary(sources);
  const stable = await stabilityIn(dictionary, seeds);
  const encoder = await openEncoder(model);
  try {
    if (encoder.dim !== dictionary.d) {
      throw new InputError(`takes embeddings of ${dictionary.d} dimensions, the model gives ${encoder.dim}.`, { file: dictionaryPath, fix: 'Use a dictionary that was trained on this model.' });
    }
    const embeddings = {
      images: await embedDrawings(encoder, items, await loadIconPackages(process.cwd(), items), onProgress),
      texts: await encoder.embedTexts(vocabulary.texts.map(({ text }) => text)),
    };
    onProgress({ phase: 'encode', done: 0, total: items.length, unit: 'items' });
    const stored = { images: storedRows(embeddings.images), texts: storedRows(embeddings.texts) };
    const codes = { images: encode(dictionary, stored.images), texts: encode(dictionary, stored.texts) };
    const product = await nodeProduct();
    const layoutWork = { ...uninterrupted, progress: (done: number, total: number) => { onProgress({ phase: 'layout', done, total, unit: 'items' }); } };
    const body = buildBody({
      samples: new TextEncoder().encode(JSON.stringify(storeSamples(items.map(pictogramSample), vocabulary))),
      material: { ...vocabulary, styles: items.map((item) => item.style) },
      dictionary,
      embeddings: stored,
      codes,
      stability: stable === null ? null : ofLiving(stable, Object.values(codes)),
      layouts: await packLayouts(dictionary, stored.images, stored.texts, layoutWork, product),
    });
    const shown = await encoder.embedTexts(EXAMPLE_TEXTS);
    const example = {
      pictures: examplePictures(items.map((item) => item.icon)),
      texts: EXAMPLE_TEXTS.map((text, row) => ({ text, embedding: rowOf(shown, row) })),
    };
    const files = await sealPack(body, packExample(example, body, dictionary), {
      id: path.basename(gallery).replace(/\..*$/, '').toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      title: `Gallery of ${items.length} pictograms`,
      encoder: await describeEncoder(model, encoder),
      dictionary: {
        id: path.basename(path.resolve(dictionaryPath)),
        path: relative(dictionaryPath),
        files: Object.fromEntries(await Promise.all(sources.map(async ({ name }) => [path.basename(name), await hashOf(name)] as const))),
        c: dictionary.c,
        d: dictionary.d,
        k: await trainedK(dictionary, dictionaryPath),
        theta: commonThreshold(dictionary.act),
      },
    });
    await replaceFolder(out, files);
    const manifest = parseManifest(files.get('manifest.json') ?? new Uint8Array());
    return { out, hash: await packHash(manifest), counts: manifest.counts, bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0) };
  } finally {
    await encoder.dispose();
  }
}

/** Stability of each concept in dictionaries of other seeds; null without any. @throws InputError naming the one that does not fit. */
async function stabilityIn(dictionary: Dictionary, seeds: readonly string[]): Promise<readonly number[] | null> {
  if (seeds.length === 0) return null;
  const atoms = ({ c, d, W_dec }: Dictionary): Matrix => matrix(c, d, W_dec);
  const others: Matrix[] = [];
  for (const seed of seeds) {
    const other = await openDictionary(await dictionarySources(seed));
    if (other.d !== dictionary.d) throw new InputError(`its concepts have ${other.d} dimensions, those of the dictionary ${dictionary.d}.`, { file: seed, field: '--seeds' });
    others.push(atoms(other));
  }
  // The energies only order a curve that a pack does not hold.
  return (await stability(atoms(dictionary), others, new Float64Array(dictionary.c), { seed: 0, work: uninterrupted })).perConcept;
}

/** Values of concepts that are active somewhere: the atom of a dead one says nothing. */
function ofLiving(values: readonly number[], codes: readonly SparseCodes[]): (number | null)[] {
  const living = new Set(codes.flatMap(({ indices }) => [...indices]));
  return values.map((value, concept) => (living.has(concept) ? value : null));
}

/** Unit rows `(items, d)` of the drawn pictures, in batches of a fixed size, so that a re-run computes the very same. */
export async function embedDrawings(
  encoder: Encoder,
  items: readonly Pick<GalleryItem, 'package' | 'icon'>[],
  packages: ReadonlyMap<string, IconPackage>,
  onProgress: (progress: Progress) => void,
): Promise<Matrix> {
  const rows = matrix(items.length, encoder.dim);
  for (let done = 0; done < items.length; done += BATCH) {
    onProgress({ phase: 'embed', done, total: items.length, unit: 'items' });
    const drawings = await Promise.all(items.slice(done, done + BATCH).map((item) => drawItem(item, packages, DRAWN)));
    rows.data.set((await encoder.embedImages(drawings)).data, done * encoder.dim);
  }
  return rows;
}

async function describeEncoder(model: string, encoder: Encoder): Promise<Manifest['encoder']> {
  const { imageTower, textTower, id } = encoder;
  const weights = [weightsFile('image', imageTower.dtype), weightsFile('text', textTower.dtype)];
  const files: Record<string, string> = {};
  for (const name of [...MODEL_FILES, ...weights]) {
    const hash = await hashOf(path.join(model, name)).catch((error: unknown) => {
      if (weights.includes(name)) throw error;
      return null;
    });
    if (hash !== null) files[name] = hash;
  }
  return { id, path: relative(model), dtype: imageTower.dtype, files };
}

/** SHA-256 of a file, as hex. */
export async function hashOf(file: string): Promise<string> {
  return sha256(await readFile(file));
}

/** Number of concepts a row that the dictionary was trained for: its own k, or the note of it in SAELens' settings. */
async function trainedK({ act }: Dictionary, dictionaryPath: string): Promise<number | null> {
  if ('k' in act) return act.k;
  const file = path.join(dictionaryPath, 'cfg.json');
  const cfg = asRecord(parseStrictJson(await readText(file).catch(() => '{}'), { file }));
  const metadata = asRecord(cfg?.['metadata']);
  // Ours stands in the recipe that `train` leaves.
  const k = metadata?.['k'] ?? asRecord(asRecord(metadata?.['training'])?.['recipe'])?.['k'];
  return typeof k === 'number' && Number.isInteger(k) && k > 0 ? k : null;
}

/** Path from the working directory, with forward slashes. */
function relative(target: string): string {
  return path.relative(process.cwd(), target).split(path.sep).join('/');
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`cannot be read (${String(error instanceof Error && 'code' in error ? error.code : error)}).`, { file });
  });
}

/** Only an absent folder, an empty one, or an earlier pack may be replaced. */
async function refuseForeignFolder(out: string): Promise<void> {
  const names: string[] = await readdir(out).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new InputError('is not a folder that can be written.', { file: out, field: '--out' });
  });
  if (names.length > 0 && !names.includes('manifest.json')) {
    throw new InputError('holds something else than a pack.', { file: out, field: '--out', fix: 'Name a new or an empty folder.' });
  }
}

async function replaceFolder(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const target = path.resolve(out);
  const [part, old] = [`${target}.part`, `${target}.old`];
  for (const folder of [part, old]) await rm(folder, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  for (const [name, bytes] of files) await writeFile(path.join(part, name), bytes);
  // A folder that is not there needs no moving away.
  await rename(target, old).catch(() => undefined);
  await rename(part, target);
  await rm(old, { recursive: true, force: true });
}
