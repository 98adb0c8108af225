import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gated, jumpRelu, relu, scalarThreshold } from './threshold.ts';
import { CodesBuilder } from '../codes-builder.ts';
import type { RowActivation } from './threshold.ts';

function active(activation: RowActivation, pre: readonly number[]): number[] {
  const codes = new CodesBuilder(1, pre.length, 1);
  activation(Float64Array.from(pre), codes);
  codes.endRow();
  return [...codes.finish().indices];
}

describe('thresholds', () => {
  const pre = [0.5, 0.25, 0.75, 0, -0.5, -2];

  it('tell >= from > at an exact tie', () => {
    expect(active(scalarThreshold(0.5, '>='), pre)).toEqual([0, 2]);
    expect(active(scalarThreshold(0.5, '>'), pre)).toEqual([2]);
    const perConcept = Float32Array.of(0.5, 0.5, 0.75, 0, -1, -3);
    expect(active(jumpRelu(perConcept, '>='), pre)).toEqual([0, 2]);
    expect(active(jumpRelu(perConcept, '>'), pre)).toEqual([]);
  });

  it('of 0 or less is ReLU: a negative pre-code is never active', () => {
    const positive = active(relu, pre);
    expect(positive).toEqual([0, 1, 2]);
    for (const theta of [0, -1, -Infinity]) {
      expect(active(scalarThreshold(theta, '>='), pre)).toEqual(positive);
      expect(active(jumpRelu(new Float32Array(pre.length).fill(theta), '>'), pre)).toEqual(positive);
    }
  });

  it('nest: a higher θ keeps a subset', () => {
    const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (row, a, b) => {
        const low = new Set(active(scalarThreshold(Math.min(a, b), '>='), row));
        expect(active(scalarThreshold(Math.max(a, b), '>='), row).every((i) => low.has(i))).toBe(true);
      }),
    );
  });
});

describe('gated', () => {
  it('lets the gate decide and the magnitude scale', () => {
    const gate = gated(Float32Array.of(0, -1, 1, 0), Float32Array.of(0.5, 0.5, 3, -9), Float32Array.of(Math.log(2), 0, 0, 0));
    const codes = new CodesBuilder(1, 4);
    // Open; closed by its bias; opened by its bias although p < 0; open, but without magnitude.
    gate(Float64Array.of(1, 0.5, -0.5, 2), codes);
    codes.endRow();
    const { indices, values } = codes.finish();
    expect([...indices]).toEqual([0, 2]);
    expect(values[0]).toBeCloseTo(2 * 1 + 0.5, 6);
    expect(values[1]).toBeCloseTo(-0.5 + 3, 6);
  });
});
