import { beforeAll, describe, expect, it } from 'vitest';
import { UMAP } from 'umap-js';
import { CancelledError } from '../errors.ts';
import { Random } from '../random.ts';
import { matrix, rowOf, type Matrix } from '../tensor.ts';
import { uninterrupted } from '../work.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { principalLayout } from './pca.ts';
import { layoutQuality } from './quality.ts';
import { clusters, cosineDistance, gaussian } from './testing.ts';
import { umap, type UmapOptions } from './umap.ts';
import type { NeighbourGraph } from './nearest-neighbours.ts';

const [ROWS, CLUSTERS] = [300, 15];

interface Case {
  readonly x: Matrix;
  readonly graph: NeighbourGraph;
  readonly options: UmapOptions;
}

async function prepared(x: Matrix): Promise<Case> {
  return { x, graph: await nearestNeighbours(x, 14, uninterrupted), options: { seed: 1, neighbours: 15, minDist: 0.1, initial: await principalLayout(x) } };
}

describe('umap', () => {
  let data: Case;
  let layout: Float32Array;
  beforeAll(async () => {
    data = await prepared(clusters(ROWS, 24, CLUSTERS, 0.6, 3));
    layout = await umap(data.graph, data.options, uninterrupted);
  });

  it('repeats bit for bit under its seed, and is another under another', async () => {
    const { graph, options } = data;
    expect(await umap(graph, options, uninterrupted)).toEqual(layout);
    expect(await umap(graph, { ...options, seed: 2 }, uninterrupted)).not.toEqual(layout);
  });

  it('fills [-1, 1]², centred', () => {
    const [xs, ys] = [0, 1].map((axis) => layout.filter((_, at) => at % 2 === axis));
    for (const side of [xs ?? [], ys ?? []]) expect(Math.min(...side) + Math.max(...side)).toBeCloseTo(0, 6);
    expect(Math.max(...layout)).toBeCloseTo(1, 6);
  });

  it('keeps clusters together and apart', () => {
    const distance = (i: number, j: number): number => Math.hypot((layout[2 * i] ?? 0) - (layout[2 * j] ?? 0), (layout[2 * i + 1] ?? 0) - (layout[2 * j + 1] ?? 0));
    for (let i = 0; i < ROWS; i++) {
      const others = Array.from({ length: ROWS }, (_, j) => j).filter((j) => j !== i).sort((a, b) => distance(i, a) - distance(i, b));
      expect(others.slice(0, ROWS / CLUSTERS - 1).every((j) => j % CLUSTERS === i % CLUSTERS), `point ${i}`).toBe(true);
    }
  });

  it('is trusted more than principal axes, and as much as umap-js', async () => {
    const { x, options } = data;
    const trust = async (places: Float32Array): Promise<number> => (await layoutQuality(x, places, 10, uninterrupted)).trustworthiness;
    const random = new Random(9);
    const numbers = Array.from({ length: x.rows }, (_, r) => [r]);
    const theirs = new UMAP({ nNeighbors: 15, minDist: 0.1, random: () => random.uniform(), distanceFn: ([i = 0], [j = 0]) => Math.max(0, cosineDistance(x, i, j)) }).fit(numbers);
    const ours = await trust(layout);
    expect(ours).toBeGreaterThan((await trust(options.initial)) + 0.1);
    expect(ours).toBeGreaterThan((await trust(Float32Array.from(theirs.flat()))) - 0.02);
  });

  it('takes the neighbours it is asked for, not all of the graph', async () => {
    const { x, options } = data;
    const wide = await nearestNeighbours(x, 30, uninterrupted);
    expect(await umap(wide, options, uninterrupted)).toEqual(layout);
  });

  it.each([0, 1, 2, 3, 5])('has a place for each of %i rows', async (rows) => {
    const { graph, options } = await prepared(gaussian(rows, 4, 5));
    const few = await umap(graph, { ...options, epochs: 50 }, uninterrupted);
    expect(few.length).toBe(2 * rows);
    expect(few.every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  it('has finite places for rows that are all the same', async () => {
    const x = matrix(40, 4);
    for (let r = 0; r < 40; r++) rowOf(x, r).set([1, 2, 3, 4]);
    const { graph, options } = await prepared(x);
    const same = await umap(graph, options, uninterrupted);
    expect(same.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect(new Set(same).size).toBeGreaterThan(20);
  });

  it('refuses settings without a meaning', async () => {
    const { graph, options } = data;
    for (const [field, value] of [['neighbours', 1], ['neighbours', 2.5], ['minDist', -0.1], ['minDist', Number.NaN], ['epochs', 0], ['epochs', Infinity]] as const) {
      await expect(umap(graph, { ...options, [field]: value }, uninterrupted)).rejects.toMatchObject({ name: 'InputError', place: { field } });
    }
  });

  it('reports rising progress, pauses often and stops when it is cancelled', async () => {
    const { graph, options } = data;
    const shares: number[] = [];
    await umap(graph, options, { pause: () => undefined, progress: (done, total) => shares.push(done / total) });
    expect(shares.length).toBeGreaterThan(20);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    let pauses = 0;
    const pause = (): undefined => {
      pauses += 1;
      if (pauses > 3) throw new CancelledError();
    };
    await expect(umap(graph, options, { ...uninterrupted, pause })).rejects.toThrow(CancelledError);
    expect(pauses).toBe(4);
  });
});
