import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompensatedSums } from '../analysis/compensated.ts';
import { InputError } from '../errors.ts';
import { ExactSums } from './exact-sums.ts';
import { PairSample, type SampledPair } from './pair-sample.ts';

const one = (value: number): { high: Float64Array; low: Float64Array } => ({ high: Float64Array.of(value), low: new Float64Array(1) });

/** `value` in units of 2⁻⁸⁰, rounded: what the sum is of, in integers without limit. */
function units(value: number): bigint {
  const fraction = new DataView(new ArrayBuffer(8));
  fraction.setFloat64(0, value);
  const bits = fraction.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & (2n ** 52n - 1n)) | (exponent === 0 ? 0n : 2n ** 52n);
  const shift = BigInt(Math.max(exponent, 1) - 1075 + 80);
  const magnitude = shift >= 0n ? mantissa << shift : (mantissa + (1n << (-shift - 1n))) >> -shift;
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

function unitsOf(sums: ExactSums): bigint {
  const { first, rest } = sums.digits();
  return [first[0] ?? 0, ...rest].reduce((sum, digit) => sum * 2n ** 32n + BigInt(digit), 0n);
}

const term = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1e15, max: 1e15, noNaN: true }), fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), fc.constantFrom(2 ** 31, -(2 ** 15), 2 ** -80, 2 ** -17, 0, -0, 1e-300));

describe('exact sums', () => {
  it('have the same digits in any order and grouping, those of integer arithmetic', () => {
    fc.assert(fc.property(fc.array(fc.tuple(term, fc.nat(3), fc.nat(1000)), { maxLength: 40 }), (terms) => {
      const whole = new ExactSums(1);
      for (const [value] of terms) whole.add(one(value));
      const parts = [0, 1, 2, 3].map((part) => {
        const sums = new ExactSums(1);
        for (const [value] of terms.filter((entry) => entry[1] === part).sort((a, b) => a[2] - b[2])) sums.add(one(value));
        return sums;
      });
      const merged = new ExactSums(1);
      for (const part of parts.reverse()) merged.merge(part.digits());
      expect(merged.digits()).toEqual(whole.digits());
      // Ties of the last digit may round either way, a unit a term.
      const expected = terms.reduce((sum, [value]) => sum + units(value), 0n);
      const off = unitsOf(whole) - expected;
      expect(Math.abs(Number(off))).toBeLessThanOrEqual(terms.length);
      const { high, low } = whole.sums();
      expect(Math.abs(Number(units(high[0] ?? 0) + units(low[0] ?? 0) - unitsOf(whole)))).toBeLessThanOrEqual(2 + Number(expected < 0n ? -expected : expected) * 2 ** -100);
    }), { numRuns: 500 });
  });

  it('agree with compensated sums of many terms', () => {
    const compensated = new CompensatedSums(1);
    const exact = new ExactSums(1);
    for (let n = 1; n <= 20_000; n++) {
      compensated.add(0, Math.sin(n) / n);
      exact.add(one(Math.sin(n) / n));
    }
    const { high, low } = exact.sums();
    expect((high[0] ?? 0) + (low[0] ?? 0)).toBeCloseTo(compensated.total(0), 15);
  });

  it('refuse what leaves their range', () => {
    for (const value of [1e30, Infinity, Number.NaN]) expect(() => { new ExactSums(1).add(one(value)); }).toThrow(InputError);
    const sums = new ExactSums(1);
    const large = new ExactSums(1);
    large.add(one(2 ** 67.5));
    sums.merge(large.digits());
    sums.merge(large.digits());
    expect(() => sums.digits()).toThrow(InputError);
  });
});

describe('a sample of pairs', () => {
  it('is the same in any order, cut anywhere', () => {
    const empty = { imageIndices: new Uint32Array(0), imageValues: new Float32Array(0), textIndices: new Uint32Array(0), textValues: new Float32Array(0) };
    const pair = (order: number): SampledPair => ({ order, ...empty });
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(2)), { maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (entries, size) => {
      const parts = [0, 1, 2].map((part) => {
        const sample = new PairSample(size);
        for (const [order, where] of entries) if (where === part) sample.add(pair(order));
        return sample;
      });
      const merged = new PairSample(size);
      for (const part of parts) for (const kept of part.list()) merged.add(kept);
      expect(merged.list().map(({ order }) => order)).toEqual(entries.map(([order]) => order).sort((a, b) => a - b).slice(0, size));
    }));
  });
});
