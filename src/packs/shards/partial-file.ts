import * as v from 'valibot';
import { InputError } from '../../core/errors.ts';
import type { ShardPartial } from '../../core/shards/shard-statistics.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { decodeUtf8, parseStrictJson } from '../../formats/json.ts';
import { refuseFailedDownload } from '../../formats/sniff.ts';
import { canonicalJson } from '../canonical.ts';
import { fromArrays, toArrays, type PartArray } from './partial-arrays.ts';
import { headerSchema, MAGIC, type ShardHeader } from './partial-header.ts';

const TYPES = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array } as const;
const MAX_HEADER = 2 ** 26;

/** Statistics of a dictionary over some blocks of rows, and what they are of. */
export interface PartialFile {
  readonly header: ShardHeader;
  readonly statistics: ShardPartial;
}

/**
 * Statistics as a file: eight bytes of magic with the version, the length of the header as a 64-bit integer, the header as canonical
 * JSON padded with spaces, then the arrays, little-endian. Equal statistics are equal bytes.
 */
export function writePartial(header: Omit<ShardHeader, 'arrays' | 'counts'>, statistics: ShardPartial): Uint8Array {
  const arrays = [...toArrays(statistics)];
  const { images, texts, pairs } = statistics;
  const whole: ShardHeader = {
    ...header,
    counts: { images: images.counts, texts: texts.counts, pairs },
    arrays: arrays.map(([name, data]) => ({ name, type: typeOf(data), length: data.length })),
  };
  const text = new TextEncoder().encode(canonicalJson(whole));
  const start = 16 + padded(text.length);
  const bytes = new Uint8Array(start + arrays.reduce((sum, [, data]) => sum + padded(data.byteLength), 0));
  bytes.fill(0x20, 16, start);
  bytes.set(Uint8Array.from(MAGIC, (char) => char.charCodeAt(0)));
  new DataView(bytes.buffer).setBigUint64(8, BigInt(start - 16), true);
  bytes.set(text, 16);
  let at = start;
  for (const [, data] of arrays) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += padded(data.byteLength);
  }
  return bytes;
}

/** Reads what `writePartial` wrote. @throws InputError naming the file and the field. */
export async function readPartial(source: ByteSource): Promise<PartialFile> {
  const file = source.name;
  const head = await source.slice(0, Math.min(16, source.byteLength));
  refuseFailedDownload(file, head);
  const magic = new TextDecoder('latin1').decode(head.subarray(0, 8));
  if (head.length < 16 || magic.slice(0, 7) !== MAGIC.slice(0, 7)) throw new InputError('this is no file of pack stats.', { file });
  if (magic !== MAGIC) throw new InputError(`version ${magic.charCodeAt(7)} of the format is not known.`, { file, fix: 'Use the version of the program that wrote it.' });
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(8, true);
  if (length > BigInt(Math.min(MAX_HEADER, source.byteLength - 16))) throw new InputError(`the header claims ${length} bytes.`, { file, fix: 'The file may be cut; make it again.' });
  const start = 16 + Number(length);
  const place = { file, field: 'header' };
  const parsed = v.safeParse(headerSchema, parseStrictJson(decodeUtf8(await source.slice(16, start), place), place), { abortEarly: true });
  if (!parsed.success) throw new InputError(`${parsed.issues[0].message}.`, { file, field: v.getDotPath(parsed.issues[0]) ?? 'header' });
  const header = parsed.output;
  const size = header.arrays.reduce((sum, { type, length: count }) => sum + padded(count * TYPES[type].BYTES_PER_ELEMENT), start);
  if (size !== source.byteLength) throw new InputError(`the file has ${source.byteLength} bytes, its header says ${size}.`, { file, fix: 'The file may be cut; make it again.' });
  const arrays = new Map<string, PartArray>();
  let at = start;
  for (const { name, type, length: count } of header.arrays) {
    const bytes = count * TYPES[type].BYTES_PER_ELEMENT;
    arrays.set(name, new TYPES[type](Uint8Array.from(await source.slice(at, at + bytes)).buffer));
    at += padded(bytes);
  }
  return { header, statistics: fromArrays(file, header, arrays) };
}

function typeOf(data: PartArray): keyof typeof TYPES {
  if (data instanceof Float64Array) return 'f64';
  if (data instanceof Float32Array) return 'f32';
  if (data instanceof Int32Array) return 'i32';
  return data instanceof Uint32Array ? 'u32' : 'u8';
}

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}
