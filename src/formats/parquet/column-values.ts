import { InputError, type ErrorPlace } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { fromHalf } from '../half.ts';
import { decodeElements, itemSize, toFloat32 } from '../tensor.ts';
import { checkCodec } from './decompress.ts';
import { levelWidth, readHybrid } from './levels.ts';
import type { ColumnChunk, ParquetColumn } from './metadata.ts';
import { readPages, type Page } from './pages.ts';

/** Real numbers of consecutive entries of a column. */
export interface ColumnValues {
  readonly values: Float32Array;
  /** 0 where a row begins; null outside lists, where every value is a row. */
  readonly repetition: Uint32Array | null;
  /** The first value that is missing: a null, or an empty or missing list; −1 where all are there. */
  readonly missing: number;
}

/** Numbers of `Encoding` in parquet.thrift. */
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;
/** A run can claim any number of equal values in a few bytes; embeddings do not repeat like that. */
const MAX_FREE_VALUES = 2 ** 22;
const MAX_VALUES_A_BYTE = 64;
const HALVES = 2 ** 16;

/**
 * Values of a column of real numbers in one row group, page by page, as float32. Nothing is allocated by what the file claims
 * before the claim has been compared with the bytes that are there.
 * @throws InputError naming the file and the place.
 */
export async function* columnValues(source: ByteSource, column: ParquetColumn, chunk: ColumnChunk, group: number): AsyncGenerator<ColumnValues, undefined> {
  const place = { file: source.name, field: `row group ${group}, column ${column.path.join('.')}` };
  checkCodec(chunk.codec, place);
  let dictionary: Float32Array | null = null;
  for await (const page of readPages(source, chunk, column, place)) {
    if (page.values > Math.max(MAX_FREE_VALUES, page.data.length * MAX_VALUES_A_BYTE)) {
      throw new InputError(`a page of ${page.data.length} bytes claims ${page.values} values.`, place);
    }
    if (page.kind === 'dictionary') {
      dictionary = plain(page.data, column, page.values, place);
      continue;
    }
    const repetition = column.maxRepetition === 0 ? null : readHybrid(page.repetition, levelWidth(column.maxRepetition), page.values, place);
    const definition = column.maxDefinition === 0 ? null : readHybrid(page.definition, levelWidth(column.maxDefinition), page.values, place);
    const missing = definition === null ? -1 : definition.findIndex((level) => level !== column.maxDefinition);
    // What follows a missing value is not needed: whoever reads embeddings refuses the file there.
    const present = missing < 0 ? page.values : missing;
    yield { values: valuesOf(page, present, column, dictionary, place), repetition, missing };
  }
}

function valuesOf(page: Page, count: number, column: ParquetColumn, dictionary: Float32Array | null, place: ErrorPlace): Float32Array {
  switch (page.encoding) {
    case PLAIN:
      return plain(page.data, column, count, place);
    case BYTE_STREAM_SPLIT:
      return plain(joinStreams(page.data, bytesOf(column)), column, count, place);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      if (dictionary === null) throw new InputError('a page refers to a dictionary that is not there.', place);
      if (count === 0) return new Float32Array(0);
      const entries = readHybrid(page.data.subarray(1), page.data[0] ?? 0, count, place);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        const value = dictionary[entries[i] ?? 0];
        if (value === undefined) throw new InputError(`a page refers to entry ${entries[i] ?? 0} of a dictionary of ${dictionary.length}.`, place);
        values[i] = value;
      }
      return values;
    }
    default:
      throw new InputError(`pages of encoding ${page.encoding} are not read.`, { ...place, fix: 'Write the file again with plain or dictionary encoding.' });
  }
}

function plain(data: Uint8Array, column: ParquetColumn, count: number, place: ErrorPlace): Float32Array {
  const size = bytesOf(column);
  if (count * size > data.length) throw new InputError(`a page has ${data.length} bytes for ${count} values of ${size}.`, place);
  const dtype = column.type === 'other' ? 'float32' : column.type;
  // Small pages are many: `decodeElements` makes a table of all halves each time.
  if (dtype === 'float16' && count < HALVES) return Float32Array.from({ length: count }, (_, i) => fromHalf((data[2 * i] ?? 0) | ((data[2 * i + 1] ?? 0) << 8)));
  return toFloat32({ dtype, shape: [count], data: decodeElements(dtype, data.subarray(0, count * size)) });
}

/** BYTE_STREAM_SPLIT keeps the first bytes of all values together, then the second ones, and so on. */
function joinStreams(data: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(data.length / size);
  const out = new Uint8Array(count * size);
  for (let k = 0; k < size; k++) for (let i = 0; i < count; i++) out[i * size + k] = data[k * count + i] ?? 0;
  return out;
}

function bytesOf(column: ParquetColumn): number {
  return itemSize(column.type === 'other' ? 'float32' : column.type);
}
