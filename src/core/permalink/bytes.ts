import { InputError, invariant } from '../errors.ts';

/** Longest varint: 4 × 7 bits, enough for every limit of a permalink. */
const VARINT_BYTES = 4;

/** Writes little-endian numbers and LEB128 varints into a growing buffer. */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  u8(value: number): void {
    this.room(1);
    this.view.setUint8(this.at, value);
    this.at += 1;
  }

  u16(value: number): void {
    this.room(2);
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  u32(value: number): void {
    this.room(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  f32(value: number): void {
    this.room(4);
    this.view.setFloat32(this.at, value, true);
    this.at += 4;
  }

  /** Whole number below 2²⁸. */
  varint(value: number): void {
    invariant(Number.isInteger(value) && value >= 0 && value < 2 ** (7 * VARINT_BYTES), `varint of ${value}`);
    let rest = value;
    while (rest >= 128) {
      this.u8((rest & 127) | 128);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private room(extra: number): void {
    if (this.at + extra <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + extra));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Reads what `ByteWriter` writes. Every method throws InputError when the bytes end too early. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  f32(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  varint(): number {
    let value = 0;
    for (let n = 0; n < VARINT_BYTES; n++) {
      const byte = this.u8();
      value |= (byte & 127) << (7 * n);
      if (byte < 128) return value;
    }
    throw new InputError('the link is damaged: a number in it is too large', { fix: 'Copy the whole link again.' });
  }

  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  private take(length: number): number {
    if (length > this.left) throw new InputError('the link is damaged: it ends too early', { fix: 'Copy the whole link again.' });
    const start = this.at;
    this.at += length;
    return start;
  }
}
