import { InputError, type ErrorPlace } from '../../core/errors.ts';

/**
 * Decodes `count` numbers of `width` bits in Parquet's mixture of runs and bit-packed groups of eight.
 * @throws InputError when the bytes hold fewer.
 */
export function readHybrid(bytes: Uint8Array, width: number, count: number, place: ErrorPlace): Uint32Array {
  const out = new Uint32Array(count);
  if (width === 0) return out;
  if (width > 32) throw new InputError(`numbers of ${width} bits are not possible: the page is damaged.`, place);
  const runBytes = Math.ceil(width / 8);
  let at = 0;
  let filled = 0;
  while (filled < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw new InputError('the page ends before its values do.', place);
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    const length = Math.floor(header / 2);
    if (length === 0) throw new InputError('a run of no values: the page is damaged.', place);
    if (header % 2 === 0) {
      if (at + runBytes > bytes.length) throw new InputError('the page ends before its values do.', place);
      let value = 0;
      for (let i = 0; i < runBytes; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i);
      const end = Math.min(count, filled + length);
      out.fill(value, filled, end);
      filled = end;
      at += runBytes;
    } else {
      const wanted = Math.min(count - filled, length * 8);
      // Some writers cut the padding of the last group.
      if (at + Math.ceil((wanted * width) / 8) > bytes.length) throw new InputError('the page ends before its values do.', place);
      unpack(bytes, at, width, out, filled, wanted);
      filled += wanted;
      at += length * width;
    }
  }
  return out;
}

function unpack(bytes: Uint8Array, start: number, width: number, out: Uint32Array, first: number, count: number): void {
  let at = start;
  let held = 0;
  let bits = 0;
  const size = 2 ** width;
  for (let i = 0; i < count; i++) {
    // Sums, not shifts: up to 39 bits are held.
    while (bits < width) {
      held += (bytes[at++] ?? 0) * 2 ** bits;
      bits += 8;
    }
    const rest = Math.floor(held / size);
    out[first + i] = held - rest * size;
    held = rest;
    bits -= width;
  }
}

/** Bits that a level up to `max` needs. */
export function levelWidth(max: number): number {
  return 32 - Math.clz32(max);
}
