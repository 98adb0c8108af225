import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedBars } from './contributions.ts';
import { cosineText, percent, significant, sumTexts } from './format.ts';
import { modalityColour, modalitySide, IMAGE_COLOUR } from './modality.ts';

describe('signed bars', () => {
  it('stay on the axis, start or end at zero, and are as long as their values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
        const { zero, bars } = signedBars(values, 240);
        const reach = Math.max(0, ...values) - Math.min(0, ...values);
        bars.forEach(({ x, width }, i) => {
          const value = values[i] ?? 0;
          expect(x).toBeGreaterThanOrEqual(-1e-9);
          expect(x + width).toBeLessThanOrEqual(240 + 1e-9);
          expect(value < 0 ? x + width : x).toBeCloseTo(zero, 9);
          if (reach > 1e-6) expect(width).toBeCloseTo((Math.abs(value) / reach) * 240, 6);
        });
      }),
    );
  });
});

describe('numbers for people', () => {
  it('have three significant digits and a real minus sign', () => {
    expect([significant(0.051591), significant(12.345), significant(0), significant(Number.NaN)]).toEqual(['0.0516', '12.3', '0', '–']);
    expect([significant(1234.4), significant(-0.5), significant(1.234e-8)]).toEqual(['1\u202F234', '−0.500', '1.23·10⁻⁸']);
    expect([cosineText(-0.256), percent(0.004), percent(0.35)]).toEqual(['−0.26', '<1 %', '35 %']);
  });
});

describe('a sum in words', () => {
  it('adds up as printed', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(value, value, value, (similarity, concepts, bias) => {
        const texts = sumTexts({ similarity, concepts, bias });
        const read = (text: string): number => Math.round(Number(text.replace('−', '-').replace(/[+ ]/gu, '')) * 1000);
        expect(read(texts.concepts) + read(texts.bias) + read(texts.residual)).toBe(read(texts.similarity));
        expect(Math.abs(read(texts.residual) / 1000 - (similarity - concepts - bias))).toBeLessThan(0.0016);
      }),
    );
  });
});

describe('modality colours', () => {
  it('run from text to image over grey, and an undefined score is neither', () => {
    const rgb = (colour: string): number[] => (colour.match(/\d+/gu) ?? []).map(Number);
    const [r = 0, g = 0, b = 0] = rgb(modalityColour(0.5));
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThan(24);
    expect(rgb(modalityColour(1))).toEqual([1, 3, 5].map((at) => Number.parseInt(IMAGE_COLOUR.slice(at, at + 2), 16)));
    expect([modalitySide(1), modalitySide(0.5), modalitySide(0), modalitySide(null)]).toEqual(['images', 'both', 'texts', 'both']);
  });
});
