import type { Dictionary } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import { rowOf, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import type { Work } from '../../core/work.ts';
import { buildBody, sealPack, storedRows } from '../../packs/build.ts';
import { sha256 } from '../../packs/canonical.ts';
import type { Manifest } from '../../packs/schema.ts';
import { encodeRows } from '../encode-rows.ts';
import type { OpenGallery } from '../gallery.ts';
import { examplePictures, packExample } from '../pack-example.ts';

/** Texts of the example, where the gallery has them; else its first. */
const EXAMPLE_TEXTS = ['red heart', 'red apple'];

/** What a pack of a trained dictionary says about it. */
export interface TrainedDictionary {
  readonly dictionary: Dictionary;
  /** Id of the pack, name of the dictionary, and the folder of its files in the page's storage. */
  readonly pack: string;
  readonly title: string;
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly k: number;
  readonly theta: number | null;
  readonly stability: readonly (number | null)[] | null;
}

/**
 * A pack of the embedded gallery read with a dictionary of one's own: every picture and text encoded anew, concepts measured and
 * labelled. Throws InputError when the dictionary belongs to another embedding space.
 */
export async function makePack(gallery: OpenGallery, trained: TrainedDictionary, work: Work): Promise<Map<string, Uint8Array>> {
  const { dictionary } = trained;
  const [images, texts, samples] = [await gallery.embeddings('images'), await gallery.embeddings('texts'), await gallery.samples()];
  if (images.cols !== dictionary.d) {
    throw new InputError(`the dictionary takes embeddings of ${dictionary.d} dimensions, and the page’s encoder gives ${images.cols}.`, {
      file: trained.title,
      fix: 'Export it instead: it belongs to another model.',
    });
  }
  const embeddings = { images: storedRows(images), texts: storedRows(texts) };
  const codes = await encodeBoth(dictionary, embeddings, work);
  const body = buildBody({
    samples: await gallery.bytes('samples.json'),
    material: { texts: samples.texts, pairs: samples.pairs, styles: samples.images.map((image) => image.style) },
    dictionary,
    embeddings,
    codes,
    stability: trained.stability,
    calibrated: gallery.manifest.calibration,
  });
  const shown = EXAMPLE_TEXTS.map((text, n) => Math.max(samples.texts.findIndex((one) => one.text === text), Math.min(n, samples.texts.length - 1)));
  const example = {
    pictures: examplePictures(samples.images.map((image) => image.icon)),
    texts: shown.map((item) => ({ text: samples.texts[item]?.text ?? '', embedding: rowOf(embeddings.texts, item) })),
  };
  const hashes = await Promise.all([...trained.files].map(async ([name, bytes]) => [name, await sha256(bytes)] as const));
  const about: Pick<Manifest, 'id' | 'title' | 'encoder' | 'dictionary'> = {
    id: trained.pack,
    title: gallery.manifest.title,
    encoder: gallery.manifest.encoder,
    dictionary: { id: trained.title.slice(0, 200), path: trained.path, files: Object.fromEntries(hashes), c: dictionary.c, d: dictionary.d, k: trained.k, theta: trained.theta },
  };
  return sealPack(body, packExample(example, body, dictionary), about);
}

async function encodeBoth(dictionary: Dictionary, x: Readonly<Record<'images' | 'texts', Matrix>>, work: Work): Promise<Record<'images' | 'texts', SparseCodes>> {
  const total = x.images.rows + x.texts.rows;
  const images = await encodeRows(dictionary, x.images, { ...work, progress: (done) => { work.progress(done, total); } });
  const texts = await encodeRows(dictionary, x.texts, { ...work, progress: (done) => { work.progress(x.images.rows + done, total); } });
  return { images, texts };
}
