import { InputError } from '../../core/errors.ts';
import { matrix, type Matrix } from '../../core/tensor.ts';

/** Embeddings `(rows, cols)` of a file that may be larger than memory. */
export interface EmbeddingFile {
  /** What messages call it. */
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  /** The files that it is made of, in order, where it is several. */
  readonly parts?: readonly { readonly name: string; readonly rows: number }[];
  /** Rows `start … end` (exclusive). @throws InputError naming the first row that holds NaN or infinity. */
  read(start: number, end: number): Promise<Matrix>;
}

/** Which of several arrays or columns of a file holds the embeddings. */
export interface EmbeddingChoice {
  /** Name of the array (npz), tensor (safetensors) or column (Parquet); needed only where there are several. */
  readonly column?: string | undefined;
}

/**
 * An embedding file of `rows` rows of `cols` numbers that `piece` reads; the numbers are checked as they are read.
 * @throws InputError when there are none, and from `read`.
 */
export function embeddingFile(name: string, shape: readonly number[], piece: (start: number, end: number) => Promise<Float32Array>): EmbeddingFile {
  const [rows, cols, ...more] = shape;
  const place = { file: name, field: 'shape' };
  if (rows === undefined || cols === undefined || more.length > 0) {
    throw new InputError(`embeddings need two axes (rows, dimensions); the shape is (${shape.join(', ')}).`, place);
  }
  if (rows === 0 || cols === 0) throw new InputError(`the shape is (${rows}, ${cols}): there is no embedding in it.`, place);
  return {
    name,
    rows,
    cols,
    read: async (start, end) => {
      const data = await piece(start, end);
      refuseNotFinite(data, name, start, cols);
      return matrix(end - start, cols, data);
    },
  };
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
