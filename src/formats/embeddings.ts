import { InputError } from '../core/errors.ts';
import { matrix, type Matrix } from '../core/tensor.ts';
import type { ByteSource } from './byte-source.ts';
import { readNpy } from './npy.ts';
import { toFloat32 } from './tensor.ts';

/**
 * Reads an embedding matrix `(n, d)` from an npy file: two axes, at least one row, every value finite. Norms are not judged here.
 * @throws InputError naming the file, and the first row that holds NaN or infinity.
 */
export async function readEmbeddings(source: ByteSource): Promise<Matrix> {
  const tensor = await readNpy(source);
  const [rows, cols, ...more] = tensor.shape;
  if (rows === undefined || cols === undefined || more.length > 0) {
    throw new InputError(`embeddings need two axes (rows, dimensions); the shape is (${tensor.shape.join(', ')}).`, {
      file: source.name,
      field: 'shape',
    });
  }
  if (rows === 0 || cols === 0)
    throw new InputError(`the shape is (${rows}, ${cols}): there is no embedding in it.`, { file: source.name, field: 'shape' });
  const data = toFloat32(tensor);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(`holds ${String(data[bad])} in column ${bad % cols}.`, {
      file: source.name,
      field: `row ${Math.floor(bad / cols)}`,
      fix: 'Rows count from 0. Remove or recompute it.',
    });
  }
  return matrix(rows, cols, data);
}
