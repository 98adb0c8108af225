import { bytesSource } from '../../formats/byte-source.ts';
import { inUse, OutOfRoom, type DownloadStore, type PartFile } from './store.ts';

/** A file in memory; `bytes` has room beyond `length`, so that appending does not copy each time. */
interface MemoryFile {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** A store for pages that may not store anything, and for tests; `quota` bounds the sum of all files, in bytes. */
export function memoryStore(quota = Infinity): DownloadStore {
  const files = new Map<string, MemoryFile>();
  const open = new Set<string>();
  const used = (): number => [...files.values()].reduce((sum, file) => sum + file.length, 0);

  function partFile(name: string, file: MemoryFile): PartFile {
    return {
      get byteLength() {
        return file.length;
      },
      append: async (offset, bytes) => {
        const length = offset + bytes.length;
        if (used() - file.length + length > quota) throw new OutOfRoom('memory');
        if (length > file.bytes.length) {
          const larger = new Uint8Array(Math.max(length, 2 * file.bytes.length));
          larger.set(file.bytes.subarray(0, offset));
          file.bytes = larger;
        }
        file.bytes.set(bytes, offset);
        file.length = length;
      },
      read: async (start, end) => file.bytes.slice(start, end),
      flush: async () => undefined,
      close: async () => {
        open.delete(name);
      },
    };
  }

  return {
    lasting: false,
    list: async () => [...files].map(([name, file]) => ({ name, byteLength: file.length })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    open: async (name) => {
      const file = files.get(name);
      return file === undefined ? null : bytesSource(name, file.bytes.subarray(0, file.length));
    },
    write: async (name) => {
      if (open.has(name)) throw inUse(name);
      const file = files.get(name) ?? { bytes: new Uint8Array(0), length: 0 };
      files.set(name, file);
      open.add(name);
      return partFile(name, file);
    },
    rename: async (from, to) => {
      const file = files.get(from);
      if (file === undefined) throw new Error(`no file ${from}`);
      files.delete(from);
      files.set(to, file);
    },
    remove: async (name) => {
      files.delete(name);
    },
    room: async () => (quota === Infinity ? null : Math.max(0, quota - used())),
  };
}
