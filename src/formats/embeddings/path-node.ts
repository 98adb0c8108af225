import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { openEmbeddings } from '../embeddings.ts';
import { fileSource } from '../file-source-node.ts';
import { urlSource } from '../url-source.ts';
import type { EmbeddingChoice, EmbeddingFile } from './file.ts';
import { openEmbeddingSet, openShards } from './shards.ts';

/**
 * Embeddings at a path: a file (npy, npz, safetensors, Parquet), a web address of one, a folder of such files, or a folder of
 * `clip-retrieval inference`, of which the images or the texts are taken.
 * @throws InputError naming the path, or the file in it.
 */
export async function openEmbeddingPath(path: string, modality: 'images' | 'texts', choice: EmbeddingChoice = {}): Promise<EmbeddingFile> {
  if (/^https?:\/\//i.test(path)) return openEmbeddings(await urlSource(path), choice);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() !== true) return openEmbeddings(await fileSource(path), choice);
  const inside = await filesIn(path);
  const below = (await Promise.all(['img_emb', 'text_emb', 'metadata'].map((name) => filesIn(join(path, name))))).flat();
  const set = await openEmbeddingSet(path, await Promise.all(below.map(fileSource)));
  if (set !== null) {
    const chosen = modality === 'images' ? set.images : set.texts;
    if (chosen !== null) return chosen;
    throw new InputError(`the folder holds no embeddings of ${modality}.`, { file: path, fix: `It needs ${modality === 'images' ? 'img_emb' : 'text_emb'}.` });
  }
  const all = await openShards(path, await Promise.all(inside.map(fileSource)), choice);
  if (all !== null) return all;
  throw new InputError('the folder holds no embeddings (npy, npz, safetensors, Parquet).', { file: path });
}

/** Paths of the files directly in a folder; none where there is no such folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name));
}
