import { InputError } from '../core/errors.ts';
import { fromBfloat, fromHalf } from './half.ts';
import { short } from './text.ts';

/** Element types that the readers understand, in numpy's spelling. */
export type DType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'bool';

/** float16 and bfloat16 are widened (exactly) to float32, bool is one byte of 0 or 1; everything else keeps its type. */
export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** Dense row-major array; `dtype` is how it was stored. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Shape and type of a tensor that has not been read yet. */
export interface TensorInfo {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A file of named tensors (safetensors, torch state dict, npz), each read when asked for. */
export interface TensorFile {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Free text by key that the container carries (safetensors); own keys only. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Numbers, strings and Booleans beside the tensors (torch), one dictionary deep: `activation`, `activation_state_dict.k`. */
  readonly values?: ReadonlyMap<string, number | string | boolean>;
  /** @throws InputError when the tensor is missing or its bytes are damaged. */
  read(tensor: string): Promise<Tensor>;
}

const ITEM_SIZES: Record<DType, number> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/** Bytes of one stored element. */
export function itemSize(dtype: DType): number {
  return ITEM_SIZES[dtype];
}

/** Number of elements of a shape; `null` when an axis is no natural number or the product leaves exact integers. */
export function elementCount(shape: readonly number[]): number | null {
  // More axes than NumPy has would only serve to fill messages.
  if (shape.length > 64) return null;
  let count = 1;
  for (const axis of shape) {
    if (!Number.isSafeInteger(axis) || axis < 0) return null;
    count *= axis;
    if (!Number.isSafeInteger(count)) return null;
  }
  return count;
}

/** Decodes stored elements, `bytes.length` a multiple of the item size; little-endian unless `bigEndian`. Never a view of `bytes`. */
export function decodeElements(dtype: DType, bytes: Uint8Array, bigEndian = false): TensorData {
  if (dtype === 'float16') return widen(bytes, bigEndian, fromHalf);
  if (dtype === 'bfloat16') return widen(bytes, bigEndian, fromBfloat);
  // Not `bytes.slice()`: of a Node Buffer that is a view of its pool.
  const copy = new Uint8Array(bytes);
  if (bigEndian) reverseElements(copy, itemSize(dtype));
  const buffer = copy.buffer;
  switch (dtype) {
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'uint8':
    case 'bool':
      return copy;
  }
}

/** By table: most files have more elements than there are 16-bit patterns. Straight from the bytes, to hold one copy less. */
function widen(bytes: Uint8Array, bigEndian: boolean, convert: (half: number) => number): Float32Array {
  const table = Float32Array.from({ length: 65536 }, (_, half) => convert(half));
  const out = new Float32Array(bytes.length / 2);
  const [low, high] = bigEndian ? [1, 0] : [0, 1];
  for (let i = 0; i < out.length; i++) out[i] = table[(bytes[2 * i + low] ?? 0) | ((bytes[2 * i + high] ?? 0) << 8)] ?? 0;
  return out;
}

function reverseElements(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
}

/** True for the four floating-point types. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float64' || dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}

/** Elements as float32 (float64 and integers are rounded), without a copy where they already are. */
export function toFloat32(tensor: Tensor): Float32Array {
  const { data } = tensor;
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return new Float32Array(data);
}

/** Refuses a name that is not among a file's tensors. */
export function missingTensor(file: string, tensor: string): never {
  throw new InputError('the tensor is missing.', { file, field: short(tensor) });
}
