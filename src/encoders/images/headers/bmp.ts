import { InputError } from '../../../core/errors.ts';
import { type ByteView, damaged, type PixelSize } from './byte-view.ts';

/** Where the pixels of an uncompressed BMP lie and how they are packed. */
export interface BmpHeader extends PixelSize {
  readonly bitsPerPixel: number;
  /** Rows run downwards; the usual BMP runs upwards. */
  readonly topDown: boolean;
  readonly dataOffset: number;
  /** Bytes per row, padded to 4. */
  readonly stride: number;
  /** Colours of 1, 4 and 8 bits: entries of `entryBytes` bytes, blue first. */
  readonly palette: { readonly offset: number; readonly entries: number; readonly entryBytes: number } | undefined;
  /** Bit masks of red, green, blue, alpha for 16 and 32 bits (alpha 0: opaque). */
  readonly masks: readonly [number, number, number, number];
}

const RGB = 0;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** Header of a BMP whose pixel rows all lie inside the file; run-length and embedded codecs are refused. */
export function bmpHeader(view: ByteView): BmpHeader {
  const headerSize = view.u32(14, 'BMP header', true);
  const core = headerSize === 12;
  if (!core && ![40, 52, 56, 108, 124].includes(headerSize)) throw damaged(`unknown size ${headerSize}.`, 'BMP header');
  const width = core ? view.u16(18, 'BMP width', true) : view.i32(18, 'BMP width', true);
  const signedHeight = core ? view.u16(20, 'BMP height', true) : view.i32(22, 'BMP height', true);
  const height = Math.abs(signedHeight);
  if (width < 0) throw damaged('negative.', 'BMP width');
  const bitsPerPixel = view.u16(core ? 24 : 28, 'BMP bit depth', true);
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) throw damaged(`${bitsPerPixel} bits.`, 'BMP bit depth');
  const compression = core ? RGB : view.u32(30, 'BMP compression', true);
  if (compression !== RGB && !((compression === BITFIELDS || compression === ALPHA_BITFIELDS) && bitsPerPixel % 16 === 0)) {
    throw new InputError(`compression ${compression} is not supported.`, { field: 'BMP compression', fix: 'Save it as PNG.' });
  }
  const dataOffset = view.u32(10, 'BMP pixel offset', true);
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  view.need(dataOffset, stride * height, 'BMP pixel data');
  return {
    width,
    height,
    bitsPerPixel,
    topDown: signedHeight < 0,
    dataOffset,
    stride,
    palette: bitsPerPixel > 8 ? undefined : palette(view, headerSize, bitsPerPixel),
    masks: compression === RGB ? defaultMasks(bitsPerPixel) : readMasks(view, headerSize, compression),
  };
}

function palette(view: ByteView, headerSize: number, bits: number): BmpHeader['palette'] {
  const used = headerSize === 12 ? 0 : view.u32(46, 'BMP palette', true);
  const entries = used === 0 ? 1 << bits : Math.min(used, 1 << bits);
  const entryBytes = headerSize === 12 ? 3 : 4;
  view.need(14 + headerSize, entries * entryBytes, 'BMP palette');
  return { offset: 14 + headerSize, entries, entryBytes };
}

function defaultMasks(bits: number): BmpHeader['masks'] {
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];
}

function readMasks(view: ByteView, headerSize: number, compression: number): BmpHeader['masks'] {
  const mask = (i: number): number => view.u32(54 + 4 * i, 'BMP colour masks', true);
  return [mask(0), mask(1), mask(2), headerSize >= 56 || compression === ALPHA_BITFIELDS ? mask(3) : 0];
}
