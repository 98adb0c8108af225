import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileSource } from '../../formats/file-source-node.ts';
import { inUse, OutOfRoom, type DownloadStore, type PartFile } from './store.ts';

/** Files that this process writes at the moment, by absolute path. */
const writing = new Set<string>();

/** A store in a folder, which is made when something is written to it. */
export function nodeStore(folder: string): DownloadStore {
  const root = resolve(folder);
  const pathOf = (name: string): string => join(root, ...name.split('/'));
  return {
    lasting: true,
    list: async () => {
      const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(none([]));
      const files = found.filter((entry) => entry.isFile()).map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { name: relative(root, path).split(sep).join('/'), byteLength: (await stat(path)).size };
      });
      return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    open: async (name) => {
      const info = await stat(pathOf(name)).catch(none(null));
      return info?.isFile() === true ? { ...(await fileSource(pathOf(name))), name } : null;
    },
    write: async (name) => {
      const path = pathOf(name);
      if (writing.has(path)) throw inUse(name);
      writing.add(path);
      try {
        await mkdir(dirname(path), { recursive: true });
        const handle = await open(path, constants.O_RDWR | constants.O_CREAT);
        return partFile(path, handle, (await handle.stat()).size);
      } catch (error) {
        writing.delete(path);
        throw roomOr(error);
      }
    },
    rename: (from, to) => rename(pathOf(from), pathOf(to)),
    remove: (name) => rm(pathOf(name), { force: true }),
    room: async () => {
      const { bavail, bsize } = await statfs(root).catch(none({ bavail: NaN, bsize: 1 }));
      return Number.isNaN(bavail) ? null : bavail * bsize;
    },
  };
}

function partFile(path: string, handle: FileHandle, size: number): PartFile {
  let length = size;
  return {
    get byteLength() {
      return length;
    },
    append: async (offset, bytes) => {
      try {
        if (offset < length) await handle.truncate(offset);
        length = offset;
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, offset + at);
          at += bytesWritten;
          length = offset + at;
        }
      } catch (error) {
        throw roomOr(error);
      }
    },
    read: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
        at += bytesRead;
      }
      return bytes;
    },
    flush: () => handle.datasync(),
    close: async () => {
      await handle.close();
      writing.delete(path);
    },
  };
}

function roomOr(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? new OutOfRoom(code) : error;
}

/** A handler that answers "not there" with `value` and lets other errors through. */
function none<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return value;
    throw error;
  };
}
