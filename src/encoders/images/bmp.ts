import { ByteView } from './headers/byte-view.ts';
import { type BmpHeader, bmpHeader } from './headers/bmp.ts';
import type { RgbaImage } from './image.ts';

/**
 * Pixels of an uncompressed BMP (1, 4, 8, 16, 24 or 32 bits). Our own reader, used in Node (libvips has none) and in the
 * browser alike, so that both see the same values; channels of n bits become 8 bits as `floor(255·v/(2ⁿ−1))`, as in PIL.
 * Throws InputError when the pixels do not lie inside `bytes`.
 */
export function decodeBmp(bytes: Uint8Array): RgbaImage {
  const view = new ByteView(bytes);
  const header = bmpHeader(view);
  const { width, height, stride, dataOffset } = header;
  const data = new Uint8ClampedArray(width * height * 4);
  const paint = header.bitsPerPixel <= 8 ? indexed(bytes, header) : header.bitsPerPixel === 24 ? packed24(bytes) : masked(view, header);
  for (let y = 0; y < height; y++) {
    const row = dataOffset + stride * (header.topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) paint(data, (y * width + x) * 4, row, x);
  }
  return { width, height, data };
}

/** Writes the RGBA of pixel `x` of the row that starts at byte `row`. */
type Painter = (data: Uint8ClampedArray, to: number, row: number, x: number) => void;

function indexed(bytes: Uint8Array, { bitsPerPixel: bits, palette }: BmpHeader): Painter {
  const perByte = 8 / bits;
  const { offset, entries, entryBytes } = palette ?? { offset: 0, entries: 0, entryBytes: 4 };
  return (data, to, row, x) => {
    const byte = bytes[row + Math.floor(x / perByte)] ?? 0;
    const index = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1);
    if (index < entries) copyBgr(bytes, offset + index * entryBytes, data, to);
    data[to + 3] = 255; // An index beyond the palette stays black, as in browsers.
  };
}

function packed24(bytes: Uint8Array): Painter {
  return (data, to, row, x) => {
    copyBgr(bytes, row + 3 * x, data, to);
    data[to + 3] = 255;
  };
}

function masked(view: ByteView, { bitsPerPixel, masks }: BmpHeader): Painter {
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, max: mask >>> shift };
  });
  return (data, to, row, x) => {
    const value = bitsPerPixel === 16 ? view.u16(row + 2 * x, 'BMP pixel data', true) : view.u32(row + 4 * x, 'BMP pixel data', true);
    channels.forEach(({ mask, shift, max }, c) => {
      data[to + c] = max === 0 ? (c === 3 ? 255 : 0) : Math.floor((((value & mask) >>> shift) * 255) / max);
    });
  };
}

function copyBgr(bytes: Uint8Array, from: number, data: Uint8ClampedArray, to: number): void {
  data[to] = bytes[from + 2] ?? 0;
  data[to + 1] = bytes[from + 1] ?? 0;
  data[to + 2] = bytes[from] ?? 0;
}
