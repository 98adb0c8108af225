import { zipSync, type Zippable } from 'fflate';

/** Packs files into a zip archive, byte for byte reproducible (fixed time stamps). */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // No prototype, so that a member may have any name; local time, because that is what zip stores.
  const members = Object.create(null) as Zippable;
  for (const [name, bytes] of files) members[name] = bytes;
  return zipSync(members, { level: 6, mtime: new Date(1980, 0, 1) });
}
