import { describe, expect, it } from 'vitest';
import { fitCurve } from './curve.ts';

describe('fitCurve', () => {
  // umap-learn 0.5, `find_ab_params(1.0, minDist)`; the first is the default that umap-js has in full.
  it.each([
    [0.1, 1.5769434603113077, 0.8950608779109733],
    [0.5, 0.583030020501663, 1.334166992455041],
    [0.001, 1.929073, 0.791495],
  ])('with a least distance of %f is what umap-learn fits', (minDist, a, b) => {
    const fitted = fitCurve(minDist);
    expect(fitted.a).toBeCloseTo(a, 4);
    expect(fitted.b).toBeCloseTo(b, 4);
  });

  it.each([0, 0.25, 1])('is a least-squares minimum (%f)', (minDist) => {
    const error = (a: number, b: number): number => {
      let sum = 0;
      for (let i = 0; i < 300; i++) {
        const x = (3 * i) / 299;
        sum += ((x < minDist ? 1 : Math.exp(minDist - x)) - 1 / (1 + a * x ** (2 * b))) ** 2;
      }
      return sum;
    };
    const { a, b } = fitCurve(minDist);
    const least = error(a, b);
    for (const [p, q] of [[1.001, 1], [0.999, 1], [1, 1.001], [1, 0.999]] as const) expect(error(a * p, b * q)).toBeGreaterThan(least);
  });
});
