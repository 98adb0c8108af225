import { type ByteView, damaged, type PixelSize } from './byte-view.ts';

/**
 * Size of a GIF (its screen, grown to the first frame as decoders do), walked to the end of the first frame's data, the
 * only frame that is used; a file cut short after it is still good.
 */
export function gifSize(view: ByteView): PixelSize {
  const width = view.u16(6, 'GIF screen', true);
  const height = view.u16(8, 'GIF screen', true);
  let at = 13 + tableBytes(view.u8(10, 'GIF screen'));
  for (;;) {
    const introducer = view.u8(at, 'GIF block');
    if (introducer === 0x21) at = skipSubBlocks(view, at + 2, 'GIF extension');
    else if (introducer === 0x2c) break;
    else throw damaged(introducer === 0x3b ? 'no picture inside.' : `unknown block at byte ${at}.`, 'GIF block');
  }
  const frameWidth = view.u16(at + 1, 'GIF frame', true) + view.u16(at + 5, 'GIF frame', true);
  const frameHeight = view.u16(at + 3, 'GIF frame', true) + view.u16(at + 7, 'GIF frame', true);
  const packed = view.u8(at + 9, 'GIF frame');
  skipSubBlocks(view, at + 11 + tableBytes(packed), 'GIF pixel data');
  return { width: Math.max(width, frameWidth), height: Math.max(height, frameHeight) };
}

/** Bytes of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 << ((packed & 7) + 1) : 0;
}

function skipSubBlocks(view: ByteView, start: number, field: string): number {
  let at = start;
  for (let length = view.u8(at, field); length !== 0; length = view.u8(at, field)) at += length + 1;
  return at + 1;
}
