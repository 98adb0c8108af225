import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../core/errors.ts';

/** Fails before the work instead of after it. @throws InputError when `path` cannot become a file. */
export async function checkOutput(path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true)
    throw new InputError('the folder to write to does not exist.', { file: path, fix: 'Make it first.' });
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory() === true) throw new InputError('this is a folder, not a file to write.', { file: path });
}

/**
 * Writes a whole file under a temporary name beside it and renames it last: whoever sees `path` sees all of it.
 * @throws InputError when it cannot be written; the temporary file is removed.
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new InputError(`cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`, {
      file: path,
    });
  }
}
