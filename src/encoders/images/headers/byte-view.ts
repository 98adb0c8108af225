import { InputError } from '../../../core/errors.ts';

/** What to do about a damaged picture. */
export const FIX_DAMAGED = 'The file is damaged or incomplete: copy or export it again.';

/** Width and height as a file's header states them, before EXIF orientation. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Reads numbers from `bytes`; a read past the end is an InputError that says which part is cut off. */
export class ByteView {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws InputError unless `count` bytes exist at `offset`. */
  need(offset: number, count: number, field: string): void {
    if (offset + count > this.length) {
      throw new InputError(`ends after ${this.length} bytes, ${offset + count} are needed.`, { field, fix: FIX_DAMAGED });
    }
  }

  u8(offset: number, field: string): number {
    this.need(offset, 1, field);
    return this.#view.getUint8(offset);
  }

  u16(offset: number, field: string, littleEndian = false): number {
    this.need(offset, 2, field);
    return this.#view.getUint16(offset, littleEndian);
  }

  u32(offset: number, field: string, littleEndian = false): number {
    this.need(offset, 4, field);
    return this.#view.getUint32(offset, littleEndian);
  }

  i32(offset: number, field: string, littleEndian = false): number {
    this.need(offset, 4, field);
    return this.#view.getInt32(offset, littleEndian);
  }

  /** `count` bytes as Latin-1 text, shorter at the end of the file. */
  ascii(offset: number, count: number): string {
    return String.fromCharCode(...this.bytes.subarray(offset, offset + count));
  }
}

/** The error of a part that contradicts its format. */
export function damaged(reason: string, field: string): InputError {
  return new InputError(reason, { field, fix: FIX_DAMAGED });
}
