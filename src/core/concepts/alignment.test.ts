import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { matrix } from '../tensor.ts';
import { cloudSpectrum, cumulativeEnergy, modalityHistogram } from './alignment.ts';

describe('cumulativeEnergy', () => {
  it('adds the concepts up, strongest first', () => {
    const { concepts, energy } = cumulativeEnergy([1, 0, 5, Number.NaN, 2]);
    expect([...concepts]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect([...energy]).toEqual([0, 5 / 8, 7 / 8, 1, 1, 1]);
  });

  it('rises ever less steeply from 0 to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1 }), (values) => {
        fc.pre(values.some((value) => value > 1e-9));
        const { energy } = cumulativeEnergy(values);
        expect([energy.length, energy[0], energy.at(-1)]).toEqual([values.length + 1, 0, 1]);
        const steps = values.map((_, i) => (energy[i + 1] ?? 0) - (energy[i] ?? 0));
        for (const [i, step] of steps.entries()) expect(step).toBeLessThanOrEqual((steps[i - 1] ?? 1) + 1e-12);
      }),
    );
  });

  it('is flat where nothing is alive', () => {
    expect([...cumulativeEnergy([0, 0]).energy]).toEqual([0, 0, 0]);
    expect([...cumulativeEnergy([]).energy]).toEqual([0]);
  });
});

describe('modalityHistogram', () => {
  it('counts dead concepts apart, never as 0.5', () => {
    const { counts, energy, dead } = modalityHistogram([0, null, 1, Number.NaN, 0.5, 0.95], [1, 9, 2, 9, 4, 8], 4);
    expect([[...counts], [...energy], dead]).toEqual([[1, 0, 1, 2], [1, 0, 4, 10], 2]);
  });

  it('puts every score between the edges of its bin', () => {
    const ratio = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 40 })).map(([a, b]) => a / (a + b));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(ratio, fc.constant(1)), fc.nat(9))), fc.integer({ min: 1, max: 60 }), (concepts, bins) => {
        const { edges, counts, energy } = modalityHistogram(concepts.map(([score]) => score), concepts.map(([, weight]) => weight), bins);
        for (let b = 0; b < bins; b++) {
          const within = concepts.filter(([score]) => score >= (edges[b] ?? 2) && (score < (edges[b + 1] ?? 0) || (b === bins - 1 && score === 1)));
          expect(counts[b]).toBe(within.length);
          expect(energy[b]).toBe(within.reduce((sum, [, weight]) => sum + weight, 0));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('cloudSpectrum', () => {
  it('has the deviations along the axes of a cloud that was made so, wherever it lies', () => {
    // Rows c ± s_i·√d·u_i for i < d, u the rows of a reflection: the singular values over √n are the s_i.
    const deviations = [5, 3, 2, 1, 0.5, 0.01, 0];
    const d = deviations.length;
    const v = Array.from({ length: d }, (_, t) => Math.sin(1 + t));
    const squares = v.reduce((sum, value) => sum + value * value, 0);
    const u = (i: number, t: number): number => (i === t ? 1 : 0) - (2 * (v[i] ?? 0) * (v[t] ?? 0)) / squares;
    const data = Float32Array.from({ length: 2 * d * d }, (_, at) => {
      const [r, t] = [Math.floor(at / d), at % d];
      const i = r % d;
      return 7 + t + (r < d ? 1 : -1) * (deviations[i] ?? 0) * Math.sqrt(d) * u(i, t);
    });
    const spectrum = cloudSpectrum(matrix(2 * d, d, data));
    for (const [i, deviation] of deviations.entries()) expect(spectrum[i]).toBeCloseTo(deviation, 5);
  });

  it('has the variance, and the fourth moment of the Gram matrix, of rows in many blocks', () => {
    const [n, d] = [300, 150];
    const random = new Random(2);
    const x = matrix(n, d, Float32Array.from({ length: n * d }, (_, at) => random.normal() * (1 + (at % 5)) + 3));
    const mean = Float64Array.from({ length: d }, (_, t) => Array.from({ length: n }, (_row, r) => x.data[r * d + t] ?? 0).reduce((sum, value) => sum + value, 0) / n);
    const centred = Float64Array.from(x.data, (value, at) => value - (mean[at % d] ?? 0));
    let [trace, fourth] = [0, 0];
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        let covariance = 0;
        for (let r = 0; r < n; r++) covariance += ((centred[r * d + a] ?? 0) * (centred[r * d + b] ?? 0)) / n;
        if (a === b) trace += covariance;
        fourth += covariance ** 2;
      }
    }
    const spectrum = cloudSpectrum(x);
    expect([...spectrum].every((value, i) => value <= (spectrum[i - 1] ?? Infinity))).toBe(true);
    expect(spectrum.reduce((sum, value) => sum + value ** 2, 0) / trace).toBeCloseTo(1, 10);
    expect(spectrum.reduce((sum, value) => sum + value ** 4, 0) / fourth).toBeCloseTo(1, 10);
  });

  it('has at most n − 1 directions, and none for no rows', () => {
    const few = cloudSpectrum(matrix(3, 5, Float32Array.from({ length: 15 }, (_, at) => Math.cos(at * at))));
    expect(few[1]).toBeGreaterThan(0.1);
    expect(few[2]).toBeLessThan(1e-6);
    expect([...cloudSpectrum(matrix(0, 3))]).toEqual([0, 0, 0]);
  });
});
