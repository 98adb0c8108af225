import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';
import { decodeImage } from '../../encoders/images/decode-node.ts';
import type { RgbaImage } from '../../encoders/images/image.ts';
import { MAX_IMAGE_BYTES } from '../../encoders/images/inspect.ts';
import type { Encoder } from '../../encoders/port.ts';
import { openEncoder } from '../../encoders/transformers-node.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { decodeUtf8 } from '../../formats/json.ts';
import { writeNpy } from '../../formats/npy.ts';
import { writeOutput } from '../output-node.ts';
import type { Progress } from '../protocol.ts';

/** Arguments of `cli embed`: `images`, `texts` or both. */
export interface EmbedArguments {
  /** Folder of a CLIP model in transformers.js layout. */
  readonly model: string;
  /** Folder of pictures, read with its sub-folders. */
  readonly images?: string | undefined;
  /** UTF-8 file, one text a line; empty lines are skipped. */
  readonly texts?: string | undefined;
  /** Folder to write images.npy, texts.npy and index.jsonl to; made if it is not there. */
  readonly out: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What was written; also what `--json` prints. */
export interface EmbedReport {
  readonly out: string;
  readonly model: string;
  readonly dim: number;
  /** Rows written, of how many pictures found. */
  readonly images: { readonly rows: number; readonly of: number };
  readonly texts: { readonly rows: number };
  /** Pictures without a row, and why. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /**
   * Lines of which the model knows no part; absent when there are none. They keep their rows, so that rows and lines stay
   * aligned, but all of these rows are one and the same: the embedding of no text at all.
   */
  readonly unread?: readonly number[];
  /** Files whose name says that they are no pictures. */
  readonly ignored: number;
  /** Backend and weights of each tower. */
  readonly towers: { readonly image: string; readonly text: string };
  /** Milliseconds of reading, decoding and embedding. */
  readonly ms: number;
}

type Failure = EmbedReport['failed'][number];
type IndexRow = { readonly row: number } & (
  | { readonly kind: 'image'; readonly name: string; readonly width: number; readonly height: number }
  | { readonly kind: 'text'; readonly line: number; readonly text: string; readonly unread?: true }
);

const PICTURE = /^\.(png|apng|jpe?g|jfif|gif|webp|bmp|dib|avif|svg|tiff?|heic|heif|ico)$/i;
/** Decoded pictures held at a time, by number and by pixels (4 bytes each). */
const BATCH = 32;
const BATCH_PIXELS = 16_000_000;
const MAX_TEXT_BYTES = 256 * 2 ** 20;
const TEXTS_PER_STEP = 1024;

/**
 * Embeds a folder of pictures and a file of texts: float32 unit rows in `images.npy` and `texts.npy`, and `index.jsonl`, which
 * says what each row is and is written last. A picture that cannot be read is named in `failed` and skipped. Throws InputError
 * naming the file for a model, folder or text file that does not work, and when nothing at all could be embedded.
 */
export async function embedCommand({ model, images, texts, out, onProgress }: EmbedArguments): Promise<EmbedReport> {
  if (images === undefined && texts === undefined) throw new InputError('there is nothing to embed.', { fix: 'Give --images DIR, --texts FILE or both.' });
  const found = images === undefined ? { names: [], ignored: 0 } : await findPictures(images);
  const lines = texts === undefined ? [] : await readLines(texts);
  if (found.names.length + lines.length === 0) {
    throw new InputError(images === undefined ? 'has no text in it.' : 'has no pictures in it.', { file: images ?? texts });
  }
  await prepareFolder(out, { 'images.npy': images !== undefined, 'texts.npy': texts !== undefined });
  const started = performance.now();
  const encoder = await openEncoder(model);
  try {
    const total = found.names.length + lines.length;
    const report = (done: number): void => onProgress?.({ phase: 'embed', done, total, unit: 'items' });
    const pictures = await embedPictures(encoder, images ?? '', found.names, report);
    const written = await embedLines(encoder, lines, (done) => {
      report(found.names.length + done);
    });
    const ms = Math.round(performance.now() - started);
    const index = [...pictures.index, ...written.index];
    if (index.length === 0) throw nothingEmbedded(images ?? '', pictures.failed);
    await rm(join(out, 'index.jsonl'), { force: true });
    if (images !== undefined) await writeRows(join(out, 'images.npy'), pictures.rows);
    if (texts !== undefined) await writeRows(join(out, 'texts.npy'), written.rows);
    await writeOutput(join(out, 'index.jsonl'), new TextEncoder().encode(index.map((row) => `${JSON.stringify(row)}\n`).join('')));
    const { imageTower, textTower, id, dim } = encoder;
    const unread = written.index.flatMap((row) => (row.kind === 'text' && row.unread === true ? [row.line] : []));
    return {
      out,
      model: id,
      dim,
      images: { rows: pictures.rows.rows, of: found.names.length },
      texts: { rows: written.rows.rows },
      failed: pictures.failed,
      ...(unread.length === 0 ? {} : { unread }),
      ignored: found.ignored,
      towers: { image: `${imageTower.backend} (${imageTower.dtype})`, text: `${textTower.backend} (${textTower.dtype})` },
      ms,
    };
  } finally {
    await encoder.dispose();
  }
}

/** Names of the pictures under `folder`, by their extension (none counts as one), in the order of their code units. */
async function findPictures(folder: string): Promise<{ names: string[]; ignored: number }> {
  const info = await stat(folder).catch(() => null);
  if (info?.isDirectory() !== true) throw new InputError('is not a folder.', { file: folder, field: '--images' });
  const names: string[] = [];
  let ignored = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const path = name.split('\\').join('/');
    if (path.split('/').some((part) => part.startsWith('.'))) continue;
    const entry = await stat(join(folder, name)).catch(() => null);
    if (entry?.isDirectory() === true) continue;
    const extension = extname(path);
    if (extension === '' || PICTURE.test(extension)) names.push(path);
    else ignored += 1;
  }
  return { names: names.sort(), ignored };
}

/** The texts of a file with their line numbers, which count from 1. */
async function readLines(file: string): Promise<{ line: number; text: string }[]> {
  const source = await fileSource(file);
  if (source.byteLength > MAX_TEXT_BYTES) throw new InputError(`over the limit of ${MAX_TEXT_BYTES / 2 ** 20} MB for a file of texts.`, { file, fix: 'Split it.' });
  const content = decodeUtf8(await source.slice(0, source.byteLength), { file, fix: 'Save it as UTF-8.' });
  return content
    .split(/\r\n|\r|\n/)
    .map((text, i) => ({ line: i + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

async function embedPictures(encoder: Encoder, folder: string, names: readonly string[], report: (done: number) => void): Promise<{ rows: Matrix; index: IndexRow[]; failed: Failure[] }> {
  const rows = matrix(names.length, encoder.dim);
  const index: IndexRow[] = [];
  const failed: Failure[] = [];
  let waiting: { name: string; image: RgbaImage }[] = [];
  let pixels = 0;

  const embed = async (batch: typeof waiting): Promise<void> => {
    try {
      const embedded = await encoder.embedImages(batch.map(({ image }) => image));
      rows.data.set(embedded.data, index.length * encoder.dim);
      for (const { name, image } of batch) index.push({ row: index.length, kind: 'image', name, width: image.width, height: image.height });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const [only] = batch;
      if (batch.length > 1) for (const one of batch) await embed([one]);
      else if (only !== undefined) failed.push({ name: only.name, reason: error.message });
    }
  };

  for (const [done, name] of names.entries()) {
    try {
      const image = await readPicture(join(folder, name), name);
      waiting.push({ name, image });
      pixels += image.width * image.height;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed.push({ name, reason: withoutName(error, name) });
    }
    if (waiting.length < BATCH && pixels < BATCH_PIXELS && done < names.length - 1) continue;
    await embed(waiting);
    waiting = [];
    pixels = 0;
    report(done + 1);
  }
  return { rows: matrix(index.length, encoder.dim, rows.data.slice(0, index.length * encoder.dim)), index, failed };
}

async function readPicture(path: string, name: string): Promise<RgbaImage> {
  const source = await fileSource(path);
  // One byte over the limit is enough for the decoder to refuse the file.
  return decodeImage(await source.slice(0, Math.min(source.byteLength, MAX_IMAGE_BYTES + 1)), name);
}

async function embedLines(encoder: Encoder, lines: readonly { line: number; text: string }[], report: (done: number) => void): Promise<{ rows: Matrix; index: IndexRow[] }> {
  const rows = matrix(lines.length, encoder.dim);
  for (let start = 0; start < lines.length; start += TEXTS_PER_STEP) {
    const step = lines.slice(start, start + TEXTS_PER_STEP);
    rows.data.set((await encoder.embedTexts(step.map(({ text }) => text))).data, start * encoder.dim);
    report(start + step.length);
  }
  const index = lines.map(({ line, text }, row): IndexRow => ({ row, kind: 'text', line, text, ...(encoder.canRead(text) ? {} : { unread: true }) }));
  return { rows, index };
}

/** Makes the folder; refuses one with a table of an earlier run that this run would not replace, since the index could not name it. */
async function prepareFolder(out: string, writes: Readonly<Record<string, boolean>>): Promise<void> {
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(`cannot be made a folder (${reason}).`, { file: out, field: '--out' });
  });
  for (const name of await readdir(out)) {
    if (writes[name] === false) throw new InputError(`holds ${name} of another run.`, { file: out, field: '--out', fix: 'Name a new folder, or embed both again.' });
  }
}

function writeRows(file: string, { rows, cols, data }: Matrix): Promise<void> {
  return writeOutput(file, writeNpy({ dtype: 'float32', shape: [rows, cols], data }));
}

function nothingEmbedded(folder: string, failed: readonly Failure[]): InputError {
  const [first] = failed;
  const example = first === undefined ? '' : ` ${first.name}: ${first.reason}`;
  return new InputError(`none of its ${failed.length} pictures could be read.${example}`, { file: folder, field: '--images' });
}

/** The error's sentence, whose file the report names already. */
function withoutName(error: InputError, name: string): string {
  return error.message.startsWith(`${name}: `) ? error.message.slice(name.length + 2) : error.message;
}
