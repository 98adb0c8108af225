import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { asRecord, decodeUtf8, parseStrictJson } from '../json.ts';
import { openNpz } from '../npz.ts';
import { openSafetensors } from '../safetensors.ts';
import { decodeElements, isFloat, itemSize, toFloat32 } from '../tensor.ts';
import { short } from '../text.ts';
import { embeddingFile, type EmbeddingChoice, type EmbeddingFile } from './file.ts';
import { openNpyEmbeddings } from './npy.ts';

/**
 * Embeddings in an npz: the array named, or the only one of two axes. Its member is unpacked whole, as a zip allows no less.
 * @throws InputError naming the file and the arrays to choose from.
 */
export async function openNpzEmbeddings(source: ByteSource, { column }: EmbeddingChoice): Promise<EmbeddingFile> {
  const npz = await openNpz(source);
  if (column !== undefined && !npz.names.includes(column)) throw noSuch(source.name, 'array', column, npz.names);
  const opened: EmbeddingFile[] = [];
  const names: string[] = [];
  const refused: unknown[] = [];
  for (const name of column === undefined ? npz.names : [column]) {
    try {
      opened.push(await openNpyEmbeddings(await npz.source(name)));
      names.push(name);
    } catch (error) {
      if (column !== undefined) throw error;
      refused.push(error);
    }
  }
  const [only, ...more] = opened;
  if (only === undefined) throw npz.names.length === 1 ? refused[0] : new InputError('no array in it has two axes (rows, dimensions).', { file: source.name });
  if (more.length > 0) throw several(source.name, 'arrays', names);
  return { ...only, name: source.name };
}

/**
 * Embeddings in a safetensors file: the tensor named, or the only one of real numbers with two axes; read in slices.
 * @throws InputError naming the file and the tensors to choose from.
 */
export async function openSafetensorsEmbeddings(source: ByteSource, { column }: EmbeddingChoice): Promise<EmbeddingFile> {
  const { tensors } = await openSafetensors(source);
  const names = [...tensors].filter(([, { shape, dtype }]) => shape.length === 2 && isFloat(dtype)).map(([name]) => name);
  if (column !== undefined && !tensors.has(column)) throw noSuch(source.name, 'tensor', column, [...tensors.keys()]);
  if (column === undefined && names.length > 1) throw several(source.name, 'tensors', names);
  const name = column ?? names[0];
  const info = name === undefined ? undefined : tensors.get(name);
  if (name === undefined || info === undefined) throw new InputError('no tensor of real numbers in it has two axes (rows, dimensions).', { file: source.name });
  const begin = await tensorStart(source, name);
  const { dtype, shape } = info;
  const cols = shape[1] ?? 0;
  const size = itemSize(dtype) * cols;
  return embeddingFile(source.name, shape, async (start, end) =>
    toFloat32({ dtype, shape: [end - start, cols], data: decodeElements(dtype, await source.slice(begin + start * size, begin + end * size)) }));
}

/** Where a tensor of a file that `openSafetensors` has checked begins. */
async function tensorStart(source: ByteSource, name: string): Promise<number> {
  const head = await source.slice(0, 8);
  const dataStart = 8 + Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  const place = { file: source.name, field: 'header' };
  const entry = asRecord(asRecord(parseStrictJson(decodeUtf8(await source.slice(8, dataStart), place), place))?.[name]);
  const offsets: unknown = entry?.['data_offsets'];
  const begin: unknown = Array.isArray(offsets) ? offsets[0] : undefined;
  if (typeof begin !== 'number') throw new InputError('the file changed while it was read.', place);
  return dataStart + begin;
}

/** The error for a name that is not there. */
export function noSuch(file: string, what: string, name: string, names: readonly string[]): InputError {
  return new InputError(`there is no ${what} "${short(name)}".`, { file, fix: names.length === 0 ? undefined : `It has ${list(names)}.` });
}

/** The error where a person has to choose. */
export function several(file: string, what: string, names: readonly string[]): InputError {
  return new InputError(`${names.length} ${what} in it could be the embeddings: ${list(names)}.`, { file, fix: 'Say which one.' });
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 5).map((name) => short(name, 40)).join(', ')}${names.length > 5 ? ', …' : ''}`;
}
