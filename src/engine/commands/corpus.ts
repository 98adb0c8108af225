import { readFile } from 'node:fs/promises';
import { InputError } from '../../core/errors.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import type { Encoder } from '../../encoders/port.ts';
import { openEncoder } from '../../encoders/transformers-node.ts';
import { writeNpy } from '../../formats/npy.ts';
import { storedRows } from '../../packs/build.ts';
import { parseGallery, type GalleryItem } from '../../packs/gallery/list.ts';
import { loadIconPackages, type IconPackage } from '../../packs/gallery/packages-node.ts';
import type { Progress } from '../protocol.ts';
import { corpusTexts } from './corpus-texts.ts';
import { requireFree, writeFolder } from './folder.ts';
import { embedDrawings } from './pack-build.ts';

/** Texts embedded at a time. */
const TEXTS_A_STEP = 1024;

/** Arguments of `cli corpus`. */
export interface CorpusArguments {
  /** Folder of a CLIP model in transformers.js layout. */
  readonly model: string;
  /** Gallery list (JSON Lines), which names the packages. */
  readonly gallery: string;
  /** Folder for images.npy and texts.npy. */
  readonly out: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Rows of one modality that were written, of how many that were embedded: the others repeat one of them. */
export interface CorpusRows {
  readonly rows: number;
  readonly of: number;
}

/** What was written; also what `--json` prints. */
export interface CorpusReport {
  readonly out: string;
  readonly images: CorpusRows;
  readonly texts: CorpusRows;
}

/**
 * Embeds what a dictionary for a gallery is trained on: every icon of the packages that the gallery draws from, not only those that it
 * shows, and the texts of `corpusTexts`. Rows of the gallery come first; rows that are equal once rounded to 16 bits are kept once.
 * @throws InputError or IntegrityError naming the list, package or model that is missing or broken.
 */
export async function corpusCommand({ model, gallery, out, onProgress = () => undefined }: CorpusArguments): Promise<CorpusReport> {
  await requireFree(out);
  const items = parseGallery(await readFile(gallery, 'utf8').catch(() => unread(gallery)), gallery);
  const packages = await loadIconPackages(process.cwd(), items);
  const icons = iconsOf(items, packages);
  const encoder = await openEncoder(model);
  try {
    const images = storedRows(await embedDrawings(encoder, icons, packages, onProgress));
    const texts = storedRows(await embedTexts(encoder, corpusTexts(items, icons.map(({ icon }) => icon)), onProgress));
    const written = { images: uniqueRows(images), texts: uniqueRows(texts) };
    await writeFolder(out, new Map([['texts.npy', npy(written.texts)], ['images.npy', npy(written.images)]]));
    return { out, images: { rows: written.images.rows, of: images.rows }, texts: { rows: written.texts.rows, of: texts.rows } };
  } finally {
    await encoder.dispose();
  }
}

/** Icons of the gallery in its order, then the others of its packages. */
export function iconsOf(items: readonly GalleryItem[], packages: ReadonlyMap<string, IconPackage>): Pick<GalleryItem, 'package' | 'icon'>[] {
  const shown = new Set(items.map((item) => `${item.package} ${item.icon}`));
  const others = [...packages].flatMap(([name, { icons }]) => Object.keys(icons.icons).map((icon) => ({ package: name, icon })));
  return [...items, ...others.filter((item) => !shown.has(`${item.package} ${item.icon}`))];
}

async function embedTexts(encoder: Encoder, texts: readonly string[], onProgress: (progress: Progress) => void): Promise<Matrix> {
  const readable = texts.filter((text) => encoder.canRead(text));
  const rows = matrix(readable.length, encoder.dim);
  for (let done = 0; done < readable.length; done += TEXTS_A_STEP) {
    onProgress({ phase: 'embed', done, total: readable.length, unit: 'items' });
    rows.data.set((await encoder.embedTexts(readable.slice(done, done + TEXTS_A_STEP))).data, done * encoder.dim);
  }
  return rows;
}

/** Rows without those that equal an earlier one. */
export function uniqueRows(x: Matrix): Matrix {
  const seen = new Set<string>();
  const kept: Float32Array[] = [];
  for (let r = 0; r < x.rows; r++) {
    const row = rowOf(x, r);
    const key = Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString('latin1');
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(row);
  }
  const rows = matrix(kept.length, x.cols);
  kept.forEach((row, i) => { rows.data.set(row, i * x.cols); });
  return rows;
}

function npy({ rows, cols, data }: Matrix): Uint8Array {
  return writeNpy({ dtype: 'float16', shape: [rows, cols], data });
}

function unread(file: string): never {
  throw new InputError('cannot be read.', { file, field: '--gallery' });
}
