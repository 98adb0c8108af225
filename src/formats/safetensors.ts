import { InputError, invariant } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { asRecord, decodeUtf8, parseStrictJson } from './json.ts';
import { refuseFailedDownload } from './sniff.ts';
import { short, shortJson } from './text.ts';
import {
  decodeElements,
  elementCount,
  itemSize,
  missingTensor,
  type DType,
  type Tensor,
  type TensorFile,
  type TensorInfo,
} from './tensor.ts';

/** Far above the header of any real checkpoint; keeps the parsed JSON small whatever the file claims. */
const MAX_HEADER = 16 * 2 ** 20;

const DTYPES = new Map<string, DType>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

interface Entry extends TensorInfo {
  readonly begin: number;
  readonly end: number;
}

/**
 * Opens a safetensors file: reads and checks the header only; `read(name)` fetches one tensor's bytes.
 * As strict as the reference reader: no holes, no overlap, no trailing bytes, no key twice, string metadata.
 * @throws InputError naming the file and the header key.
 */
export async function openSafetensors(source: ByteSource): Promise<TensorFile> {
  const file = source.name;
  const head = await source.slice(0, Math.min(64, source.byteLength));
  refuseFailedDownload(file, head);
  if (head.length < 8) throw new InputError('the file is too short to be safetensors.', { file });
  const claimed = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (claimed < 2n || claimed > BigInt(source.byteLength - 8)) {
    throw new InputError(`the header claims ${claimed} bytes in a file of ${source.byteLength}.`, {
      file,
      fix: 'Check that it is a safetensors file, and complete.',
    });
  }
  if (claimed > BigInt(MAX_HEADER)) throw new InputError(`a header of ${claimed} bytes is more than ${MAX_HEADER}.`, { file });
  const dataStart = 8 + Number(claimed);
  const place = { file, field: 'header' };
  const header = asRecord(parseStrictJson(decodeUtf8(await source.slice(8, dataStart), place), place));
  if (header === null) throw new InputError('the header is not a JSON object.', place);
  const entries = new Map<string, Entry>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = metadataOf(file, value);
    else entries.set(name, entryOf(file, name, value));
  }
  checkTiling(file, entries, source.byteLength - dataStart);
  return {
    name: file,
    tensors: entries,
    metadata,
    read: async (name) => {
      const entry = entries.get(name) ?? missingTensor(file, name);
      const bytes = await source.slice(dataStart + entry.begin, dataStart + entry.end);
      return { dtype: entry.dtype, shape: entry.shape, data: decodeElements(entry.dtype, bytes) };
    },
  };
}

/** Every tensor of a safetensors file. @throws InputError as `openSafetensors`. */
export async function readSafetensors(source: ByteSource): Promise<Map<string, Tensor>> {
  const file = await openSafetensors(source);
  const tensors = new Map<string, Tensor>();
  for (const name of file.tensors.keys()) tensors.set(name, await file.read(name));
  return tensors;
}

/** Serialises float32 tensors, in the order given, with a header padded to 8 bytes; `metadata` values are strings as the format asks. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata]];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    invariant(elementCount(shape) === data.length, `tensor ${name} of shape [${shape.join(', ')}] has ${data.length} values`);
    invariant(name !== '__metadata__', 'a tensor cannot be named __metadata__');
    header.push([name, { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  // Written pair by pair: an object would move integer-like names to the front and lose `__proto__`.
  const text = new TextEncoder().encode(
    `{${header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  );
  const headerSize = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerSize + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerSize), true);
  bytes.fill(0x20, 8, 8 + headerSize);
  bytes.set(text, 8);
  let position = 8 + headerSize;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

function metadataOf(file: string, value: unknown): Readonly<Record<string, string>> {
  const metadata = Object.entries(asRecord(value) ?? { '': null });
  const strings = metadata.filter((item): item is [string, string] => typeof item[1] === 'string');
  if (strings.length !== metadata.length) throw new InputError('metadata must be an object of strings.', { file, field: '__metadata__' });
  // No prototype: `metadata.constructor` of a file without that key is nothing.
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(strings));
}

function entryOf(file: string, name: string, value: unknown): Entry {
  const place = { file, field: short(name) };
  const record = asRecord(value);
  if (record === null) throw new InputError('the header entry is not an object.', place);
  const dtype = typeof record['dtype'] === 'string' ? DTYPES.get(record['dtype']) : undefined;
  if (dtype === undefined) throw new InputError(`the dtype ${shortJson(record['dtype'])} is not known.`, place);
  const shape = naturals(record['shape']);
  const count = shape === null ? null : elementCount(shape);
  if (shape === null || count === null)
    throw new InputError('the shape is not a list of natural numbers of a possible size.', place);
  const [begin, end, ...more] = naturals(record['data_offsets']) ?? [];
  if (begin === undefined || end === undefined || more.length > 0 || end < begin)
    throw new InputError('data_offsets is not a pair begin ≤ end.', place);
  if (end - begin !== count * itemSize(dtype)) {
    throw new InputError(
      `shape [${shape.join(', ')}] of ${String(record['dtype'])} needs ${count * itemSize(dtype)} bytes, data_offsets give ${end - begin}.`,
      place,
    );
  }
  return { dtype, shape, begin, end };
}

/** Tensors must cover the data area exactly: no byte twice, none left over. */
function checkTiling(file: string, entries: ReadonlyMap<string, Entry>, size: number): void {
  let covered = 0;
  for (const [name, entry] of [...entries].sort((a, b) => a[1].begin - b[1].begin || a[1].end - b[1].end)) {
    if (entry.begin < covered) throw new InputError('its bytes overlap those of another tensor.', { file, field: short(name) });
    if (entry.begin > covered)
      throw new InputError(`${entry.begin - covered} bytes before it belong to no tensor.`, { file, field: short(name) });
    if (entry.end > size)
      throw new InputError(`its bytes end at ${entry.end} but the data area has ${size}.`, {
        file,
        field: short(name),
        fix: 'The file may be cut; download it again.',
      });
    covered = entry.end;
  }
  if (covered !== size) throw new InputError(`${size - covered} bytes after the last tensor belong to no tensor.`, { file });
}

function naturals(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const items: unknown[] = value;
  const numbers = items.filter((item): item is number => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0);
  return numbers.length === items.length ? numbers : null;
}
