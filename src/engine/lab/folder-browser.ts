import { InputError } from '../../core/errors.ts';
import { memoryFolder, type Folder } from './folder.ts';

/** Everything of ours lies below this folder of the origin's private file system. */
const ROOT = 'vlm-explore';

/** The origin's private file system (OPFS); memory where the browser does not give it, as in some private windows. */
export async function browserFolder(): Promise<Folder> {
  try {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
    return opfsFolder(root);
  } catch {
    return memoryFolder();
  }
}

function opfsFolder(root: FileSystemDirectoryHandle): Folder {
  async function folderOf(parts: readonly string[], create: boolean): Promise<FileSystemDirectoryHandle | null> {
    let folder = root;
    for (const part of parts) {
      const next = await folder.getDirectoryHandle(part, { create }).catch(absent);
      if (next === null) return null;
      folder = next;
    }
    return folder;
  }
  const split = (path: string): { parts: string[]; name: string } => {
    const parts = path.split('/');
    return { name: parts.pop() ?? '', parts };
  };

  return {
    lasting: true,
    read: async (path) => {
      const { parts, name } = split(path);
      const file = await (await folderOf(parts, false))?.getFileHandle(name).catch(absent);
      return file === undefined || file === null ? null : new Uint8Array(await (await file.getFile()).arrayBuffer());
    },
    write: async (path, bytes) => {
      const { parts, name } = split(path);
      const folder = await folderOf(parts, true);
      try {
        // A writable writes to a copy, which takes the file's place when it is closed: a crash leaves the old file.
        const out = await (await folder?.getFileHandle(name, { create: true }))?.createWritable();
        await out?.write(bytes);
        await out?.close();
      } catch (error) {
        throw new InputError(`this browser could not store it (${error instanceof Error ? error.message : String(error)}).`, {
          file: path,
          fix: 'Delete runs that you no longer need, or free some disk space.',
        });
      }
    },
    list: async (path) => {
      const folder = await folderOf(path.split('/'), false);
      const names: string[] = [];
      if (folder !== null) for await (const name of folder.keys()) names.push(name);
      return names.sort();
    },
    remove: async (path) => {
      const { parts, name } = split(path);
      await (await folderOf(parts, false))?.removeEntry(name, { recursive: true }).catch(absent);
    },
  };
}

/** What is not there is null; anything else is a failure. */
function absent(error: unknown): null {
  if (error instanceof DOMException && (error.name === 'NotFoundError' || error.name === 'TypeMismatchError')) return null;
  throw error;
}
