import { InputError } from '../../core/errors.ts';
import { blobSource } from '../../formats/byte-source.ts';
import { short } from '../../formats/text.ts';
import { memberSource, type Member } from './members.ts';
import type { PackSource } from './source.ts';
import { zipSource } from './zip.ts';

/** A file that was dropped or chosen, with its path below the dropped folder. */
export interface DroppedFile {
  readonly path: string;
  readonly blob: Blob;
}

/** More than any pack and its pictures have. */
const MAX_FILES = 100_000;

/**
 * The pack in a set of dropped files: a folder with its manifest.json somewhere in it, or one zip.
 * @throws InputError naming the file: no pack, several, two files of one path, a path that leaves its folder, a broken zip.
 */
export async function droppedSource(files: readonly DroppedFile[], label = labelOf(files)): Promise<PackSource> {
  const [first, second] = files;
  if (first !== undefined && second === undefined && /\.zip$/i.test(first.path)) return zipSource(blobSource(first.blob, first.path));
  if (files.length > MAX_FILES) throw new InputError(`there are more than ${MAX_FILES} files.`, { file: label, fix: 'Open the folder of the pack alone.' });
  const members = new Map<string, Member>();
  for (const { path, blob } of files) {
    // Some browsers begin a dropped path with a slash.
    const name = path.replace(/^\//, '');
    if (members.has(name)) throw new InputError('two files have this path.', { file: short(name) });
    const source = blobSource(blob, name);
    members.set(name, { byteLength: blob.size, read: () => readBlob(name, blob), range: () => Promise.resolve(source) });
  }
  return memberSource(label, members);
}

function labelOf(files: readonly DroppedFile[]): string {
  return short(files[0]?.path.replace(/^\//, '').split('/')[0] ?? 'the folder');
}

async function readBlob(name: string, blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new InputError('the file cannot be read; it may have been changed or moved.', { file: short(name), fix: 'Choose it again.' });
  }
}
