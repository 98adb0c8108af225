import { InputError, IntegrityError } from '../../core/errors.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { short } from '../../formats/text.ts';
import { isSafePath } from '../download/paths.ts';

/** Where a pack is read from: files, a zip, a server. Names are relative to the folder of its manifest.json. */
export interface PackSource {
  /** What messages call it: the name of a folder or zip, or a host with a path; without query or password. */
  readonly label: string;
  /**
   * One whole file, nothing of it checked but that it is at most `max` bytes long.
   * @throws InputError naming the file when it is missing or cannot be read, IntegrityError when it is longer than `max`.
   */
  read(name: string, max: number): Promise<Uint8Array>;
  /** As `read`, of a file relative to the application the pack lies in as `packs/<id>/`: where a pack's own dictionary may be. Absent elsewhere. */
  readonly readOfApplication?: (path: string, max: number) => Promise<Uint8Array>;
  /** Names of all files, where they are known without asking. */
  readonly list?: () => readonly string[];
  /**
   * Bytes of a file of `byteLength` bytes (the manifest says how many), of which only the slices asked for are read where the source can
   * do that. No slice is compared with the manifest's hash.
   */
  readonly range?: (name: string, byteLength: number) => Promise<ByteSource>;
}

/** The name of what every pack has. */
export const MANIFEST = 'manifest.json';

/** Lets a name through that stays in the pack's folder. @throws InputError naming it. */
export function checkPartName(name: string): void {
  // A drive of Windows is a root too.
  if (!isSafePath(name) || /^[A-Za-z]:/.test(name))
    throw new InputError('a name in a pack has to be a relative path with forward slashes and without “..”.', { file: short(name) });
}

/** @throws IntegrityError when a file of `length` bytes is more than was asked for. */
export function refuseLonger(name: string, length: number, max: number): void {
  if (length > max) throw new IntegrityError(`it has ${length} bytes, and at most ${max} are expected.`, { file: name, fix: 'Download the pack again.' });
}

/** @throws InputError saying that `name` is not in the source called `label`. */
export function refuseMissing(name: string, label: string): never {
  throw new InputError(`${label} does not have this file.`, { file: name, fix: 'Download or copy the whole pack again.' });
}

/** Path of the application that a pack in `folder` lies in: what stands before `packs/<id>/`; null where it does not lie so. */
export function applicationOf(folder: string): string | null {
  return /^((?:.*\/)?)packs\/[^/]+\/$/.exec(folder)?.[1] ?? null;
}
