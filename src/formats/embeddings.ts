import { InputError } from '../core/errors.ts';
import { matrix, type Matrix } from '../core/tensor.ts';
import type { ByteSource } from './byte-source.ts';
import { openNpyArray, readNpy, type NpyArray } from './npy.ts';
import { toFloat32 } from './tensor.ts';

/** Embeddings `(rows, cols)` of a file that may be larger than memory. */
export interface EmbeddingFile {
  /** What messages call it. */
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** Rows `start … end` (exclusive). @throws InputError naming the first row that holds NaN or infinity. */
  read(start: number, end: number): Promise<Matrix>;
}

/**
 * Opens an embedding matrix `(n, d)` in an npy file: two axes, at least one row. Rows come piece by piece; of a file in Fortran order,
 * where a row lies all over it, the first piece reads the whole. Norms are not judged here.
 * @throws InputError naming the file.
 */
export async function openEmbeddings(source: ByteSource): Promise<EmbeddingFile> {
  const array = await openNpyArray(source);
  const [rows, cols, ...more] = array.shape;
  const place = { file: source.name, field: 'shape' };
  if (rows === undefined || cols === undefined || more.length > 0) {
    throw new InputError(`embeddings need two axes (rows, dimensions); the shape is (${array.shape.join(', ')}).`, place);
  }
  if (rows === 0 || cols === 0) throw new InputError(`the shape is (${rows}, ${cols}): there is no embedding in it.`, place);
  let whole: Promise<Float32Array> | null = null;
  const piece = async (start: number, end: number): Promise<Float32Array> => {
    if (!array.fortranOrder) return inOrder(array, start * cols, end * cols);
    whole ??= readNpy(source).then(toFloat32);
    return (await whole).slice(start * cols, end * cols);
  };
  return {
    name: source.name,
    rows,
    cols,
    read: async (start, end) => {
      const data = await piece(start, end);
      refuseNotFinite(data, source.name, start, cols);
      return matrix(end - start, cols, data);
    },
  };
}

/** Reads a whole embedding file. @throws InputError as `openEmbeddings` and its `read`. */
export async function readEmbeddings(source: ByteSource): Promise<Matrix> {
  const file = await openEmbeddings(source);
  return file.read(0, file.rows);
}

async function inOrder({ dtype, elements }: NpyArray, from: number, to: number): Promise<Float32Array> {
  return toFloat32({ dtype, shape: [to - from], data: await elements(from, to) });
}

function refuseNotFinite(data: Float32Array, file: string, firstRow: number, cols: number): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new InputError(`holds ${String(data[bad])} in column ${bad % cols}.`, {
    file,
    field: `row ${firstRow + Math.floor(bad / cols)}`,
    fix: 'Rows count from 0. Remove or recompute it.',
  });
}
