import { crc32 } from '../../core/crc32.ts';
import { InputError, type ErrorPlace } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { decompress } from './decompress.ts';
import type { ColumnChunk } from './metadata.ts';
import { CutShort, readCompact, type ThriftStruct } from './thrift.ts';

/** A page of a column, unpacked. */
export interface Page {
  readonly kind: 'dictionary' | 'data';
  /** Values, nulls included. */
  readonly values: number;
  /** Number of `Encoding` in parquet.thrift. */
  readonly encoding: number;
  /** Repetition and definition levels (without their lengths), empty in a dictionary. */
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly data: Uint8Array;
}

/** Levels that are not in the page at all, because there is only one possible. */
export interface Levels {
  readonly maxRepetition: number;
  readonly maxDefinition: number;
}

const DATA = 0;
const DICTIONARY = 2;
const DATA_V2 = 3;
/** `Encoding.RLE`, the only one of levels that is still written. */
const RLE = 3;
/** Bytes asked for at once, so that small pages do not each cost a request. */
const WINDOW = 2 ** 20;
const MAX_HEADER = 2 ** 20;
const MAX_HEADER_VALUES = 10_000;
/** Writers aim at 1 MB. */
const MAX_PAGE = 2 ** 28;
const NOTHING = new Uint8Array(0);

/** The pages of a column chunk, in order, one in memory at a time. @throws InputError at `place` for what is damaged or lies. */
export async function* readPages(source: ByteSource, chunk: ColumnChunk, levels: Levels, place: ErrorPlace): AsyncGenerator<Page, undefined> {
  const window = new ReadAhead(source, chunk.end);
  let at = chunk.start;
  let seen = 0;
  while (seen < chunk.values && at < chunk.end) {
    const header = await readHeader(window, at, place);
    const packedSize = count(header.struct.get(3), place);
    const size = count(header.struct.get(2), place);
    const start = at + header.size;
    if (start + packedSize > chunk.end || size > MAX_PAGE) throw new InputError(`a page claims ${packedSize} bytes, ${size} unpacked, where ${chunk.end - start} are left.`, place);
    const packed = await window.bytes(start, packedSize);
    at = start + packedSize;
    const crc = header.struct.get(4);
    if (typeof crc === 'number' && crc32(packed) !== crc >>> 0) throw new InputError('the checksum of a page does not match: the bytes are damaged.', { ...place, fix: 'Copy the file again.' });
    const page = unpack(header.struct, packed, size, chunk.codec, levels, place);
    if (page === null) continue;
    if (page.kind === 'data') seen += page.values;
    if (seen > chunk.values) throw new InputError(`its pages have more values than the ${chunk.values} it claims.`, place);
    yield page;
  }
  if (seen !== chunk.values) throw new InputError(`its pages have ${seen} values instead of ${chunk.values}.`, place);
}

async function readHeader(window: ReadAhead, at: number, place: ErrorPlace): Promise<{ struct: ThriftStruct; size: number }> {
  for (let size = 4096; ; size *= 16) {
    const bytes = await window.upTo(at, size);
    try {
      const { struct, end } = readCompact(bytes, place, MAX_HEADER_VALUES);
      return { struct, size: end };
    } catch (error) {
      // Statistics can make a header long: try with more bytes, if there are any.
      if (!(error instanceof CutShort) || bytes.length < size || size >= MAX_HEADER) throw error;
    }
  }
}

/** Null for pages that hold no values (indices). */
function unpack(header: ThriftStruct, packed: Uint8Array, size: number, codec: number, levels: Levels, place: ErrorPlace): Page | null {
  const type = header.get(1);
  if (type === DICTIONARY) {
    const own = part(header, 7, place);
    return { kind: 'dictionary', values: count(own.get(1), place), encoding: count(own.get(2), place), repetition: NOTHING, definition: NOTHING, data: decompress(codec, packed, size, place) };
  }
  if (type === DATA) {
    const own = part(header, 5, place);
    const all = decompress(codec, packed, size, place);
    let at = 0;
    const take = (max: number, encoding: unknown): Uint8Array => {
      if (max === 0) return NOTHING;
      if (encoding !== RLE) throw new InputError('the levels of a page have an encoding that is no longer written.', { ...place, fix: 'Write the file again.' });
      if (at + 4 > all.length) throw new InputError('a page ends before its values do.', place);
      const length = new DataView(all.buffer, all.byteOffset + at, 4).getUint32(0, true);
      if (at + 4 + length > all.length) throw new InputError('a page ends before its values do.', place);
      const found = all.subarray(at + 4, at + 4 + length);
      at += 4 + length;
      return found;
    };
    const repetition = take(levels.maxRepetition, own.get(4));
    const definition = take(levels.maxDefinition, own.get(3));
    return { kind: 'data', values: count(own.get(1), place), encoding: count(own.get(2), place), repetition, definition, data: all.subarray(at) };
  }
  if (type !== DATA_V2) return null;
  const own = part(header, 8, place);
  const [definitions, repetitions] = [count(own.get(5), place), count(own.get(6), place)];
  const rest = repetitions + definitions;
  if (rest > packed.length || rest > size) throw new InputError('the levels of a page are longer than the page.', place);
  const data = packed.subarray(rest);
  return {
    kind: 'data',
    values: count(own.get(1), place),
    encoding: count(own.get(4), place),
    repetition: packed.subarray(0, repetitions),
    definition: packed.subarray(repetitions, rest),
    data: own.get(7) === false ? data : decompress(codec, data, size - rest, place),
  };
}

function part(header: ThriftStruct, id: number, place: ErrorPlace): ThriftStruct {
  const found = header.get(id);
  if (found instanceof Map) return found;
  throw new InputError('a page header is damaged.', place);
}

function count(value: unknown, place: ErrorPlace): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new InputError('a page header is damaged.', place);
}

/** Slices of a source up to `end`, read a window at a time. */
class ReadAhead {
  readonly #source: ByteSource;
  readonly #end: number;
  #start = 0;
  #held: Uint8Array = NOTHING;

  constructor(source: ByteSource, end: number) {
    this.#source = source;
    this.#end = end;
  }

  /** Bytes `at … at + length`, which are before the end. */
  async bytes(at: number, length: number): Promise<Uint8Array> {
    if (at < this.#start || at + length > this.#start + this.#held.length) {
      this.#held = await this.#source.slice(at, Math.min(this.#end, at + Math.max(length, WINDOW)));
      this.#start = at;
    }
    return this.#held.subarray(at - this.#start, at - this.#start + length);
  }

  /** The same, fewer where there are no more. */
  upTo(at: number, length: number): Promise<Uint8Array> {
    return this.bytes(at, Math.min(length, this.#end - at));
  }
}
