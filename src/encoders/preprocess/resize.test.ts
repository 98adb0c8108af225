import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestDifference, readRgb } from '../../../tests/fixtures/preprocess/goldens.ts';
import { RESAMPLE, type Resample } from './filters.ts';
import { type RgbRows, resizeWindow } from './resize.ts';

const folder = new URL('../../../tests/fixtures/preprocess/', import.meta.url);
const pillow = JSON.parse(readFileSync(new URL('pillow/manifest.json', folder), 'utf8')) as {
  source: string;
  resized: { file: string; filter: Resample; width: number; height: number }[];
};

function rowsOf(width: number, height: number, data: Uint8Array): RgbRows {
  return { width, height, readRow: (y, into) => into.set(data.subarray(y * width * 3, (y + 1) * width * 3)) };
}

const whole = (width: number, height: number): { left: number; top: number; width: number; height: number } => ({ left: 0, top: 0, width, height });
const side = fc.integer({ min: 1, max: 40 });
const filter = fc.constantFrom(...RESAMPLE);

describe('resizeWindow', () => {
  it.each(pillow.resized)('$filter to $width × $height equals Pillow', async ({ file, filter: name, width, height }) => {
    const source = await readRgb(new URL(pillow.source, folder));
    const wanted = await readRgb(new URL(file, folder));
    const resized = resizeWindow(rowsOf(source.width, source.height, source.data), width, height, whole(width, height), name);
    expect(largestDifference(resized, wanted.data)).toBe(0);
  });

  it('gives the same pixels for a window as for the whole', () => {
    fc.assert(
      fc.property(side, side, side, side, filter, fc.infiniteStream(fc.nat(255)), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (w, h, toW, toH, name, noise, parts) => {
        const data = Uint8Array.from(noise.take(w * h * 3));
        const [a = 0, b = 0, c = 0, d = 0] = parts.take(4);
        const left = Math.floor(a * toW);
        const top = Math.floor(b * toH);
        const window = { left, top, width: 1 + Math.floor(c * (toW - left)), height: 1 + Math.floor(d * (toH - top)) };
        const all = resizeWindow(rowsOf(w, h, data), toW, toH, whole(toW, toH), name);
        const part = resizeWindow(rowsOf(w, h, data), toW, toH, window, name);
        for (let y = 0; y < window.height; y++) {
          const from = ((y + top) * toW + left) * 3;
          const row = part.subarray(y * window.width * 3, (y + 1) * window.width * 3);
          expect([...row]).toEqual([...all.subarray(from, from + row.length)]);
        }
      }),
    );
  });

  it('leaves an image of the wanted size as it is', () => {
    fc.assert(
      fc.property(side, side, filter, fc.infiniteStream(fc.nat(255)), (w, h, name, noise) => {
        const data = Uint8Array.from(noise.take(w * h * 3));
        expect(resizeWindow(rowsOf(w, h, data), w, h, whole(w, h), name)).toEqual(data);
      }),
    );
  });

  it('keeps a constant image constant', () => {
    fc.assert(
      fc.property(side, side, side, side, filter, fc.nat(255), (w, h, toW, toH, name, grey) => {
        const data = new Uint8Array(w * h * 3).fill(grey);
        const resized = resizeWindow(rowsOf(w, h, data), toW, toH, whole(toW, toH), name);
        expect(resized).toEqual(new Uint8Array(toW * toH * 3).fill(grey));
      }),
    );
  });
});
