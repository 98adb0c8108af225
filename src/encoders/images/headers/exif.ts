import { ByteView } from './byte-view.ts';

const ORIENTATION = 0x0112;

/** EXIF orientation 1 … 8 of a TIFF block (EXIF 2.3, 4.6.4); 1 when it is missing, invalid or cut off. */
export function exifOrientation(block: Uint8Array): number {
  const start = new ByteView(block).ascii(0, 6) === 'Exif\0\0' ? 6 : 0;
  const view = new ByteView(block.subarray(start));
  const littleEndian = view.ascii(0, 2) === 'II';
  if (view.length < 8) return 1;
  const directory = view.u32(4, 'EXIF', littleEndian);
  if (directory + 2 > view.length) return 1;
  const entries = view.u16(directory, 'EXIF', littleEndian);
  for (let at = directory + 2; at < directory + 2 + 12 * entries && at + 12 <= view.length; at += 12) {
    if (view.u16(at, 'EXIF', littleEndian) !== ORIENTATION) continue;
    const value = view.u16(at + 8, 'EXIF', littleEndian);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
