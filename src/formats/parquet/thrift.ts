import { InputError, type ErrorPlace } from '../../core/errors.ts';

/** A decoded value of Thrift's compact protocol; integers are exact numbers. */
export type Thrift = number | boolean | Uint8Array | readonly Thrift[] | ThriftStruct;
/** Fields by id. */
export type ThriftStruct = ReadonlyMap<number, Thrift>;

/** Parquet's own structures are less than ten deep. */
const MAX_DEPTH = 24;

/**
 * Reads one struct of Thrift's compact protocol, as Parquet's footer and page headers are written. Nothing that the bytes claim is
 * believed: lengths stay inside them, integers are at most ten bytes, nesting and the number of values have a limit.
 * @returns the struct, and where it ends.
 * @throws InputError at `place`; `CutShort` when the bytes end inside the struct.
 */
export function readCompact(bytes: Uint8Array, place: ErrorPlace, maxValues: number): { struct: ThriftStruct; end: number } {
  const reader = new CompactReader(bytes, place, maxValues);
  const struct = reader.struct(0);
  return { struct, end: reader.at };
}

/** The bytes end inside a struct: there may be more of them. */
export class CutShort extends InputError {}

class CompactReader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #place: ErrorPlace;
  #left: number;

  constructor(bytes: Uint8Array, place: ErrorPlace, maxValues: number) {
    this.#bytes = bytes;
    this.#place = place;
    this.#left = maxValues;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) this.#fail('is nested too deeply');
    const fields = new Map<number, Thrift>();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === 0) return fields;
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      fields.set(id, this.#value(type, depth));
    }
  }

  #value(type: number, depth: number): Thrift {
    if (--this.#left < 0) this.#fail('has more values than any file needs');
    switch (type) {
      case 1:
      case 2:
        return type === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7: {
        const at = this.#skip(8);
        return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
      }
      case 8: {
        const length = this.#varint();
        const at = this.#skip(length);
        return this.#bytes.subarray(at, at + length);
      }
      case 9:
        return this.#list(depth + 1);
      case 12:
        return this.struct(depth + 1);
      default:
        return this.#fail(`has a value of type ${type}`);
    }
  }

  #list(depth: number): readonly Thrift[] {
    if (depth > MAX_DEPTH) this.#fail('is nested too deeply');
    const head = this.#byte();
    const type = head & 15;
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    const values: Thrift[] = [];
    // In a list, a Boolean is a byte of its own.
    for (let i = 0; i < size; i++) values.push(type === 1 || type === 2 ? this.#value(3, depth) === 1 : this.#value(type, depth));
    return values;
  }

  #zigzag(): number {
    const wide = this.#wide();
    const value = Number(wide & 1n ? -(wide >> 1n) - 1n : wide >> 1n);
    return Number.isSafeInteger(value) ? value : this.#fail('has a number beyond 2⁵³');
  }

  #varint(): number {
    const value = this.#wide();
    return value <= 0xffffffffn ? Number(value) : this.#fail('has a length beyond 2³²');
  }

  /** LEB128 of at most 64 bits. */
  #wide(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low += (byte & 127) * 2 ** shift;
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value += BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return this.#fail('has an integer of more than ten bytes');
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] ?? 0;
  }

  /** Moves on by `length` bytes, which must be there. @returns where they begin. */
  #skip(length: number): number {
    const at = this.at;
    if (at + length > this.#bytes.length) throw new CutShort('the bytes end inside it.', this.#place);
    this.at += length;
    return at;
  }

  #fail(what: string): never {
    throw new InputError(`it ${what}: the bytes are damaged.`, this.#place);
  }
}
