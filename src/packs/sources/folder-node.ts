import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { applicationOf, checkPartName, refuseLonger, type PackSource } from './source.ts';
import { zipSource } from './zip.ts';

/**
 * The pack in a folder or a zip on disk.
 * @throws InputError when nothing is there, and as `zipSource`.
 */
export async function diskSource(path: string): Promise<PackSource> {
  const info = await stat(path).catch(() => null);
  if (info === null) throw new InputError('no such file or folder.', { file: path });
  if (!info.isDirectory()) return zipSource(await fileSource(path));
  const read = (folder: string) => async (name: string, max: number): Promise<Uint8Array> => {
    checkPartName(name);
    const file = await fileSource(join(folder, name));
    refuseLonger(name, file.byteLength, max);
    return file.slice(0, file.byteLength);
  };
  const application = applicationOf(`${path.replaceAll('\\', '/').replace(/\/?$/, '')}/`);
  return {
    label: path,
    read: read(path),
    ...(application === null ? {} : { readOfApplication: read(application) }),
    range: async (name) => {
      checkPartName(name);
      return fileSource(join(path, name));
    },
  };
}
