import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../encode.ts';
import { cosine, l0 } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { defaultRecipe } from '../training/presets.ts';
import { uninterrupted } from '../work.ts';
import { fitKmeans } from './kmeans.ts';
import { lloyd } from './lloyd.ts';
import { Meter } from './meter.ts';
import { miniBatchKmeans } from './minibatch.ts';
import type { Matrix } from '../tensor.ts';

const meter = (): Meter => new Meter(uninterrupted, 1);

/** `perCluster` rows around each of the axes 0 … clusters − 1. */
function clustered(clusters: number, perCluster: number, d: number, noise: number): Matrix {
  const random = new Random(3);
  return matrix(clusters * perCluster, d, Float32Array.from({ length: clusters * perCluster * d }, (_, at) => (Math.floor(at / d) % clusters === at % d ? 1 : 0) + noise * random.normal()));
}

function distance(rows: Matrix, r: number, centroids: Float64Array, i: number): number {
  return rowOf(rows, r).reduce((sum, value, j) => sum + (value - (centroids[i * rows.cols + j] ?? 0)) ** 2, 0);
}

describe('lloyd', () => {
  const tables = fc.integer({ min: 1, max: 24 }).chain((n) => fc.array(fc.array(fc.constantFrom(-2, -1, 0, 0.5, 3), { minLength: 2, maxLength: 2 }), { minLength: n, maxLength: n }));

  it('never raises its objective, and ends with every row at its nearest centroid and each centroid at the mean of its rows', async () => {
    await fc.assert(
      fc.asyncProperty(tables, fc.integer({ min: 1, max: 8 }), fc.nat(50), async (table, c, seed) => {
        const rows = matrix(table.length, 2, Float32Array.from(table.flat()));
        const { centroids, labels, counts, objective } = await lloyd(rows, c, 100, new Random(seed), meter());
        objective.forEach((value, i) => { if (i > 0) expect(value).toBeLessThanOrEqual((objective[i - 1] ?? 0) * (1 + 1e-12) + 1e-12); });
        const distinct = new Set(table.map((row) => row.join())).size;
        expect(counts).toHaveLength(Math.min(c, distinct));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows.rows);
        if (objective.length === 100) return;
        labels.forEach((label, r) => {
          const own = distance(rows, r, centroids, label);
          for (let i = 0; i < counts.length; i++) expect(own).toBeLessThanOrEqual(distance(rows, r, centroids, i) + 1e-9);
        });
        counts.forEach((count, i) => {
          for (let j = 0; count > 0 && j < 2; j++) {
            let sum = 0;
            labels.forEach((label, r) => { if (label === i) sum += rows.data[2 * r + j] ?? 0; });
            expect(centroids[2 * i + j]).toBeCloseTo(sum / count, 9);
          }
        });
      }),
    );
  });

  it('has no error left with as many clusters as different rows', async () => {
    const rows = matrix(6, 2, Float32Array.of(0, 0, 5, 5, 0, 0, 1, 9, 5, 5, -3, 2));
    const { objective, counts } = await lloyd(rows, 6, 10, new Random(0), meter());
    expect(objective.at(-1)).toBe(0);
    expect([...counts].sort()).toEqual([1, 1, 2, 2]);
  });

  it('finds clusters that lie apart', async () => {
    const rows = clustered(6, 20, 8, 0.05);
    const { labels } = await lloyd(rows, 6, 50, new Random(1), meter());
    labels.forEach((label, r) => { expect(label).toBe(labels[r % 6]); });
    expect(new Set(labels).size).toBe(6);
  });
});

describe('mini-batch k-means', () => {
  it('finds clusters that lie apart', async () => {
    const rows = clustered(6, 40, 8, 0.05);
    const centroids = await miniBatchKmeans(rows, 6, { batch: 50, visits: 1000, seedRows: 100 }, new Random(1), meter());
    for (let axis = 0; axis < 6; axis++) {
      const cosines = Array.from({ length: 6 }, (_, i) => cosine(centroids.subarray(i * 8, i * 8 + 8), Float64Array.from({ length: 8 }, (_unused, j) => (j === axis ? 1 : 0))));
      expect(Math.max(...cosines)).toBeGreaterThan(0.99);
    }
  });
});

describe('k-means as a dictionary', () => {
  const rows = clustered(6, 20, 8, 0.05);
  const recipe = { ...defaultRecipe('kmeans', { rows: rows.rows, d: 8 }), concepts: 6, k: 1, epochs: 50 };

  it('codes a row by the cluster it is in', async () => {
    const dictionary = await fitKmeans({ ...recipe, init: { ...recipe.init, bias: 'zero' } }, rows, uninterrupted);
    const codes = encode(dictionary, rows);
    expect(l0(codes)).toBe(1);
    codes.indices.forEach((index, r) => { expect(index).toBe(codes.indices[r % 6]); });
    expect(dictionary.b_pre.every((value) => value === 0)).toBe(true);
  });

  it('has fewer concepts where fewer rows differ, and says so', async () => {
    const same = matrix(20, 8, Float32Array.from({ length: 160 }, (_, at) => (Math.floor(at / 8) % 2 === 0 ? 1 : at % 8)));
    expect(await fitKmeans(recipe, same, uninterrupted)).toMatchObject({ c: 2, notes: expect.arrayContaining([expect.stringContaining('2 of the 6 concepts')]) });
  });

  it('reconstructs rows that do not differ by their mean', async () => {
    const same = matrix(20, 8, new Float32Array(160).fill(0.3));
    const dictionary = await fitKmeans(recipe, same, uninterrupted);
    expect(dictionary.c).toBe(1);
    expect(encode(dictionary, same).values).toHaveLength(0);
  });
});
