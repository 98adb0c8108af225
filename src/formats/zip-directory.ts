import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { short } from './text.ts';

/** One member as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated; other methods are refused when the directory is read. */
  readonly method: 0 | 8;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

interface EndRecord {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const MAX_ENTRIES = 100_000;
/** A central directory entry is at least 46 bytes; names of members that matter are short. */
const MAX_DIRECTORY = 32 * 2 ** 20;

/**
 * Reads the central directory (ZIP64 too). Strict where readers could disagree: one archive in one file, unique names,
 * nothing encrypted, the count and the size of the directory exact.
 * @throws InputError naming the file, and the member where there is one.
 */
export async function readZipDirectory(source: ByteSource): Promise<ZipEntry[]> {
  const file = source.name;
  const end = await findEnd(source);
  if (end.offset + end.size > source.byteLength)
    throw new InputError('the zip directory points beyond the file.', { file, fix: 'The file may be cut; download it again.' });
  if (end.entries > MAX_ENTRIES || end.size > MAX_DIRECTORY)
    throw new InputError(`a zip of ${end.entries} members is too large to be read.`, { file });
  const bytes = await source.slice(end.offset, end.offset + end.size);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let position = 0;
  while (position < bytes.length) {
    const { entry, next } = readEntry(bytes, position, file);
    if (names.has(entry.name)) throw new InputError('two members of the zip have this name.', { file, field: short(entry.name) });
    if (entry.offset + 30 + entry.packedSize > end.offset)
      throw new InputError(`the member claims ${entry.packedSize} bytes that are not in the file.`, {
        file,
        field: short(entry.name),
      });
    names.add(entry.name);
    entries.push(entry);
    position = next;
  }
  if (entries.length !== end.entries)
    throw new InputError(`the zip says ${end.entries} members, its directory lists ${entries.length}.`, { file });
  return entries;
}

async function findEnd(source: ByteSource): Promise<EndRecord> {
  const file = source.name;
  const tailStart = Math.max(0, source.byteLength - 22 - 65535);
  const tail = await source.slice(tailStart, source.byteLength);
  const view = viewOf(tail);
  for (let i = tail.length - 22; i >= 0; i--) {
    // The comment must end exactly at the end of the file, so that a record inside a comment is never taken.
    if (view.getUint32(i, true) !== END || view.getUint16(i + 20, true) !== tail.length - i - 22) continue;
    if (view.getUint32(i + 4, true) !== 0) throw new InputError('zip archives in several parts are not read.', { file });
    const record = {
      entries: view.getUint16(i + 10, true),
      size: view.getUint32(i + 12, true),
      offset: view.getUint32(i + 16, true),
    };
    const at = tailStart + i - 20;
    const locator = at >= 0 ? viewOf(await source.slice(at, at + 20)) : null;
    return locator?.getUint32(0, true) === LOCATOR_64 ? readEnd64(source, Number(locator.getBigUint64(8, true)), at) : record;
  }
  throw new InputError('the zip has no end record.', { file, fix: 'The file may be cut; download it again.' });
}

async function readEnd64(source: ByteSource, offset: number, before: number): Promise<EndRecord> {
  const view = offset + 56 <= before ? viewOf(await source.slice(offset, offset + 56)) : null;
  if (view?.getUint32(0, true) !== END_64)
    throw new InputError('the ZIP64 end record is not where the zip says.', { file: source.name });
  return {
    entries: Number(view.getBigUint64(32, true)),
    size: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true)),
  };
}

function readEntry(bytes: Uint8Array, start: number, file: string): { entry: ZipEntry; next: number } {
  const view = viewOf(bytes);
  if (start + 46 > bytes.length || view.getUint32(start, true) !== CENTRAL)
    throw new InputError('the zip directory is damaged.', { file });
  const nameEnd = start + 46 + view.getUint16(start + 28, true);
  const extraEnd = nameEnd + view.getUint16(start + 30, true);
  const next = extraEnd + view.getUint16(start + 32, true);
  if (next > bytes.length) throw new InputError('the zip directory is damaged.', { file });
  const name = new TextDecoder().decode(bytes.subarray(start + 46, nameEnd));
  const place = { file, field: short(name) };
  if (view.getUint16(start + 8, true) & 1) throw new InputError('the member is encrypted.', place);
  const method = view.getUint16(start + 10, true);
  if (method !== 0 && method !== 8)
    throw new InputError(`compression method ${method} is not read.`, { ...place, fix: 'Zip it again with "store" or "deflate".' });
  const wide = zip64Fields(view, nameEnd, extraEnd);
  // Order and presence of the 64-bit fields follow the 32-bit ones that say "see there".
  const field = (at: number): number => {
    const value = view.getUint32(start + at, true);
    return value === 0xffffffff ? (wide.shift() ?? value) : value;
  };
  const [size, packedSize, offset] = [field(24), field(20), field(42)];
  if (method === 0 && size !== packedSize) throw new InputError('the member is stored but its two sizes differ.', place);
  return { entry: { name, method, crc: view.getUint32(start + 16, true), packedSize, size, offset }, next };
}

/** Values of the ZIP64 extra field (id 1), in order. */
function zip64Fields(view: DataView, start: number, end: number): number[] {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const last = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    const values: number[] = [];
    for (let i = at + 4; i + 8 <= last; i += 8) values.push(Number(view.getBigUint64(i, true)));
    return values;
  }
  return [];
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
