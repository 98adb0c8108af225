import type { Matrix } from '../core/tensor.ts';
import type { ByteSource } from './byte-source.ts';
import type { EmbeddingChoice, EmbeddingFile } from './embeddings/file.ts';
import { openNpyEmbeddings } from './embeddings/npy.ts';

export type { EmbeddingFile } from './embeddings/file.ts';

/**
 * Opens an embedding matrix `(n, d)` of at least one row in an npy, npz, safetensors or Parquet file, recognised by its first bytes.
 * Rows come piece by piece, and no more than about a page of the file is held. Norms are not judged here.
 * @throws InputError naming the file, and what to choose from where it holds several matrices.
 */
export async function openEmbeddings(source: ByteSource, choice: EmbeddingChoice = {}): Promise<EmbeddingFile> {
  const head = await source.slice(0, Math.min(9, source.byteLength));
  const begins = (text: string): boolean => new TextDecoder('latin1').decode(head).startsWith(text);
  // Loaded only where they are needed: most embeddings are npy.
  if (begins('PAR')) return (await import('./parquet/embedding-column.ts')).openParquetEmbeddings(source, choice);
  if (begins('PK')) return (await import('./embeddings/containers.ts')).openNpzEmbeddings(source, choice);
  if (head[8] === 0x7b) return (await import('./embeddings/containers.ts')).openSafetensorsEmbeddings(source, choice);
  return openNpyEmbeddings(source);
}

/** Reads a whole embedding file. @throws InputError as `openEmbeddings` and its `read`. */
export async function readEmbeddings(source: ByteSource): Promise<Matrix> {
  const file = await openEmbeddings(source);
  return file.read(0, file.rows);
}
