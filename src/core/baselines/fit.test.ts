import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { encode } from '../encode.ts';
import { CancelledError } from '../errors.ts';
import { l0, r2PerFeature } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { defaultRecipe } from '../training/presets.ts';
import { uninterrupted } from '../work.ts';
import { fitBaseline, isBaseline } from './fit.ts';
import type { Matrix } from '../tensor.ts';
import type { Recipe } from '../training/recipe.ts';

const random = new Random(21);
const rows = matrix(300, 12, Float32Array.from({ length: 3600 }, (_, at) => (at % 12) / 12 + (1 + (Math.floor(at / 12) % 5 === at % 5 ? 2 : 0)) * random.normal()));

function recipeOf(method: 'pca' | 'kmeans' | 'semi-nmf', of: Matrix = rows): Recipe {
  return { ...defaultRecipe(method, { rows: of.rows, d: of.cols }), concepts: 16, k: 3, epochs: 20 };
}

describe.each(['pca', 'kmeans', 'semi-nmf'] as const)('%s', (method) => {
  it('gives unit atoms, codes of the asked L0, and a reconstruction better than the mean, which more codes improve', async () => {
    let before = 0;
    for (const k of [1, 3, 8]) {
      const dictionary = await fitBaseline({ ...recipeOf(method), k }, rows, uninterrupted);
      for (let i = 0; i < dictionary.c; i++) expect(Math.hypot(...dictionary.W_dec.subarray(i * 12, i * 12 + 12))).toBeCloseTo(1, 5);
      const codes = encode(dictionary, rows);
      expect(l0(codes)).toBeLessThanOrEqual(k);
      const explained = r2PerFeature(rows, decode(dictionary, codes));
      expect(explained).toBeGreaterThan(before);
      before = explained;
    }
  });

  it('gives the same bits under the same seed, and the same atoms for another k', async () => {
    const again = await fitBaseline(recipeOf(method), rows, uninterrupted);
    expect(await fitBaseline(recipeOf(method), rows, uninterrupted)).toEqual(again);
    expect((await fitBaseline({ ...recipeOf(method), k: 5 }, rows, uninterrupted)).W_dec).toEqual(again.W_dec);
  });

  it('takes repeated rows, rows of zeros, and fewer rows than concepts', async () => {
    const odd = matrix(7, 12);
    for (const r of [0, 1, 2]) rowOf(odd, r).set(rowOf(rows, 0));
    for (const r of [3, 4]) rowOf(odd, r).set(rowOf(rows, r));
    const dictionary = await fitBaseline({ ...recipeOf(method, odd), k: 4 }, odd, uninterrupted);
    expect(dictionary.W_dec.every(Number.isFinite)).toBe(true);
    // Four different rows: three directions about the mean.
    expect(r2PerFeature(odd, decode(dictionary, encode(dictionary, odd)))).toBeGreaterThan(0.9);
  });

  it('takes a single row', async () => {
    const one = matrix(1, 12, rows.data.slice(0, 12));
    const dictionary = await fitBaseline(recipeOf(method, one), one, uninterrupted);
    decode(dictionary, encode(dictionary, one)).data.forEach((value, i) => { expect(value).toBeCloseTo(one.data[i] ?? Number.NaN, 5); });
  });

  it('names the row of a value that is not finite', async () => {
    const bad = matrix(300, 12, rows.data.slice());
    bad.data[5 * 12 + 7] = Number.NaN;
    await expect(fitBaseline(recipeOf(method), bad, uninterrupted)).rejects.toMatchObject({ name: 'InputError', message: expect.stringMatching(/^row 5: the embedding has NaN at position 7\./u) });
  });

  it('ends with what a pause throws, reporting progress until then', async () => {
    const large = matrix(4000, 64, Float32Array.from({ length: 256_000 }, () => random.normal()));
    const work = async (stopAt: number): Promise<number[]> => {
      const shares: number[] = [];
      let pauses = 0;
      await fitBaseline({ ...recipeOf(method, large), epochs: 2 }, large, {
        progress: (done, total) => shares.push(done / total),
        pause: () => ((pauses += 1) === stopAt ? Promise.reject(new CancelledError()) : undefined),
      }).catch((error: unknown) => {
        if (!(error instanceof CancelledError)) throw error;
        shares.push(Number.NaN);
      });
      return shares;
    };
    expect((await work(2)).slice(1)).toEqual([expect.any(Number), Number.NaN]);
    const shares = await work(Infinity);
    shares.forEach((share, i) => { expect(share).toBeGreaterThanOrEqual(shares[i - 1] ?? 0); });
    expect(shares.at(-1)).toBe(1);
  });

  it.each([
    [{ k: 17 }, 'k is 17'],
    [{ k: 0 }, 'k is 0'],
    [{ concepts: 2.5 }, 'concepts is 2.5'],
    [{ epochs: 0 }, 'epochs is 0'],
  ])('refuses %o', async (change, message) => {
    await expect(fitBaseline({ ...recipeOf(method), ...change }, rows, uninterrupted)).rejects.toMatchObject({ name: 'InputError', message: expect.stringContaining(message) });
  });

  it('refuses no rows', async () => {
    await expect(fitBaseline(recipeOf(method), matrix(0, 12), uninterrupted)).rejects.toMatchObject({ name: 'InputError', place: { field: 'rows' } });
  });
});

it('knows which methods are baselines', () => {
  expect(isBaseline('pca')).toBe(true);
  expect(isBaseline('batchtopk')).toBe(false);
});

it.each(['kmeans', 'semi-nmf'] as const)('%s differs between seeds', async (method) => {
  const [a, b] = await Promise.all([0, 1].map((seed) => fitBaseline({ ...recipeOf(method), seed }, rows, uninterrupted)));
  expect(a?.W_dec).not.toEqual(b?.W_dec);
});
