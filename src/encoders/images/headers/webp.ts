import { type ByteView, damaged, type PixelSize } from './byte-view.ts';

/** A part of a WebP file; `start` is the first byte after its name and length. */
interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly length: number;
  readonly field: string;
}

/** Size of a WebP (VP8, VP8L or VP8X canvas) whose RIFF length and chunks fit the file and that holds pixel data. */
export function webpSize(view: ByteView): PixelSize {
  let canvas: PixelSize | undefined;
  for (const { type, start, field } of chunks(view)) {
    if (type === 'VP8X') canvas ??= { width: u24(view, start + 4, field) + 1, height: u24(view, start + 7, field) + 1 };
    else if (type === 'VP8 ') return canvas ?? lossy(view, start, field);
    else if (type === 'VP8L') return canvas ?? lossless(view, start, field);
    else if (type === 'ANMF' && canvas !== undefined) return canvas;
  }
  throw damaged('no pixel data.', 'WebP chunk VP8');
}

/** Where the EXIF block of a WebP lies, in a file that `webpSize` has accepted; undefined when there is none. */
export function webpExif(view: ByteView): { readonly start: number; readonly length: number } | undefined {
  return chunks(view).find(({ type }) => type === 'EXIF');
}

/** All chunks of the file; one that runs over the end is an error. */
function chunks(view: ByteView): Chunk[] {
  const end = view.u32(4, 'WebP RIFF length', true) + 8;
  view.need(0, end, 'WebP RIFF length');
  const list: Chunk[] = [];
  for (let at = 12; at + 8 <= end; ) {
    const type = view.ascii(at, 4);
    const field = `WebP chunk ${/^[\w ]{4}$/.test(type) ? type.trim() : `at byte ${at}`}`;
    const length = view.u32(at + 4, field, true);
    if (at + 8 + length > end) throw damaged('longer than the file.', field);
    list.push({ type, start: at + 8, length, field });
    at += 8 + length + (length & 1);
  }
  return list;
}

function u24(view: ByteView, at: number, field: string): number {
  return view.u16(at, field, true) | (view.u8(at + 2, field) << 16);
}

/** VP8 key frame header (RFC 6386, 9.1): 14-bit sizes after the start code 9D 01 2A. */
function lossy(view: ByteView, at: number, field: string): PixelSize {
  if (u24(view, at + 3, field) !== 0x2a019d) throw damaged('no key frame.', field);
  return { width: view.u16(at + 6, field, true) & 0x3fff, height: view.u16(at + 8, field, true) & 0x3fff };
}

/** VP8L header: signature 2F, then 14 bits of width − 1 and of height − 1. */
function lossless(view: ByteView, at: number, field: string): PixelSize {
  if (view.u8(at, field) !== 0x2f) throw damaged('no lossless signature.', field);
  const bits = view.u32(at + 1, field, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
