import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { rowOf, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import type { Work } from '../../core/work.ts';
import { buildBody, sealPack, storedRows } from '../../packs/build.ts';
import { sha256 } from '../../packs/canonical.ts';
import type { LabelMaterial } from '../../packs/labels/candidates.ts';
import type { Manifest } from '../../packs/schema.ts';
import { encodeRows } from '../encode-rows.ts';
import type { OpenGallery } from '../gallery.ts';
import { examplePictures, packExample } from '../pack-example.ts';

/** Texts of the example, where the data has them; else its first. */
const EXAMPLE_TEXTS = ['red heart', 'red apple'];

/** What a pack says about the dictionary it is read with. */
export interface PackDictionary {
  readonly dictionary: Dictionary;
  /** Id of the pack, name of the dictionary, and the folder of its files in the page's storage. */
  readonly pack: string;
  readonly title: string;
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly k: number | null;
  readonly theta: number | null;
  readonly stability: readonly (number | null)[] | null;
}

/** The items of a pack. */
export interface PackItems {
  readonly title: string;
  readonly encoder: Manifest['encoder'];
  /** `samples.json`, the names in it, and what labels are made from. */
  readonly samples: Uint8Array;
  readonly icons: readonly string[];
  readonly material: LabelMaterial;
  /** Unit rows `(items, d)`; one of them may have none. */
  readonly images: Matrix;
  readonly texts: Matrix;
  /** Distances between the rows, where they are known. */
  readonly calibrated: Manifest['calibration'] | undefined;
  /** Sheets of its own pictures; null: those of the embedded gallery. */
  readonly sheets: readonly Uint8Array[] | null;
}

/** The embedded gallery's items, to be read with another dictionary. */
export async function galleryItems(gallery: OpenGallery): Promise<PackItems> {
  const [images, texts, samples] = [await gallery.embeddings('images'), await gallery.embeddings('texts'), await gallery.samples()];
  const { title, encoder, calibration } = gallery.manifest;
  return {
    title,
    encoder,
    samples: await gallery.bytes('samples.json'),
    icons: samples.images.map((image) => image.icon),
    material: { texts: samples.texts, pairs: samples.pairs, styles: samples.images.map((image) => image.style) },
    images,
    texts,
    calibrated: calibration,
    sheets: null,
  };
}

/**
 * A pack: every picture and text encoded, concepts measured and labelled. Throws InputError when the dictionary belongs to another
 * embedding space.
 */
export async function makePack(items: PackItems, read: PackDictionary, work: Work): Promise<Map<string, Uint8Array>> {
  const { dictionary } = read;
  const d = items.images.rows > 0 ? items.images.cols : items.texts.cols;
  if (d !== dictionary.d) {
    throw new InputError(`the dictionary takes embeddings of ${dictionary.d} dimensions, and these have ${d}.`, {
      file: read.title,
      fix: 'Export it, or load embeddings of its own model: it belongs to another.',
    });
  }
  const embeddings = { images: storedRows(items.images), texts: storedRows(items.texts) };
  const codes = await encodeBoth(dictionary, embeddings, work);
  const body = buildBody({ samples: items.samples, material: items.material, dictionary, embeddings, codes, stability: read.stability, calibrated: items.calibrated });
  const { texts } = items.material;
  const shown = EXAMPLE_TEXTS.map((text, n) => Math.max(texts.findIndex((one) => one.text === text), Math.min(n, texts.length - 1))).filter((item) => item >= 0);
  const example = {
    pictures: examplePictures(items.icons),
    texts: [...new Set(shown)].map((item) => ({ text: texts[item]?.text ?? '', embedding: rowOf(embeddings.texts, item) })),
  };
  const hashes = await Promise.all([...read.files].map(async ([name, bytes]) => [name, await sha256(bytes)] as const));
  const about: Pick<Manifest, 'id' | 'title' | 'encoder' | 'dictionary'> = {
    id: read.pack,
    title: items.title,
    encoder: items.encoder,
    dictionary: { id: read.title.slice(0, 200), path: read.path, files: Object.fromEntries(hashes), c: dictionary.c, d: dictionary.d, k: read.k, theta: read.theta },
  };
  return sealPack(body, packExample(example, body, dictionary), about, items.sheets);
}

async function encodeBoth(dictionary: Dictionary, x: Readonly<Record<'images' | 'texts', Matrix>>, work: Work): Promise<Record<'images' | 'texts', SparseCodes>> {
  const total = x.images.rows + x.texts.rows;
  const images = await encodeRows(dictionary, x.images, { ...work, progress: (done) => { work.progress(done, total); } });
  const texts = await encodeRows(dictionary, x.texts, { ...work, progress: (done) => { work.progress(x.images.rows + done, total); } });
  return { images, texts };
}
