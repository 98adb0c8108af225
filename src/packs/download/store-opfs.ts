import { blobSource } from '../../formats/byte-source.ts';
import { inUse, OutOfRoom, type DownloadStore, type PartFile, type StoredFile } from './store.ts';

/** Without access handles: a writable works on a copy, which is kept only when it is closed and copied again then. */
const COMMIT_BYTES = 8 * 2 ** 20;

/** Not in TypeScript's library: renames in place, over another file if need be. Chrome 110, Firefox 111, Safari 15.2. */
interface Movable {
  move(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
}

/** A store in a folder of the origin's private file system, which is made. @throws DOMException where there is no such system. */
export async function opfsStore(folders: readonly string[]): Promise<DownloadStore> {
  const root = await folderAt(await navigator.storage.getDirectory(), folders, true);
  const place = async (name: string, create: boolean): Promise<{ folder: FileSystemDirectoryHandle; last: string } | null> => {
    const parts = name.split('/');
    const last = parts.pop() ?? '';
    const folder = create ? await folderAt(root, parts, true) : await folderAt(root, parts, false).catch(absent);
    return folder === null ? null : { folder, last };
  };
  const handleOf = async (name: string): Promise<FileSystemFileHandle | null> => {
    const at = await place(name, false);
    return at === null ? null : at.folder.getFileHandle(at.last).catch(absent);
  };

  return {
    lasting: true,
    list: async () => {
      const files: StoredFile[] = [];
      await collect(root, '', files);
      return files.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    open: async (name) => {
      const handle = await handleOf(name);
      return handle === null ? null : blobSource(await handle.getFile(), name);
    },
    write: async (name) => {
      try {
        const at = await place(name, true);
        const handle = await at?.folder.getFileHandle(at.last, { create: true });
        if (handle === undefined) throw new DOMException('no folder', 'NotFoundError');
        return 'createSyncAccessHandle' in handle && 'WorkerGlobalScope' in globalThis ? await syncPart(handle) : await writablePart(handle, [...folders, name].join('/'));
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NoModificationAllowedError') throw inUse(name);
        throw roomOr(error);
      }
    },
    rename: async (from, to) => {
      const handle = await handleOf(from);
      const target = await place(to, true);
      if (handle === null || target === null) throw new DOMException(`no file ${from}`, 'NotFoundError');
      if ('move' in handle) await (handle as FileSystemFileHandle & Movable).move(target.folder, target.last);
      else await copy(handle, await target.folder.getFileHandle(target.last, { create: true }));
      if (!('move' in handle)) await (await place(from, false))?.folder.removeEntry(handle.name);
    },
    remove: async (name) => {
      const at = await place(name, false);
      await at?.folder.removeEntry(at.last).catch(absent);
    },
    room: async () => {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
    },
  };
}

/** In a worker: written in place, and there as soon as it is written. The handle locks the file for all tabs. */
async function syncPart(handle: FileSystemFileHandle): Promise<PartFile> {
  const access = await handle.createSyncAccessHandle();
  let length = access.getSize();
  return {
    get byteLength() {
      return length;
    },
    append: async (offset, bytes) => {
      try {
        if (offset < length) access.truncate(offset);
        length = offset;
        // A full disk shows as an exception, or as fewer bytes written than given.
        const written = access.write(bytes, { at: offset });
        length = offset + written;
        if (written < bytes.length) throw new OutOfRoom('short write');
      } catch (error) {
        throw roomOr(error);
      }
    },
    read: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      const got = access.read(bytes, { at: start });
      if (got < bytes.length) throw new Error('the file became shorter while it was read');
      return bytes;
    },
    flush: async () => access.flush(),
    close: async () => access.close(),
  };
}

/** On the page's thread: through writables, committed each time the uncommitted bytes are a quarter of the file. */
async function writablePart(handle: FileSystemFileHandle, path: string): Promise<PartFile> {
  const release = await lock(path);
  let length = (await handle.getFile()).size;
  let committed = length;
  let out: FileSystemWritableFileStream | null = null;
  const flush = async (): Promise<void> => {
    const open = out;
    out = null;
    try {
      await open?.close();
      committed = length;
    } catch (error) {
      length = committed;
      throw roomOr(error);
    }
  };
  return {
    get byteLength() {
      return length;
    },
    append: async (offset, bytes) => {
      try {
        out ??= await handle.createWritable({ keepExistingData: true });
        if (offset < length) await out.truncate(offset);
        if (offset < committed) committed = offset;
        length = offset;
        await out.write({ type: 'write', position: offset, data: bytes });
        length = offset + bytes.length;
      } catch (error) {
        throw roomOr(error);
      }
      if (length - committed >= Math.max(COMMIT_BYTES, committed / 4)) await flush();
    },
    read: async (start, end) => {
      await flush();
      return new Uint8Array(await (await handle.getFile()).slice(start, end).arrayBuffer());
    },
    flush,
    close: async () => {
      try {
        await flush();
      } finally {
        release();
      }
    },
  };
}

/** Holds a lock for all tabs until the returned function is called. @throws DOMException NoModificationAllowedError when it is taken. */
function lock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (held) =>
        held === null ? Promise.reject(new DOMException('in use', 'NoModificationAllowedError')) : new Promise<void>((release) => { resolve(release); }))
      .catch(reject);
  });
}

async function copy(from: FileSystemFileHandle, to: FileSystemFileHandle): Promise<void> {
  await (await from.getFile()).stream().pipeTo(await to.createWritable());
}

async function collect(folder: FileSystemDirectoryHandle, prefix: string, files: StoredFile[]): Promise<void> {
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'directory') await collect(handle, `${prefix}${name}/`, files);
    else files.push({ name: prefix + name, byteLength: (await handle.getFile()).size });
  }
}

async function folderAt(from: FileSystemDirectoryHandle, parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle> {
  let folder = from;
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
}

function roomOr(error: unknown): unknown {
  return error instanceof DOMException && error.name === 'QuotaExceededError' ? new OutOfRoom(error.message) : error;
}

/** What is not there is null; anything else is a failure. */
function absent(error: unknown): null {
  if (error instanceof DOMException && (error.name === 'NotFoundError' || error.name === 'TypeMismatchError')) return null;
  throw error;
}
