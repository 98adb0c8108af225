import { crc32 } from '../../../core/crc32.ts';
import { type ByteView, damaged, type PixelSize } from './byte-view.ts';

/** Allowed bit depths by PNG colour type. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * Size of a PNG whose chunks are walked up to IEND, every CRC checked: a file cut short or altered is refused here and
 * not by a decoder that may show half of it. Nothing is inflated.
 */
export function pngSize(view: ByteView): PixelSize {
  let size: PixelSize | undefined;
  let hasPixels = false;
  for (let at = 8; ; ) {
    const length = view.u32(at, 'PNG chunk length');
    const type = view.ascii(at + 4, 4);
    const field = `PNG chunk ${/^[A-Za-z]{4}$/.test(type) ? type : `at byte ${at}`}`;
    view.need(at, length + 12, field);
    if (crc32(view.bytes.subarray(at + 4, at + 8 + length)) !== view.u32(at + 8 + length, field)) {
      throw damaged('checksum is wrong.', field);
    }
    if (size === undefined) {
      if (type !== 'IHDR' || length !== 13) throw damaged('the header chunk IHDR is missing.', field);
      size = header(view, at + 8);
    } else if (type === 'IHDR') throw damaged('a second header chunk.', field);
    if (type === 'IDAT') hasPixels = true;
    if (type === 'IEND') break;
    at += length + 12;
  }
  if (!hasPixels) throw damaged('no pixel data.', 'PNG chunk IDAT');
  return size;
}

function header(view: ByteView, at: number): PixelSize {
  const depth = view.u8(at + 8, 'PNG bit depth');
  const colour = view.u8(at + 9, 'PNG colour type');
  if (!(DEPTHS[colour] ?? []).includes(depth)) {
    throw damaged(`bit depth ${depth} with colour type ${colour} does not exist.`, 'PNG chunk IHDR');
  }
  return { width: view.u32(at, 'PNG width'), height: view.u32(at + 4, 'PNG height') };
}
