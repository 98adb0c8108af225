import type { ByteSource } from '../byte-source.ts';
import { openNpyArray, readNpy, type NpyArray } from '../npy.ts';
import { toFloat32 } from '../tensor.ts';
import { embeddingFile, type EmbeddingFile } from './file.ts';

/**
 * Embeddings `(n, d)` in an npy file. Rows come piece by piece; of a file in Fortran order, where a row lies all over it, the first
 * piece reads the whole.
 * @throws InputError naming the file.
 */
export async function openNpyEmbeddings(source: ByteSource): Promise<EmbeddingFile> {
  const array = await openNpyArray(source);
  const cols = array.shape[1] ?? 0;
  let whole: Promise<Float32Array> | null = null;
  return embeddingFile(source.name, array.shape, async (start, end) => {
    if (!array.fortranOrder) return inOrder(array, start * cols, end * cols);
    whole ??= readNpy(source).then(toFloat32);
    return (await whole).slice(start * cols, end * cols);
  });
}

async function inOrder({ dtype, elements }: NpyArray, from: number, to: number): Promise<Float32Array> {
  return toFloat32({ dtype, shape: [to - from], data: await elements(from, to) });
}
