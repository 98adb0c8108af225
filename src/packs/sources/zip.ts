import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { short } from '../../formats/text.ts';
import type { ZipEntry } from '../../formats/zip-directory.ts';
import { openZip, type ZipFile } from '../../formats/zip.ts';
import { memberSource, type Member } from './members.ts';
import type { PackSource } from './source.ts';

/**
 * The pack in a zip, of which only the directory and the members asked for are read; a stored member can be read by slices.
 * @throws InputError naming the zip and the member: no zip, damaged, a name that leaves the folder, no pack in it, several.
 */
export async function zipSource(source: ByteSource): Promise<PackSource> {
  const zip = await openZip(source);
  const members = new Map<string, Member>();
  for (const entry of zip.entries.values()) {
    // A folder of its own has no bytes and is not needed.
    if (entry.name.endsWith('/') && entry.size === 0) continue;
    members.set(entry.name, memberOf(source, zip, entry));
  }
  return memberSource(short(source.name), members);
}

function memberOf(source: ByteSource, zip: ZipFile, entry: ZipEntry): Member {
  return {
    byteLength: entry.size,
    read: () => zip.read(entry.name),
    range: entry.method === 0 ? () => stored(source, entry) : null,
  };
}

/** Slices of a member that is stored as it is. Its checksum cannot be compared then. */
async function stored(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const header = await source.slice(entry.offset, entry.offset + 30);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const place = { file: source.name, field: short(entry.name) };
  if (view.getUint32(0, true) !== 0x04034b50) throw new InputError('the directory and the header of the member disagree.', place);
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.size > source.byteLength) throw new InputError('the member ends beyond the file.', place);
  return { name: entry.name, byteLength: entry.size, slice: (from, to) => source.slice(start + from, start + to) };
}
