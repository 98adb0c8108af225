import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectUpright, UPRIGHT } from '../../../tests/fixtures/hostile/images/expectations.ts';
import { exifOrientation } from './headers/exif.ts';
import type { RgbaImage } from './image.ts';
import { orientImage } from './orient.ts';

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

describe('orientImage', () => {
  it('turns every orientation upright', () => {
    const stored: RgbaImage = { width: 3, height: 2, data: Uint8ClampedArray.from({ length: 24 }, (_, i) => 10 * (i >> 2)) };
    for (const orientation of Object.keys(UPRIGHT).map(Number)) expectUpright(orientImage(stored, orientation), orientation);
  });
});

describe('exifOrientation', () => {
  const little = [...ascii('II*\0\x08\0\0\0\x02\0'), ...ascii('\x0f\x01\x02\0\x01\0\0\0\0\0\0\0'), ...ascii('\x12\x01\x03\0\x01\0\0\0\x06\0\0\0'), 0, 0, 0, 0];
  const big = [...ascii('MM\0*\0\0\0\x08\0\x01'), ...ascii('\x01\x12\0\x03\0\0\0\x01\0\x08\0\0'), 0, 0, 0, 0];

  it('reads both byte orders, with and without the JPEG prefix', () => {
    expect(exifOrientation(Uint8Array.from(little))).toBe(6);
    expect(exifOrientation(Uint8Array.from(big))).toBe(8);
    expect(exifOrientation(Uint8Array.from([...ascii('Exif\0\0'), ...little]))).toBe(6);
  });

  it('is 1 for anything damaged, and never throws', () => {
    for (let length = 0; length < 26; length++) expect(exifOrientation(Uint8Array.from(little.slice(0, length)))).toBe(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (tail, start) => {
        const orientation = exifOrientation(Uint8Array.from([...(start ? little.slice(0, 8) : []), ...tail]));
        expect(orientation).toBeGreaterThanOrEqual(1);
        expect(orientation).toBeLessThanOrEqual(8);
      }),
    );
  });
});
