import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Node refuses to read 2³¹ bytes at once. */
const MAX_READ = 2 ** 30;

/**
 * A file on disk, read slice by slice; a handle is open only while a slice is read.
 * @throws InputError when the path is missing, unreadable or not a file, and when the file shrinks while it is read.
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const info = await stat(path).catch((error: unknown) => refuse(path, error));
  if (!info.isFile()) throw new InputError('this is not a file.', { file: path });
  return {
    name: path,
    byteLength: info.size,
    slice: async (start, end) => {
      const handle = await open(path).catch((error: unknown) => refuse(path, error));
      try {
        const bytes = new Uint8Array(end - start);
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await handle.read(bytes, filled, Math.min(MAX_READ, bytes.length - filled), start + filled);
          if (bytesRead === 0) throw new InputError('the file became shorter while it was read.', { file: path });
          filled += bytesRead;
        }
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}

/**
 * The files of a dictionary: those directly inside `path` when it is a folder, else `path` itself with the JSON settings beside it.
 * @throws InputError when nothing is there.
 */
export async function dictionarySources(path: string): Promise<ByteSource[]> {
  const info = await stat(path).catch((error: unknown) => refuse(path, error));
  const folder = info.isDirectory() ? path : dirname(path);
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name);
  const settings = new Set(['cfg.json', 'config.json']);
  const wanted = info.isDirectory()
    ? names.filter((name) => settings.has(name) || /\.(safetensors|pt|pth|bin|zip)$/i.test(name)).sort()
    : [basename(path), ...names.filter((name) => settings.has(name) && name !== basename(path))];
  if (wanted.length === 0)
    throw new InputError('the folder holds no dictionary file.', {
      file: path,
      fix: 'It needs cfg.json with sae_weights.safetensors, or a .pt state dict.',
    });
  return Promise.all(wanted.map((name) => fileSource(join(folder, name))));
}

function refuse(path: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    ENOENT: 'no such file or folder.',
    EACCES: 'reading it is not permitted.',
    ENOTDIR: 'no such file or folder.',
  };
  throw new InputError(reasons[code] ?? `cannot be opened (${code === '' ? String(error) : code}).`, { file: path });
}
