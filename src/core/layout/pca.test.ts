import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { matrix, rowOf, type Matrix } from '../tensor.ts';
import { principalLayout } from './pca.ts';
import { gaussian } from './testing.ts';

const [U, V] = [[0.6, 0, 0.8, 0, 0], [0, 0.6, 0, -0.8, 0]] as const;

/** Rows in a plane of 5 dimensions, with a little noise, and their places in it: a cloud three times as long as wide. */
function plane(n: number, seed: number): { x: Matrix; places: Float64Array } {
  const random = new Random(seed);
  const places = Float64Array.from({ length: 2 * n }, (_, at) => random.normal() * (at % 2 === 0 ? 3 : 1));
  const data = Float32Array.from({ length: 5 * n }, (_, at) => {
    const [r, i] = [Math.floor(at / 5), at % 5];
    return 7 + (places[2 * r] ?? 0) * (U[i] ?? 0) + (places[2 * r + 1] ?? 0) * (V[i] ?? 0) + 1e-4 * random.normal();
  });
  return { x: matrix(n, 5, data), places };
}

/** Largest |difference| of distances between points, once the longest ones are the same. */
function distortion(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const distances = (p: ArrayLike<number>): number[] =>
    Array.from({ length: p.length / 2 }, (_, i) => Array.from({ length: i }, (_unused, j) => Math.hypot((p[2 * i] ?? 0) - (p[2 * j] ?? 0), (p[2 * i + 1] ?? 0) - (p[2 * j + 1] ?? 0)))).flat();
  const [first, second] = [distances(a), distances(b)];
  const [most, mostOfSecond] = [Math.max(...first), Math.max(...second)];
  return first.reduce((worst, value, at) => Math.max(worst, Math.abs(value / most - (second[at] ?? 0) / mostOfSecond)), 0);
}

describe('principalLayout', () => {
  it('recovers a planted plane without distortion, longest axis first', async () => {
    const { x, places } = plane(200, 1);
    const layout = await principalLayout(x);
    expect(distortion(layout, places)).toBeLessThan(1e-3);
    const spread = (axis: number): number => layout.reduce((sum, value, at) => (at % 2 === axis ? sum + value * value : sum), 0);
    expect(spread(0)).toBeGreaterThan(4 * spread(1));
  });

  it('fills [-1, 1]², centred', async () => {
    const layout = await principalLayout(plane(100, 2).x);
    const xs = layout.filter((_, at) => at % 2 === 0);
    const ys = layout.filter((_, at) => at % 2 === 1);
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([expect.closeTo(-1, 6), expect.closeTo(1, 6)]);
    expect(Math.min(...ys) + Math.max(...ys)).toBeCloseTo(0, 6);
    expect(Math.max(...ys)).toBeLessThan(0.7);
  });

  it('has signs that depend neither on the order of rows nor on rounding', async () => {
    const { x } = plane(64, 3);
    const reversed = matrix(64, 5);
    for (let r = 0; r < 64; r++) rowOf(reversed, 63 - r).set(rowOf(x, r));
    const [layout, back] = [await principalLayout(x), await principalLayout(reversed)];
    for (let r = 0; r < 64; r++) for (const axis of [0, 1]) expect(back[2 * (63 - r) + axis]).toBeCloseTo(layout[2 * r + axis] ?? Number.NaN, 4);
  });

  it('counts rows by their weights: twice is like being there twice, 0 and NaN like not counting', async () => {
    const x = gaussian(30, 4, 4);
    const twice = matrix(40, 4, Float32Array.from([...x.data, ...x.data.subarray(0, 40)]));
    const weighted = await principalLayout(x, Array.from({ length: 30 }, (_, r) => (r < 10 ? 2 : 1)));
    expect(distortion(weighted, (await principalLayout(twice)).subarray(0, 60))).toBeLessThan(1e-5);

    // Rows that do not count have a place, on the axes of the others.
    const { x: flat, places } = plane(50, 5);
    const mixed = matrix(52, 5, Float32Array.from([...flat.data, 7, 7, 7, 7, 900, 7, 7, 7, 7, -900]));
    const layout = await principalLayout(mixed, [...new Array<number>(50).fill(3), 0, Number.NaN]);
    expect(distortion(layout.subarray(0, 100), places)).toBeLessThan(1e-3);
    expect(layout.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect(await principalLayout(x, new Float64Array(30))).toEqual(await principalLayout(x));
  });

  it('has a place for everything of the smallest data', async () => {
    expect(await principalLayout(matrix(0, 4))).toEqual(new Float32Array(0));
    expect(await principalLayout(gaussian(1, 4, 6))).toEqual(new Float32Array(2));
    expect(Array.from(await principalLayout(matrix(3, 1, Float32Array.of(1, 2, 3))))).toEqual([-1, 0, 0, 0, 1, 0]);
    expect(await principalLayout(matrix(3, 2, Float32Array.of(4, 5, 4, 5, 4, 5)))).toEqual(new Float32Array(6));
  });

  it('refuses rows that are not finite and too many dimensions', async () => {
    const x = gaussian(5, 3, 7);
    x.data[10] = Infinity;
    await expect(principalLayout(x)).rejects.toMatchObject({ name: 'InputError', place: { field: 'row 3' } });
    await expect(principalLayout(matrix(1, 4097))).rejects.toMatchObject({ name: 'InputError', place: { field: 'layout' } });
  });
});
