import { InputError } from '../core/errors.ts';

/** Cursor over pickle bytes; every read is checked against the end. */
export class PickleReader {
  private position = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.file = file;
  }

  /** Throws the InputError for a pickle that breaks the format. */
  refuse(reason: string): never {
    throw new InputError(reason, { file: this.file, field: `data.pkl at byte ${this.position}` });
  }

  take(length: number): Uint8Array {
    if (length < 0 || length > this.bytes.length - this.position)
      this.refuse(`the pickle claims ${length} bytes that are not there.`);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  uint8(): number {
    return this.view.getUint8(this.at(1));
  }

  uint16(): number {
    return this.view.getUint16(this.at(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.at(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.at(4), true);
  }

  /** An unsigned 64-bit length; those beyond 2⁵³ are refused by `take` like any other that is too long. */
  length64(): number {
    return Number(this.view.getBigUint64(this.at(8), true));
  }

  float64(): number {
    return this.view.getFloat64(this.at(8), false);
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.refuse('a string is not valid UTF-8.');
    }
  }

  /** Text up to a newline, which is consumed. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) this.refuse('the pickle ends inside a name.');
    const text = this.text(end - this.position);
    this.position += 1;
    return text;
  }

  /** Two's-complement little-endian integer; a number where that is exact. Nothing in a state dict needs more than 16 bytes. */
  long(length: number): number | bigint {
    if (length < 0 || length > 16) this.refuse(`an integer of ${length} bytes is not read.`);
    const bytes = this.take(length);
    const unsigned = bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
    const value = BigInt.asIntN(Math.max(1, length * 8), unsigned);
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  remaining(): number {
    return this.bytes.length - this.position;
  }

  private at(size: number): number {
    const start = this.position;
    this.take(size);
    return start;
  }
}
