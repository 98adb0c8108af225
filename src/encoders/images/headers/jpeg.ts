import { InputError } from '../../../core/errors.ts';
import { type ByteView, damaged, FIX_DAMAGED, type PixelSize } from './byte-view.ts';

/** Start-of-frame markers that browsers decode: baseline, extended sequential, progressive. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** The other start-of-frame markers: lossless, hierarchical, arithmetic coding. */
const EXOTIC_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

/**
 * Size of a JPEG whose segments are walked from SOI over a frame header and at least one scan to EOI: a file cut short
 * is refused. What follows EOI (motion-photo video, further pictures) is ignored, as every decoder does.
 */
export function jpegSize(view: ByteView): PixelSize {
  let size: PixelSize | undefined;
  let scanned = false;
  for (let at = 2; ; ) {
    const { marker, after } = nextMarker(view, at);
    if (marker === 0xd9) break;
    at = after;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue; // no payload; RSTn inside a scan
    const field = `JPEG segment FF${marker.toString(16).toUpperCase().padStart(2, '0')}`;
    const length = view.u16(at, field);
    if (length < 2) throw damaged('impossible length.', field);
    view.need(at, length, field);
    if (FRAMES.has(marker)) {
      if (size !== undefined) throw damaged('a second frame header.', field);
      size = frame(view, at + 2, field);
    } else if (EXOTIC_FRAMES.has(marker)) {
      throw new InputError('lossless, hierarchical or arithmetic-coded JPEG.', { field, fix: 'Save it as baseline or progressive JPEG, or as PNG.' });
    } else if (marker === 0xda) scanned = true;
    at += length;
  }
  if (size === undefined) throw damaged('no frame header.', 'JPEG segment SOF');
  if (!scanned) throw damaged('no pixel data.', 'JPEG segment SOS');
  return size;
}

/** Next marker at or after `at`; entropy-coded bytes (FF00) and fill bytes (FFFF) are stepped over. */
function nextMarker(view: ByteView, at: number): { marker: number; after: number } {
  for (let from = at; ; ) {
    const found = view.bytes.indexOf(0xff, from);
    const marker = found < 0 ? undefined : view.bytes[found + 1];
    if (marker === undefined) {
      throw new InputError('cut short: no end-of-image marker.', { field: 'JPEG segment EOI', fix: FIX_DAMAGED });
    }
    if (marker !== 0x00 && marker !== 0xff) return { marker, after: found + 2 };
    from = found + (marker === 0xff ? 1 : 2);
  }
}

function frame(view: ByteView, at: number, field: string): PixelSize {
  const precision = view.u8(at, field);
  const components = view.u8(at + 5, field);
  if (precision !== 8) {
    throw new InputError(`${precision} bits a sample.`, { field, fix: 'Save it as an 8-bit JPEG, or as PNG.' });
  }
  if (components !== 1 && components !== 3 && components !== 4) throw damaged(`${components} colour components.`, field);
  return { height: view.u16(at + 1, field), width: view.u16(at + 3, field) };
}
