import { InputError } from '../core/errors.ts';
import type { SparseCodes } from '../core/tensor.ts';
import type { ByteSource } from './byte-source.ts';
import { npyBytes, openNpy, writeNpy } from './npy.ts';
import { openNpz, packNpz, type NpzFile } from './npz.ts';
import { isFloat, toFloat32, type Tensor } from './tensor.ts';

/**
 * Codes as the npz file that `scipy.sparse.load_npz` opens: `data` float32, `indices` and `indptr` int32 (what SciPy itself
 * chooses below 2³¹ entries), `shape` int64, `format` b'csr'.
 */
export function writeCsr(codes: SparseCodes): Uint8Array {
  const { rows, cols, indptr, indices, values } = codes;
  const int32 = (data: Uint32Array): Uint8Array => writeNpy({ dtype: 'int32', shape: [data.length], data: new Int32Array(data) });
  return packNpz(
    new Map([
      ['indices', int32(indices)],
      ['indptr', int32(indptr)],
      ['format', npyBytes('|S3', [], new TextEncoder().encode('csr'))],
      ['shape', writeNpy({ dtype: 'int64', shape: [2], data: BigInt64Array.of(BigInt(rows), BigInt(cols)) })],
      ['data', writeNpy({ dtype: 'float32', shape: [values.length], data: values })],
    ]),
  );
}

/**
 * Reads codes that we or SciPy wrote. Within a row, indices are put in ascending order.
 * @throws InputError for another sparse format, and when the arrays do not fit together.
 */
export async function readCsr(source: ByteSource): Promise<SparseCodes> {
  const npz = await openNpz(source);
  const format = await readFormat(npz);
  if (format !== 'csr')
    throw new InputError(`the sparse format is "${format}".`, {
      file: source.name,
      field: 'format',
      fix: 'Save it with scipy.sparse.save_npz(path, x.tocsr()).',
    });
  const [rows, cols, ...more] = naturals(source.name, 'shape', await npz.read('shape'));
  if (rows === undefined || cols === undefined || more.length > 0)
    throw new InputError('codes have two axes.', { file: source.name, field: 'shape' });
  const indptr = naturals(source.name, 'indptr', await npz.read('indptr'));
  const indices = naturals(source.name, 'indices', await npz.read('indices'));
  const data = await npz.read('data');
  if (!isFloat(data.dtype))
    throw new InputError(`values are ${data.dtype}, codes are floating-point numbers.`, { file: source.name, field: 'data' });
  const codes = { rows, cols, indptr, indices, values: toFloat32(data) };
  checkStructure(source.name, codes);
  return sortRows(codes);
}

async function readFormat(npz: NpzFile): Promise<string> {
  const source = await npz.source('format');
  const { descr, dataStart, dataSize } = await openNpy(source);
  if (!/^\|S\d$/.test(descr) || dataSize > 9)
    throw new InputError('this is not a SciPy sparse matrix.', { file: npz.name, field: 'format' });
  return new TextDecoder().decode(await source.slice(dataStart, dataStart + dataSize));
}

function naturals(file: string, field: string, tensor: Tensor): Uint32Array {
  const { data } = tensor;
  const out = new Uint32Array(data.length);
  for (let i = 0; i < out.length; i++) {
    const value = Number(data[i]);
    if (isFloat(tensor.dtype) || tensor.shape.length !== 1 || value < 0 || value > 0xffffffff)
      throw new InputError('this is not a list of natural numbers below 2³².', { file, field });
    out[i] = value;
  }
  return out;
}

function checkStructure(file: string, { rows, cols, indptr, indices, values }: SparseCodes): void {
  if (indptr.length !== rows + 1 || indptr[0] !== 0 || indptr.at(-1) !== indices.length)
    throw new InputError('the row pointers do not fit the shape and the indices.', { file, field: 'indptr' });
  if (values.length !== indices.length)
    throw new InputError(`${values.length} values for ${indices.length} indices.`, { file, field: 'data' });
  if (indptr.some((start, r) => r > 0 && start < (indptr[r - 1] ?? 0)))
    throw new InputError('the row pointers go back.', { file, field: 'indptr' });
  if (indices.some((index) => index >= cols))
    throw new InputError(`an index is beyond the ${cols} concepts.`, { file, field: 'indices' });
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`value ${bad} is ${String(values[bad])}.`, { file, field: 'data' });
}

function sortRows(codes: SparseCodes): SparseCodes {
  const indices = codes.indices.slice();
  const values = codes.values.slice();
  for (let r = 0; r < codes.rows; r++) {
    const start = codes.indptr[r] ?? 0;
    const end = codes.indptr[r + 1] ?? start;
    const order = Array.from({ length: end - start }, (_, i) => start + i).sort(
      (a, b) => (codes.indices[a] ?? 0) - (codes.indices[b] ?? 0),
    );
    order.forEach((from, i) => {
      indices[start + i] = codes.indices[from] ?? 0;
      values[start + i] = codes.values[from] ?? 0;
    });
    for (let i = start + 1; i < end; i++)
      if (indices[i] === indices[i - 1])
        throw new InputError(`row ${r} has concept ${String(indices[i])} twice.`, { field: 'indices' });
  }
  return { ...codes, indices, values };
}
