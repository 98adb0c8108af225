import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearAxis, logAxis } from './axis.ts';

const anything = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constantFrom(0, NaN, Infinity, -Infinity, 1e-12));

describe('axes', () => {
  it('hold every value they have a place for, and say NaN to the others', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (values) => {
        const linear = linearAxis(values, [0, 100], { count: 4 });
        const log = logAxis(values, [0, 100], { count: 4 });
        for (const value of values) {
          if (Number.isFinite(value)) {
            expect(linear.place(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(linear.place(value)).toBeLessThanOrEqual(100 + 1e-6);
          } else {
            expect(linear.place(value)).toBeNaN();
          }
          if (value > 1e-300 && Number.isFinite(value)) {
            expect(log.place(value)).toBeGreaterThanOrEqual(-1e-6);
            expect(log.place(value)).toBeLessThanOrEqual(100 + 1e-6);
          } else {
            expect(log.place(value)).toBeNaN();
          }
        }
        for (const axis of [linear, log]) {
          expect(axis.domain[0]).toBeLessThan(axis.domain[1]);
          for (const tick of axis.ticks) {
            expect(tick.text).not.toBe('');
            expect(tick.at).toBeGreaterThanOrEqual(-1e-6);
            expect(tick.at).toBeLessThanOrEqual(100 + 1e-6);
          }
        }
      }),
    );
  });
  it('have room and ticks for one value alone', () => {
    const log = logAxis([16], [0, 100], { count: 4, base: 2 });
    expect(log.place(16)).toBeCloseTo(50, 6);
    expect(log.ticks.length).toBeGreaterThanOrEqual(2);
    const linear = linearAxis([0], [100, 0], { count: 4 });
    expect(linear.place(0)).toBeCloseTo(50, 6);
    expect(linear.ticks.map((tick) => tick.text)).toContain('0.0');
  });
  it('turn pixels back into values', () => {
    const log = logAxis([0.001, 10], [0, 300], { count: 3 });
    expect(log.invert(log.place(0.25))).toBeCloseTo(0.25, 9);
  });
  it('write powers as powers, and round numbers where there are none', () => {
    const texts = (values: number[]): string[] => logAxis(values, [0, 100], { count: 9 }).ticks.map((tick) => tick.text);
    expect(texts([1e-6, 1])).toEqual(['10⁻⁶', '10⁻⁵', '10⁻⁴', '0.001', '0.01', '0.1', '1']);
    expect(texts([0.0006, 0.004])).toEqual(['0.001', '0.002']);
    expect(logAxis([4, 64], [0, 100], { count: 5, base: 2 }).ticks.map((tick) => tick.text)).toEqual(['4', '8', '16', '32', '64']);
    expect(linearAxis([0, 24_000], [0, 100], { count: 3 }).ticks.map((tick) => tick.text)).toEqual(['0k', '10k', '20k', '30k']);
  });
});
