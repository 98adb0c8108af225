import { CancelledError, InputError } from '../../core/errors.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import type { RgbaImage } from '../../encoders/images/image.ts';
import type { Encoder } from '../../encoders/port.ts';
import type { Progress } from '../protocol.ts';
import type { DataWarning, LabSource } from './protocol.ts';
import { describeRows, type LabRows } from './rows.ts';

/** Pictures decoded and embedded at a time, so that only these are in memory. */
const BATCH = 32;

type Items = Extract<LabSource, { kind: 'items' }>;

/** For long work. */
export interface ItemsOptions {
  /** Embeddings of batches that an earlier try has made, by the number of their first picture. */
  readonly batches?: { read(start: number): Promise<Matrix | null>; write(start: number, rows: Matrix): Promise<void> } | null;
  /** Called with every picture that could be read, in order. */
  readonly onPicture?: (image: RgbaImage) => Promise<void>;
}

/** The rows, and which pictures and texts they are of. */
export interface RowsOfItems {
  readonly rows: LabRows;
  readonly kept: { readonly images: readonly number[]; readonly texts: readonly number[] };
}

/**
 * Embeds pictures and captions with the open encoder. What cannot be read is left out, with its pairs, and counted in a warning.
 * @throws InputError when nothing could be read; CancelledError.
 */
export async function rowsOfItems(
  { images, texts, pairs }: Items,
  encoder: Encoder,
  decode: (bytes: Uint8Array, name: string) => Promise<RgbaImage>,
  context: { readonly signal: AbortSignal; readonly progress: (progress: Progress) => void },
  { batches = null, onPicture = () => Promise.resolve() }: ItemsOptions = {},
): Promise<RowsOfItems> {
  const total = images.length + texts.length;
  const report = (done: number): void => { context.progress({ phase: 'embed', done, total, unit: 'items' }); };
  const kept = { images: [] as number[], texts: [] as number[] };
  const rows: { images: Float32Array[]; texts: Float32Array[] } = { images: [], texts: [] };

  for (let start = 0; start < images.length; start += BATCH) {
    if (context.signal.aborted) throw new CancelledError();
    report(start);
    const pictures: RgbaImage[] = [];
    for (const [n, { name, blob }] of images.slice(start, start + BATCH).entries()) {
      try {
        pictures.push(await decode(new Uint8Array(await blob.arrayBuffer()), name));
        kept.images.push(start + n);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    }
    if (pictures.length === 0) continue;
    const known = (await batches?.read(start)) ?? null;
    const embedded = known?.rows === pictures.length && known.cols === encoder.dim ? known : await encoder.embedImages(pictures, { signal: context.signal });
    if (embedded !== known) await batches?.write(start, embedded);
    push(rows.images, embedded);
    for (const picture of pictures) await onPicture(picture);
  }
  const readable = texts.flatMap((text, n) => (encoder.canRead(text) ? [n] : []));
  kept.texts.push(...readable);
  if (readable.length > 0) {
    push(rows.texts, await encoder.embedTexts(readable.map((n) => texts[n] ?? ''), { signal: context.signal, onProgress: (done) => { report(images.length + done); } }));
  }

  const unread = total - kept.images.length - kept.texts.length;
  if (unread === total) throw new InputError('none of the pictures and captions could be read.', { fix: 'Choose PNG, JPEG, WebP or GIF pictures, or captions in English.' });
  const position = { images: inverse(kept.images), texts: inverse(kept.texts) };
  const keptPairs = pairs.flatMap(([image, text]) => {
    const a = position.images.get(image);
    const b = position.texts.get(text);
    return a === undefined || b === undefined ? [] : [a, b];
  });
  const warnings: DataWarning[] = unread === 0 ? [] : [{ code: 'unread', count: unread, first: null }];
  const title = `${kept.images.length} + ${kept.texts.length}`;
  const described = await describeRows(
    { images: stacked(rows.images, encoder.dim), texts: stacked(rows.texts, encoder.dim), pairs: Uint32Array.from(keptPairs) },
    { kind: 'items', title },
    warnings,
  );
  return { rows: described, kept };
}

function push(to: Float32Array[], from: Matrix): void {
  for (let r = 0; r < from.rows; r++) to.push(rowOf(from, r).slice());
}

function stacked(rows: readonly Float32Array[], cols: number): Matrix {
  const all = matrix(rows.length, cols);
  rows.forEach((row, r) => { rowOf(all, r).set(row); });
  return all;
}

function inverse(kept: readonly number[]): Map<number, number> {
  return new Map(kept.map((item, position) => [item, position]));
}
