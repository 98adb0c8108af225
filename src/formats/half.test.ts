import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBfloat, fromHalf, toHalf } from './half.ts';

describe('half precision', () => {
  it('gives the values that IEEE 754 lists for binary16', () => {
    const known: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
    ];
    for (const [bits, value] of known) {
      expect(fromHalf(bits)).toBe(value);
      expect(toHalf(value)).toBe(bits);
    }
    expect(fromHalf(0x7e00)).toBeNaN();
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  it('survives the round trip for every one of the 65536 patterns', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromHalf(bits);
      if (!Number.isNaN(value)) expect(toHalf(value)).toBe(bits);
    }
  });

  it('rounds to the nearest half, ties to even', () => {
    const above = (bits: number): number => (bits === 0x7bff ? 65536 : fromHalf(bits + 1));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bff }), fc.double({ min: 0, max: 1, noNaN: true }), (bits, share) => {
        const [low, high] = [fromHalf(bits), above(bits)];
        const value = low + share * (high - low);
        const middle = (low + high) / 2;
        const expected = value < middle || (value === middle && bits % 2 === 0) ? bits : bits + 1;
        expect(toHalf(value)).toBe(expected);
        expect(toHalf(-value)).toBe(expected | 0x8000);
      }),
    );
  });

  it('reads bfloat16 as the top half of a float32', () => {
    expect(fromBfloat(0x3fc0)).toBe(1.5);
    expect(fromBfloat(0xc000)).toBe(-2);
    expect(fromBfloat(0x7f80)).toBe(Infinity);
  });
});
