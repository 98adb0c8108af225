import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { writeOutput } from '../output-node.ts';

/** Fails before the work instead of after it. @throws InputError when `path` is a file, or a folder with files in it. */
export async function requireFree(path: string, fix = 'Give another folder, or empty this one.'): Promise<void> {
  const names = await folderFiles(path);
  if (names.length === 0) return;
  throw new InputError(`the folder is in use: it has ${names.length} file${names.length === 1 ? '' : 's'} in it, such as ${names[0] ?? ''}.`, { file: path, field: '--out', fix });
}

/** Names in a folder; none where there is no such folder. @throws InputError when it is a file. */
export async function folderFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) return [];
  if (!info.isDirectory()) throw new InputError('this is a file, not a folder to write to.', { file: path, field: '--out' });
  return (await readdir(path)).sort();
}

/** Makes a folder and those above it, where they are not there yet. @throws InputError when it cannot be made. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new InputError(`the folder cannot be made (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`, { file: path, field: '--out' });
  }
}

/** Writes files into a folder, each whole or not at all and the first one last: the settings, without which the weights are not read. */
export async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await makeFolder(path);
  for (const [name, bytes] of [...files].reverse()) await writeOutput(join(path, name), bytes);
}
