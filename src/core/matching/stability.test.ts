import { describe, expect, it } from 'vitest';
import { toMatrix } from '../../../tests/fixtures/core/load.ts';
import { overcomplete } from '../../../tests/fixtures/matching/load.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { uninterrupted } from '../work.ts';
import { randomDirectionNull, stability } from './stability.ts';
import type { Matrix } from '../tensor.ts';

const options = { seed: 0, work: uninterrupted };

function gaussian(rows: number, cols: number, seed: number): Matrix {
  const random = new Random(seed);
  return matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => random.normal()));
}

function permuted(atoms: Matrix, seed: number): { shuffled: Matrix; order: Uint32Array } {
  const order = new Random(seed).shuffle(Uint32Array.from({ length: atoms.rows }, (_, i) => i));
  const shuffled = matrix(atoms.rows, atoms.cols);
  order.forEach((from, to) => { rowOf(shuffled, to).set(rowOf(atoms, from).map((value) => value * (1 + to))); });
  return { shuffled, order };
}

const level = (count: number): Float64Array => new Float64Array(count).fill(1);

describe('stability', () => {
  it('agrees with overcomplete and SciPy', async () => {
    const { dict_unit: first, stability: expected } = overcomplete;
    const { perConcept, mean, matches, exact, gap } = await stability(toMatrix(first), [toMatrix(expected.D2)], level(24), options);
    expected.per_concept.forEach((value, i) => { expect(perConcept[i]).toBeCloseTo(value, 5); });
    expect(mean).toEqual([expect.closeTo(expected.stability_mean, 6)]);
    expect(Array.from(matches[0] ?? [])).toEqual(expected.assignment);
    expect([exact, gap]).toEqual([true, 0]);
  });

  it.each([2000, 0])('is 1 for the same atoms in another order and of other lengths (limit %i)', async (limit) => {
    const atoms = gaussian(90, 24, 1);
    const { shuffled, order } = permuted(atoms, 2);
    const { perConcept, mean, matches } = await stability(atoms, [shuffled, atoms], level(90), { ...options, limit });
    for (const value of perConcept) expect(value).toBeCloseTo(1, 6);
    for (const value of mean) expect(value).toBeCloseTo(1, 6);
    order.forEach((from, to) => { expect(matches[0]?.[from]).toBe(to); });
  });

  it('does not depend on the order of the other dictionary', async () => {
    const [a, b] = [gaussian(50, 12, 3), gaussian(50, 12, 4)];
    const [straight, turned] = await Promise.all([b, permuted(b, 5).shuffled].map((other) => stability(a, [other], level(50), options)));
    expect(straight?.mean[0]).toBeCloseTo(turned?.mean[0] ?? Number.NaN, 6);
  });

  it('is the mean over the others, concept by concept', async () => {
    const atoms = gaussian(30, 16, 6);
    const others = [gaussian(30, 16, 7), atoms];
    const [both, ...single] = await Promise.all([others, [others[0] ?? atoms], [atoms]].map((some) => stability(atoms, some, level(30), options)));
    both?.perConcept.forEach((value, i) => { expect(value).toBeCloseTo(((single[0]?.perConcept[i] ?? 0) + (single[1]?.perConcept[i] ?? 0)) / 2, 12); });
    expect(both?.mean).toEqual([single[0]?.mean[0], single[1]?.mean[0]]);
  });

  it('takes dictionaries of other sizes: concepts beyond a smaller one did not come back', async () => {
    const atoms = gaussian(20, 16, 8);
    const half = matrix(10, 16, atoms.data.slice(0, 160));
    const small = await stability(atoms, [half], level(20), options);
    small.perConcept.forEach((value, i) => { expect(value).toBeCloseTo(i < 10 ? 1 : 0, 6); });
    expect(small.mean[0]).toBeCloseTo(0.5, 6);
    expect((await stability(half, [atoms], level(10), options)).mean[0]).toBeCloseTo(1, 6);
  });

  it('draws the curve from the concepts with most energy to all', async () => {
    const atoms = gaussian(40, 16, 9);
    const other = matrix(40, 16, Float32Array.from(gaussian(40, 16, 10).data));
    other.data.set(atoms.data.subarray(0, 160));
    const energy = Float64Array.from({ length: 40 }, (_, i) => (i < 10 ? 2 : 1));
    const { curve, perConcept, mean } = await stability(atoms, [other], energy, options);
    expect(curve[0]).toEqual({ top: 1, stability: perConcept[0] });
    for (const { top, stability: value } of curve) {
      expect(value).toBeCloseTo(perConcept.slice(0, top).reduce((sum, one) => sum + one, 0) / top, 10);
      if (top <= 10) expect(value).toBeCloseTo(1, 6);
    }
    expect(curve.map(({ top }) => top)).toEqual([...new Set(curve.map(({ top }) => top))].sort((a, b) => a - b));
    expect(curve.at(-1)).toEqual({ top: 40, stability: expect.closeTo(mean[0] ?? Number.NaN, 10) });
  });

  it('gives atoms of zero a stability of 0', async () => {
    const atoms = gaussian(5, 8, 11);
    rowOf(atoms, 2).fill(0);
    const { perConcept } = await stability(atoms, [atoms], level(5), options);
    expect(perConcept.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 1, 0, 1, 1]);
  });

  it('refuses no others, another dimension and atoms that are not finite', async () => {
    const atoms = gaussian(4, 8, 12);
    await expect(stability(atoms, [], level(4), options)).rejects.toMatchObject({ name: 'InputError', place: { field: 'runs' } });
    await expect(stability(atoms, [atoms, gaussian(4, 9, 1)], level(4), options)).rejects.toMatchObject({ name: 'InputError', place: { field: 'dictionary 3' } });
    const bad = gaussian(4, 8, 12);
    bad.data[17] = Number.NaN;
    await expect(stability(atoms, [bad], level(4), options)).rejects.toMatchObject({ name: 'InputError', place: { field: 'concept 2' } });
  });
});

describe('randomDirectionNull', () => {
  it('is what random dictionaries reach, and repeats under its seed', async () => {
    const [a, b] = [gaussian(150, 32, 20), gaussian(150, 32, 21)];
    const { random, mean } = await stability(a, [b], level(150), options);
    // Two draws of the same thing: 150 matched cosines with a spread of about 0.07.
    expect(Math.abs(random.mean - (mean[0] ?? 0))).toBeLessThan(0.03);
    expect(random.quantile99).toBeGreaterThan(random.mean);
    expect(random.concepts).toBe(150);
    expect(await randomDirectionNull(a, options)).toEqual(random);
    expect(await randomDirectionNull(a, { ...options, seed: 1 })).not.toEqual(random);
  });

  it('of a sample of concepts is close to, and not below, that of all', async () => {
    const atoms = gaussian(200, 32, 22);
    const all = await randomDirectionNull(atoms, options);
    const sample = await randomDirectionNull(atoms, { ...options, limit: 100 });
    expect(sample.concepts).toBe(50);
    expect(sample.mean).toBeGreaterThan(all.mean);
    expect(sample.mean).toBeLessThan(all.mean + 0.1);
  });
});
