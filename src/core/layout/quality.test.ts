import { describe, expect, it } from 'vitest';
import { matrix, type Matrix } from '../tensor.ts';
import { denseProduct } from '../training/dense-product.ts';
import { uninterrupted } from '../work.ts';
import { layoutQuality } from './quality.ts';
import { byDistance, cosineDistance, gaussian } from './testing.ts';

/** Venna and Kaski's two measures in float64, from full rankings; of the points in `judged`. */
function reference(x: Matrix, layout: Float32Array, k: number, judged: readonly number[]): { trustworthiness: number; continuity: number } {
  const n = x.rows;
  const euclid = (i: number, j: number): number => Math.hypot((layout[2 * i] ?? 0) - (layout[2 * j] ?? 0), (layout[2 * i + 1] ?? 0) - (layout[2 * j + 1] ?? 0));
  let [intruders, missing] = [0, 0];
  for (const i of judged) {
    const high = byDistance(n, i, (a, b) => cosineDistance(x, a, b));
    const low = byDistance(n, i, euclid);
    for (const j of low.slice(0, k)) if (!high.slice(0, k).includes(j)) intruders += high.indexOf(j) + 1 - k;
    for (const j of high.slice(0, k)) if (!low.slice(0, k).includes(j)) missing += low.indexOf(j) + 1 - k;
  }
  const factor = 2 / (judged.length * k * (2 * n - 3 * k - 1));
  return { trustworthiness: 1 - factor * intruders, continuity: 1 - factor * missing };
}

function closeTo({ trustworthiness, continuity }: { trustworthiness: number; continuity: number }): object {
  return { trustworthiness: expect.closeTo(trustworthiness, 10), continuity: expect.closeTo(continuity, 10) };
}

const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const someLayout = (n: number, seed: number): Float32Array => gaussian(n, 2, seed).data;

describe('layoutQuality', () => {
  it.each([1, 5, 12, 29])('is the float64 reference with k = %i', async (k) => {
    // The layout knows two of the dimensions, so that neither measure is trivial, nor the two the same.
    const x = gaussian(60, 4, 1);
    const layout = Float32Array.from({ length: 120 }, (_, at) => (x.data[4 * (at >> 1) + (at & 1)] ?? 0) * (1 + (at & 1)));
    const { trustworthiness, continuity } = reference(x, layout, k, all(60));
    const quality = await layoutQuality(x, layout, k, uninterrupted);
    expect(quality).toEqual({ ...closeTo({ trustworthiness, continuity }), k, judged: 60, of: 60 });
    expect(trustworthiness).toBeLessThan(0.95);
    expect(trustworthiness).not.toBeCloseTo(continuity, 3);
  });

  it('takes equally far points by number, in both spaces', async () => {
    // Signs, whose cosines are whole quarters, and a lattice.
    const x = matrix(60, 4, gaussian(60, 4, 8).data.map(Math.sign));
    const layout = Float32Array.from({ length: 120 }, (_, at) => (at % 2 === 0 ? ((at >> 1) * 7) % 8 : ((at >> 1) * 5) % 7));
    for (const k of [2, 7]) expect(await layoutQuality(x, layout, k, uninterrupted)).toMatchObject(closeTo(reference(x, layout, k, all(60))));
  });

  it('judges a spread sample by ranks among all points, whoever multiplies', async () => {
    const [x, layout] = [gaussian(75, 6, 2), someLayout(75, 3)];
    const judged = [7, 22, 37, 52, 67];
    const product = async (...args: Parameters<typeof denseProduct>): Promise<void> => denseProduct(...args);
    expect(await layoutQuality(x, layout, 6, uninterrupted, 5, product)).toEqual({ ...closeTo(reference(x, layout, 6, judged)), k: 6, judged: 5, of: 75 });
  });

  it('is 1 where the layout has the ranks of the rows', async () => {
    // Each point's neighbours are at clearly different angles.
    const angles = Float64Array.from({ length: 24 }, (_, i) => 0.03 * 1.2 ** i);
    const layout = Float32Array.from({ length: 48 }, (_, at) => (at % 2 === 0 ? Math.cos(angles[at >> 1] ?? 0) : Math.sin(angles[at >> 1] ?? 0)));
    // The same circle, at other lengths: cosine does not see them.
    const x = matrix(24, 2, layout.map((value, at) => value * (1 + (at >> 1))));
    expect(await layoutQuality(x, layout, 5, uninterrupted)).toMatchObject({ trustworthiness: 1, continuity: 1 });
  });

  it('leaves out points without a place', async () => {
    const [x, layout] = [gaussian(40, 5, 4), someLayout(40, 5)];
    const kept = all(40).filter((i) => i % 7 !== 3);
    const few = matrix(kept.length, 5, Float32Array.from(kept.flatMap((i) => Array.from(x.data.subarray(5 * i, 5 * i + 5)))));
    const places = Float32Array.from(kept.flatMap((i) => [layout[2 * i] ?? 0, layout[2 * i + 1] ?? 0]));
    for (let i = 3; i < 40; i += 7) layout[2 * i + (i & 1)] = Number.NaN;
    const quality = await layoutQuality(x, layout, 4, uninterrupted);
    expect(quality).toMatchObject({ of: kept.length, judged: kept.length });
    expect(quality).toEqual(await layoutQuality(few, places, 4, uninterrupted));
  });

  it('takes fewer neighbours where there are few points, and says nothing of two', async () => {
    expect(await layoutQuality(gaussian(9, 3, 6), someLayout(9, 7), 15, uninterrupted)).toMatchObject({ k: 4, of: 9 });
    expect(await layoutQuality(gaussian(2, 3, 6), someLayout(2, 7), 15, uninterrupted)).toEqual({ trustworthiness: Number.NaN, continuity: Number.NaN, k: 0, judged: 2, of: 2 });
    expect(await layoutQuality(matrix(0, 3), new Float32Array(0), 15, uninterrupted)).toMatchObject({ k: 0, judged: 0, of: 0 });
  });

  it('refuses a k and a limit that are none', async () => {
    const [x, layout] = [gaussian(9, 3, 6), someLayout(9, 7)];
    await expect(layoutQuality(x, layout, 0, uninterrupted)).rejects.toMatchObject({ name: 'InputError', place: { field: 'neighbours' } });
    await expect(layoutQuality(x, layout, 3, uninterrupted, 0)).rejects.toMatchObject({ name: 'InputError', place: { field: 'limit' } });
  });
});
