import { describe, expect, it } from 'vitest';
import { atoms, reference, referenceMetrics, sparse } from '../../../tests/fixtures/analysis/load.ts';
import { energy } from '../metrics.ts';
import { matrix } from '../tensor.ts';
import { coherence } from './coherence.ts';
import { deadCodes } from './dead.ts';
import { energyOfCodes } from './energy-of-codes.ts';
import { frechet } from './frechet.ts';
import { hoyer } from './hoyer.ts';
import { kappa4 } from './kappa4.ts';
import { wasserstein1d } from './wasserstein.ts';

const { dictionary, images, texts, codes, imageCodes, textCodes } = reference;

function agree(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
}

describe('metrics agree with overcomplete', () => {
  it('Hoyer, κ₄ and dead codes', () => {
    agree(hoyer(codes), referenceMetrics.hoyer.data);
    agree(kappa4(codes), referenceMetrics.kappa4.data);
    expect([...deadCodes(codes)]).toEqual(referenceMetrics.dead.data);
    expect(referenceMetrics.dead.data).toContain(1);
  });

  it('energy of codes', () => {
    agree(energyOfCodes(dictionary, energy(codes)), referenceMetrics.energy_of_codes.data);
  });

  it('Wasserstein-1D of the codes and Fréchet of the embeddings', () => {
    expect(wasserstein1d(imageCodes, textCodes)).toBeCloseTo(referenceMetrics.wasserstein_1d, 6);
    expect(frechet(images, texts)).toBeCloseTo(referenceMetrics.frechet, 5);
  });

  it('collinearity', async () => {
    const { collinearity, coherence: largest } = await coherence(dictionary);
    expect(collinearity).toBeCloseTo(referenceMetrics.collinearity_max, 6);
    expect(largest).toBeGreaterThan(collinearity);
  });
});

describe('at the edges', () => {
  it('Hoyer is 1 for a single active concept and 0 where all are equal', () => {
    const [one, all] = hoyer(sparse(matrix(2, 4, Float32Array.of(0, 1e4, 0, 0, 5e3, 5e3, 5e3, 5e3))));
    expect(one).toBeCloseTo(1, 8);
    expect(all).toBeCloseTo(0, 8);
    expect(kappa4(sparse(matrix(1, 4)))[0]).toBe(0);
  });

  it('Wasserstein counts zeros, negative activations and unequal numbers of rows', () => {
    const a = sparse(matrix(2, 1, Float32Array.of(3, 0)));
    // Mass 1/2 of a goes from 3 to 1, the rest stays at 0; four rows say the same as two.
    expect(wasserstein1d(a, sparse(matrix(2, 1, Float32Array.of(1, 0))))).toBe(1);
    expect(wasserstein1d(a, sparse(matrix(4, 1, Float32Array.of(1, 0, 0, 1))))).toBe(1);
    expect(wasserstein1d(a, sparse(matrix(1, 1, Float32Array.of(-2))))).toBe(3.5);
    expect(wasserstein1d(a, a)).toBe(0);
    expect(wasserstein1d(a, sparse(matrix(0, 1)))).toBeNaN();
  });

  it('Fréchet is 0 for the same sample, the squared distance for a shifted one, and takes samples that do not vary', () => {
    expect(frechet(images, images)).toBeCloseTo(0, 10);
    const shifted = matrix(images.rows, images.cols, images.data.map((value) => value + 0.5));
    expect(frechet(images, shifted)).toBeCloseTo(8 * 0.25, 5);
    const flat = matrix(3, 2, Float32Array.of(1, 2, 1, 2, 1, 2));
    expect(frechet(flat, matrix(2, 2, Float32Array.of(1, 2, 4, 6)))).toBeCloseTo(1.5 ** 2 + 2 ** 2 + 4.5 + 8, 6);
    expect(frechet(flat, matrix(1, 2))).toBeNaN();
  });

  it('coherence takes one atom, atoms of zero and equal ones', async () => {
    expect(await coherence(atoms(matrix(1, 2, Float32Array.of(1, 1))))).toEqual({ coherence: 0, collinearity: 0, mean: 0 });
    const { coherence: largest, mean } = await coherence(atoms(matrix(3, 2, Float32Array.of(1, 1, 0, 0, -2, -2))));
    expect(largest).toBeCloseTo(1, 12);
    expect(mean).toBeCloseTo(1 / 3, 12);
  });
});
