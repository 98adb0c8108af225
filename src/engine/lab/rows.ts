import { InputError } from '../../core/errors.ts';
import { normaliseRows } from '../../core/metrics.ts';
import { Random } from '../../core/random.ts';
import { repeatedRows, requireUnitRows, stackRows } from '../../core/rows.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readEmbeddings } from '../../formats/embeddings.ts';
import { readPairs } from '../../formats/pairs.ts';
import { sha256 } from '../../packs/canonical.ts';
import type { DataWarning, LabData, LabSource, NamedBlob } from './protocol.ts';

/** Rows to train on and to measure with. */
export interface LabRows {
  readonly info: LabData;
  /** Unit rows `(images, d)` and `(texts, d)`; one of them may have no rows. */
  readonly images: Matrix;
  readonly texts: Matrix;
  /** Image and text numbers in turn `(2·pairs)`. */
  readonly pairs: Uint32Array;
}

/** Rows with what is said about them. */
export async function describeRows(
  of: Pick<LabRows, 'images' | 'texts' | 'pairs'>,
  about: Pick<LabData, 'kind' | 'title'>,
  warnings: readonly DataWarning[],
): Promise<LabRows> {
  const { images, texts, pairs } = of;
  const hashes = await Promise.all([images.data, texts.data, pairs].map((part) => sha256(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))));
  const id = (await sha256(new TextEncoder().encode([images.cols, images.rows, ...hashes].join('\n')))).slice(0, 16);
  const repeated = repeatedRows(stackRows([images, texts], images.cols));
  const more: DataWarning[] = [
    ...(repeated.count > 0 ? [{ code: 'duplicates', ...repeated } as const] : []),
    ...(images.rows === 0 || texts.rows === 0 ? [{ code: 'one-modality', count: images.rows + texts.rows, first: null } as const] : []),
    ...(images.rows > 0 && texts.rows > 0 && pairs.length === 0 ? [{ code: 'no-pairs', count: 0, first: null } as const] : []),
  ];
  const info = { id, ...about, images: images.rows, texts: texts.rows, pairs: pairs.length / 2, d: images.cols, warnings: [...warnings, ...more] };
  return { info, ...of };
}

/** Rows of embedding files. @throws InputError naming the file for anything that does not load or fit. */
export async function rowsOfFiles(source: Extract<LabSource, { kind: 'files' }>): Promise<LabRows> {
  const files = [...source.images, ...source.texts];
  if (files.length === 0) throw new InputError('there are no embeddings.', { fix: 'Choose at least one embedding file.' });
  let normalised = 0;
  const read = async ({ name, blob }: NamedBlob): Promise<Matrix> => {
    const x = await readEmbeddings(bytesSource(name, new Uint8Array(await blob.arrayBuffer())));
    if (!source.normalise) {
      requireUnitRows(x, name, 'Switch on “divide rows by their norm”, if the model’s embeddings are meant to be normalised.');
      return x;
    }
    normalised += x.rows;
    try {
      return normaliseRows(x);
    } catch (error) {
      throw error instanceof InputError ? error.inFile(name) : error;
    }
  };
  const parts = { images: await inOrder(source.images, read), texts: await inOrder(source.texts, read) };
  const all = [...parts.images, ...parts.texts];
  const cols = all[0]?.cols ?? 0;
  const odd = all.findIndex((part) => part.cols !== cols);
  if (odd >= 0) {
    throw new InputError(`its rows have ${all[odd]?.cols ?? 0} dimensions, those of ${files[0]?.name ?? ''} have ${cols}.`, { file: files[odd]?.name, fix: 'Use embeddings of one model only.' });
  }
  const images = stackRows(parts.images, cols);
  const texts = stackRows(parts.texts, cols);
  const pairs =
    source.pairs === null ? rowByRow(images.rows, texts.rows) : await readPairs(bytesSource(source.pairs.name, new Uint8Array(await source.pairs.blob.arrayBuffer())), images.rows, texts.rows);
  const title = files.map(({ name }) => name).join(', ').slice(0, 200);
  return describeRows({ images, texts, pairs }, { kind: 'files', title }, normalised > 0 ? [{ code: 'normalised', count: normalised, first: null }] : []);
}

/** Row n with row n where both have as many; else none. */
function rowByRow(images: number, texts: number): Uint32Array {
  return Uint32Array.from({ length: images === texts ? 2 * images : 0 }, (_, i) => i >> 1);
}

/**
 * All rows to train on `(n, d)`, images first; with `imageShare`, a seeded choice of as many rows as the smaller modality has, of
 * which that share are images, so that diets of all shares have the same size.
 */
export function trainingRows({ images, texts, info }: LabRows, imageShare: number | null, seed: number): Matrix {
  if (imageShare === null) return stackRows([images, texts], info.d);
  const total = Math.min(images.rows, texts.rows);
  const wanted = Math.round(imageShare * total);
  const random = new Random(seed, 77);
  return stackRows([choose(images, wanted, random), choose(texts, total - wanted, random)], info.d);
}

function choose(x: Matrix, count: number, random: Random): Matrix {
  const order = random.shuffle(Uint32Array.from({ length: x.rows }, (_, i) => i)).subarray(0, count).sort();
  const chosen = matrix(count, x.cols);
  order.forEach((row, r) => { rowOf(chosen, r).set(rowOf(x, row)); });
  return chosen;
}

/** One after the other, so that one large file is in memory beside its rows, not all. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
