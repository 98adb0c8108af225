/** A minimal writer of torch archives, so that tests can build sound and unsound ones. */
import { zipSync, type Zippable } from 'fflate';

export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
  /** In elements; row-major unless given. */
  readonly stride?: readonly number[];
  readonly offset?: number;
}

/** Pickle opcodes and operands as bytes; strings are Latin-1. */
export function pickle(...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const bytes = parts.flatMap((part) => {
    if (typeof part === 'number') return [part];
    return typeof part === 'string' ? Array.from(part, (char) => char.charCodeAt(0)) : [...part];
  });
  return Uint8Array.from([[0x80, 2], bytes, [0x2e]].flat());
}

/** BINUNICODE. */
export function unicode(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(0x58, ...uint32(bytes.length), ...bytes);
}

/** Pickled dict of tensors, each with its own storage, numbered from `firstKey`. */
export function pickledTensors(tensors: Readonly<Record<string, WrittenTensor>>, firstKey = 0): Uint8Array {
  const items = Object.entries(tensors).flatMap(([name, { shape, data, stride, offset = 0 }], i) => {
    const strides = stride ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    return [
      ...unicode(name),
      ...ascii('ctorch._utils\n_rebuild_tensor_v2\n(('),
      ...unicode('storage'),
      ...ascii(`ctorch\n${data instanceof Float32Array ? 'Float' : 'Long'}Storage\n`),
      ...unicode(String(firstKey + i)),
      ...unicode('cpu'),
      ...integer(data.length),
      ...ascii('tQ'),
      ...integer(offset),
      ...ascii('('),
      ...shape.flatMap(integer),
      ...ascii('t('),
      ...strides.flatMap(integer),
      ...ascii('t\x89ccollections\nOrderedDict\n)RtR'),
    ];
  });
  return Uint8Array.from([...ascii('}('), ...items, ...ascii('u')]);
}

/** An archive as torch.save writes it; `body` replaces the pickled dict of the tensors. */
export function torchArchive(tensors: Readonly<Record<string, WrittenTensor>>, body?: Uint8Array): Uint8Array {
  const members: Zippable = { 'archive/data.pkl': body ?? pickle(pickledTensors(tensors)) };
  Object.values(tensors).forEach(({ data }, i) => {
    members[`archive/data/${i}`] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  });
  return zipSync(members, { level: 0 });
}

function ascii(text: string): number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

/** BININT. */
function integer(value: number): number[] {
  return [0x4a, ...uint32(value)];
}

function uint32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
}
