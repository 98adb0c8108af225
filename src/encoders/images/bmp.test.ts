import { describe, expect, it } from 'vitest';
import { decodeBmp } from './bmp.ts';
import { inspectImage } from './inspect.ts';

interface Parts {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  extra?: number[];
  rows: number[];
}

/** A BMP with a 40-byte header; `extra` (masks or palette) goes between the header and the pixel rows. */
function bmp({ width, height, bits, compression = 0, extra = [], rows }: Parts): Uint8Array {
  const bytes = new Uint8Array(54 + extra.length + rows.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54 + extra.length, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, bits <= 8 ? extra.length / 4 : 0, true);
  bytes.set([...extra, ...rows], 54);
  return bytes;
}

const le32 = (...values: number[]): number[] => values.flatMap((v) => [v & 255, (v >>> 8) & 255, (v >>> 16) & 255, v >>> 24]);
const pixels = (bytes: Uint8Array): number[] => [...decodeBmp(bytes).data];

describe('decodeBmp', () => {
  it('reads 24 bits upwards and downwards', () => {
    const lower = [1, 2, 3, 4, 5, 6, 0, 0];
    const upper = [7, 8, 9, 10, 11, 12, 0, 0];
    const expected = [9, 8, 7, 255, 12, 11, 10, 255, 3, 2, 1, 255, 6, 5, 4, 255];
    expect(pixels(bmp({ width: 2, height: 2, bits: 24, rows: [...lower, ...upper] }))).toEqual(expected);
    expect(pixels(bmp({ width: 2, height: -2, bits: 24, rows: [...upper, ...lower] }))).toEqual(expected);
  });

  it('reads palettes of 1, 4 and 8 bits; an index beyond the palette is black', () => {
    const extra = [0, 0, 255, 0, 10, 20, 30, 0];
    const [red, brown, black] = [[255, 0, 0, 255], [30, 20, 10, 255], [0, 0, 0, 255]];
    expect(pixels(bmp({ width: 3, height: 1, bits: 1, extra, rows: [0b01000000, 0, 0, 0] }))).toEqual([red, brown, red].flat());
    expect(pixels(bmp({ width: 3, height: 1, bits: 4, extra, rows: [0x10, 0x20, 0, 0] }))).toEqual([brown, red, black].flat());
    expect(pixels(bmp({ width: 3, height: 1, bits: 8, extra, rows: [0, 1, 7, 0] }))).toEqual([red, brown, black].flat());
  });

  it('reads 16 bits as 5-5-5, or by masks', () => {
    const five = bmp({ width: 2, height: 1, bits: 16, rows: [0x00, 0x7c, 0x10, 0x02] });
    expect(pixels(five)).toEqual([255, 0, 0, 255, 0, Math.floor((16 * 255) / 31), Math.floor((16 * 255) / 31), 255]);
    const six = bmp({ width: 2, height: 1, bits: 16, compression: 3, extra: le32(0xf800, 0x07e0, 0x001f), rows: [0xe0, 0x07, 0x20, 0x00] });
    expect(pixels(six)).toEqual([0, 255, 0, 255, 0, Math.floor(255 / 63), 0, 255]);
  });

  it('reads 32 bits: the fourth byte is alpha only when a mask says so', () => {
    const rows = [1, 2, 3, 128];
    expect(pixels(bmp({ width: 1, height: 1, bits: 32, rows }))).toEqual([3, 2, 1, 255]);
    const extra = le32(0xff0000, 0xff00, 0xff, 0xff000000);
    expect(pixels(bmp({ width: 1, height: 1, bits: 32, compression: 6, extra, rows }))).toEqual([3, 2, 1, 128]);
  });

  it.each([
    ['run-length coding', { width: 1, height: 1, bits: 8, compression: 1, extra: le32(0), rows: [0, 0, 0, 0] }, /compression 1/],
    ['an odd depth', { width: 1, height: 1, bits: 7, rows: [0, 0, 0, 0] }, /bit depth: 7/],
    ['zero height', { width: 1, height: 0, bits: 24, rows: [] }, /1 × 0/],
    ['negative width', { width: -1, height: 1, bits: 24, rows: [0, 0, 0, 0] }, /width: negative/],
    ['missing rows', { width: 2, height: 3, bits: 24, rows: [0, 0, 0, 0] }, /pixel data: ends after/],
    ['a size of 2 billion', { width: 0x7fffffff, height: 0x7fffffff, bits: 32, rows: [] }, /pixel data/],
  ])('refuses %s before decoding', (_, parts, reason) => {
    expect(() => inspectImage(bmp(parts), 'x.bmp')).toThrow(reason);
  });
});
