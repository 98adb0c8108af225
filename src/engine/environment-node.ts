import { stat, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import sharp from 'sharp';
import { InputError } from '../core/errors.ts';
import { decodeImage } from '../encoders/images/decode-node.ts';
import { nodeProduct } from '../encoders/product-node.ts';
import { openEncoder } from '../encoders/transformers-node.ts';
import type { Environment } from './environment.ts';
import { memoryFolder } from './lab/folder.ts';

/** Node's surroundings: files below `root`, models on the processor, no thumbnails. */
export function nodeEnvironment(root: string): Environment {
  return {
    read: async (path) => {
      try {
        return new Uint8Array(await readFile(resolve(root, path)));
      } catch (error) {
        throw new InputError(`it could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`, { file: path });
      }
    },
    openEncoder: (path) => openEncoder(resolve(root, path)),
    openGpu: () => Promise.resolve(null),
    recall: () => Promise.resolve(null),
    remember: () => Promise.resolve(),
    openFolder: () => Promise.resolve(memoryFolder()),
    openProduct: nodeProduct,
    decodeImage,
    encodePicture: async ({ width, height, data }) => new Uint8Array(await sharp(data, { raw: { width, height, channels: 4 } }).webp({ quality: 80 }).toBuffer()),
    thumbnail: () => Promise.resolve(null),
  };
}

/** Nearest folder at or above `from` that holds `path`; a pack names its models relative to the application's root. */
export async function findRoot(from: string, path: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if ((await stat(resolve(folder, path)).catch(() => null)) !== null) return folder;
    if (folder === dirname(folder)) {
      throw new InputError(`${path} is in none of the folders above it.`, { file: from, fix: 'Put the pack below the project, or run in the project’s folder.' });
    }
  }
}
