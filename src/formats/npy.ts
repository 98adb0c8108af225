import { InputError, invariant } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { toHalf } from './half.ts';
import { npyHeaderText, parseNpyHeader, type NpyHeader } from './npy-header.ts';
import { refuseFailedDownload } from './sniff.ts';
import { fortranStrides, gatherStrided } from './strided.ts';
import { short } from './text.ts';
import { decodeElements, elementCount, itemSize, type DType, type Tensor, type TensorData } from './tensor.ts';

const TYPES = new Map<string, DType>([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i8', 'int64'],
  ['i4', 'int32'],
  ['i2', 'int16'],
  ['i1', 'int8'],
  ['u8', 'uint64'],
  ['u4', 'uint32'],
  ['u2', 'uint16'],
  ['u1', 'uint8'],
  ['b1', 'bool'],
]);

/** An npy file that has been opened: header judged, elements not read yet. */
export interface NpyFile extends NpyHeader {
  /** Where the elements begin, and how many bytes follow. */
  readonly dataStart: number;
  readonly dataSize: number;
}

/** An npy file of numbers whose header fits its bytes. */
export interface NpyArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  /** Elements `from … to` (exclusive) in the order in which they are stored. */
  readonly elements: (from: number, to: number) => Promise<TensorData>;
}

/**
 * Opens an array of numbers: format versions 1–3, C and Fortran order, either byte order; float16 is widened to float32.
 * @throws InputError for anything else: objects (an embedded pickle), strings, complex numbers, a shape that the bytes do not fill.
 */
export async function openNpyArray(source: ByteSource): Promise<NpyArray> {
  const file = await openNpy(source);
  const place = { file: source.name, field: 'descr' };
  const [, order, code] = /^([<>=|])([a-z]\d+)$/.exec(file.descr) ?? [];
  const dtype = code === undefined ? undefined : TYPES.get(code);
  if (dtype === undefined)
    throw new InputError(`arrays of type "${short(file.descr)}" are not read.`, { ...place, fix: descrFix(file.descr) });
  const count = elementCount(file.shape);
  if (count === null)
    throw new InputError(`the shape (${short(file.shape.join(', '))}) is impossible.`, { file: source.name, field: 'shape' });
  const size = itemSize(dtype);
  const needed = count * size;
  if (needed !== file.dataSize) {
    throw new InputError(`shape (${file.shape.join(', ')}) of ${dtype} needs ${needed} bytes, the file has ${file.dataSize}.`, {
      file: source.name,
      field: 'shape',
      fix: needed > file.dataSize ? 'The file may be cut; copy it again.' : 'Save the array again with numpy.save.',
    });
  }
  return {
    dtype,
    shape: file.shape,
    fortranOrder: file.fortranOrder,
    elements: async (from, to) => decodeElements(dtype, await source.slice(file.dataStart + from * size, file.dataStart + to * size), order === '>'),
  };
}

/** Reads a whole array, in C order. @throws InputError as `openNpyArray`. */
export async function readNpy(source: ByteSource): Promise<Tensor> {
  const { dtype, shape, fortranOrder, elements } = await openNpyArray(source);
  const data = await elements(0, elementCount(shape) ?? 0);
  return { dtype, shape, data: fortranOrder ? gatherStrided(data, 0, shape, fortranStrides(shape)) : data };
}

/** Reads and checks magic, version and header. @throws InputError naming the file and what is wrong. */
export async function openNpy(source: ByteSource): Promise<NpyFile> {
  const file = source.name;
  const head = await source.slice(0, Math.min(64, source.byteLength));
  refuseFailedDownload(file, head);
  if (head.length < 10 || !'\x93NUMPY'.split('').every((char, i) => head[i] === char.charCodeAt(0))) {
    throw new InputError('this is not an npy file.', {
      file,
      fix: 'Save the array with numpy.save; raw memory dumps have no shape.',
    });
  }
  const version = head[6] ?? 0;
  if (version < 1 || version > 3) throw new InputError(`npy format version ${version} is not known.`, { file });
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const lengthBytes = version === 1 ? 2 : 4;
  if (head.length < 8 + lengthBytes) throw new InputError('the header is cut.', { file, field: 'header' });
  const headerSize = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = 8 + lengthBytes + headerSize;
  if (headerSize > 65536 || dataStart > source.byteLength)
    throw new InputError(`a header of ${headerSize} bytes does not fit.`, { file, field: 'header' });
  // Version 3 is UTF-8, 1 and 2 are latin-1; the only keys and values we take are ASCII in each.
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(await source.slice(8 + lengthBytes, dataStart));
  return { ...parseNpyHeader(text, file), dataStart, dataSize: source.byteLength - dataStart };
}

/** Serialises an array (format version 1, C order); `float16` rounds float32 data to nearest, ties to even. */
export function writeNpy(array: {
  readonly dtype: Exclude<DType, 'bfloat16'>;
  readonly shape: readonly number[];
  readonly data: TensorData;
}): Uint8Array {
  const { dtype, shape, data } = array;
  invariant(elementCount(shape) === data.length, `shape (${shape.join(', ')}) does not hold ${data.length} values`);
  const stored = dtype === 'float16' && data instanceof Float32Array ? Uint16Array.from(data, toHalf) : data;
  invariant(stored.BYTES_PER_ELEMENT === itemSize(dtype), `${dtype} cannot be written from ${data.constructor.name}`);
  const code = [...TYPES].find(([, type]) => type === dtype)?.[0];
  invariant(code !== undefined, `npy has no ${dtype}`);
  return npyBytes(
    `${itemSize(dtype) === 1 ? '|' : '<'}${code}`,
    shape,
    new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
  );
}

/** Puts an npy header of type `descr` before elements that are already serialised. */
export function npyBytes(descr: string, shape: readonly number[], elements: Uint8Array): Uint8Array {
  const text = npyHeaderText(descr, shape);
  // NumPy pads the header with spaces and one newline so that the elements begin at a multiple of 64.
  const dataStart = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart + elements.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (dataStart - 10) & 255, (dataStart - 10) >> 8]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(dataStart - 11)}\n`), 10);
  bytes.set(elements, dataStart);
  return bytes;
}

function descrFix(descr: string): string {
  if (descr.includes('O')) return 'It holds Python objects, which are never unpickled; save it with astype("float32").';
  if (/^\|V\d+$/.test(descr)) return 'If these are bfloat16 numbers, save them with astype("float32").';
  return 'Save it with astype("float32").';
}
