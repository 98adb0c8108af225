/** A place for files that outlives the session: OPFS in the page, a folder in Node, memory where neither is. Paths use `/`. */
export interface Folder {
  /** False where nothing outlives the session (storage is switched off or full from the start). */
  readonly lasting: boolean;
  /** Whole file, or null where there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Replaces the file; whoever reads sees the old or the new one whole. Throws InputError when there is no room. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Names directly inside `path`, sorted; none when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Removes a file or a folder with all that is in it; nothing happens where there is none. */
  remove(path: string): Promise<void>;
}

/** Files in memory, for tests and for pages that may not store anything. */
export function memoryFolder(): Folder {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    lasting: false,
    read: (path) => Promise.resolve(files.get(path)?.slice() ?? null),
    write: (path, bytes) => {
      files.set(path, bytes.slice());
      return Promise.resolve();
    },
    list: (path) => {
      const prefix = `${path}/`;
      const names = [...files.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length).split('/')[0] ?? '');
      return Promise.resolve([...new Set(names)].sort());
    },
    remove: (path) => {
      for (const key of [...files.keys()]) if (key === path || key.startsWith(`${path}/`)) files.delete(key);
      return Promise.resolve();
    },
  };
}
