import { Inflate } from 'fflate';
import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { crc32 } from '../core/crc32.ts';
import { short } from './text.ts';
import { readZipDirectory, type ZipEntry } from './zip-directory.ts';

/** Arrays of numbers rarely deflate better than 20 to 1; a bomb reaches 1000 to 1. Small members may. */
const MAX_RATIO = 200;
const SMALL = 2 ** 20;
/** Packed bytes inflated at a time: at most 1032 times as many come out before the size is checked again. */
const PIECE = 2048;

/** An open zip: names and sizes known, members read when asked for. */
export interface ZipFile {
  readonly name: string;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Inflated bytes of one member, its CRC-32 checked. @throws InputError when it is missing, damaged or a bomb. */
  read(member: string): Promise<Uint8Array>;
}

/** Opens a zip. @throws InputError as `readZipDirectory`, and when members overlap. */
export async function openZip(source: ByteSource): Promise<ZipFile> {
  const list = await readZipDirectory(source);
  const entries = new Map(list.map((entry) => [entry.name, entry]));
  let end = 0;
  for (const entry of [...list].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end)
      throw new InputError('the member overlaps another one.', { file: source.name, field: short(entry.name) });
    end = entry.offset + 30 + entry.packedSize;
  }
  const read = async (member: string): Promise<Uint8Array> => {
    const entry = entries.get(member);
    if (entry === undefined) throw new InputError('the zip has no such member.', { file: source.name, field: short(member) });
    return readMember(source, entry);
  };
  return { name: source.name, entries, read };
}

async function readMember(source: ByteSource, entry: ZipEntry): Promise<Uint8Array> {
  const place = { file: source.name, field: short(entry.name) };
  if (entry.size > SMALL && entry.size > entry.packedSize * MAX_RATIO) {
    throw new InputError(`${entry.packedSize} bytes claim to inflate to ${entry.size}: this looks like a zip bomb.`, place);
  }
  const start = await memberStart(source, entry);
  const packed = await source.slice(start, start + entry.packedSize);
  const bytes = entry.method === 0 ? packed : inflate(packed, entry.size, place);
  if (crc32(bytes) !== entry.crc)
    throw new InputError('the checksum (CRC-32) does not match: the bytes are damaged.', {
      ...place,
      fix: 'Download the file again.',
    });
  return bytes;
}

/** Where the packed bytes begin; the local header must name the same member. */
async function memberStart(source: ByteSource, entry: ZipEntry): Promise<number> {
  const place = { file: source.name, field: short(entry.name) };
  const nameBytes = new TextEncoder().encode(entry.name).length;
  const header = await source.slice(entry.offset, Math.min(source.byteLength, entry.offset + 30 + nameBytes));
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const name = header.length < 30 ? null : new TextDecoder().decode(header.subarray(30, 30 + view.getUint16(26, true)));
  if (name !== entry.name || view.getUint32(0, true) !== 0x04034b50)
    throw new InputError('the directory and the header of the member disagree.', place);
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.packedSize > source.byteLength) throw new InputError('the member ends beyond the file.', place);
  return start;
}

/** Inflates to exactly `size` bytes, and stops as soon as there is one more. */
function inflate(packed: Uint8Array, size: number, place: { file: string; field: string }): Uint8Array {
  const out = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length > size) throw new InputError(`the member inflates to more than the ${size} bytes it claims.`, place);
    out.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length || at === 0; at += PIECE)
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('the deflated bytes are damaged.', { ...place, fix: 'Download the file again.' });
  }
  if (filled !== size) throw new InputError(`the member inflates to ${filled} bytes instead of ${size}.`, place);
  return out;
}
