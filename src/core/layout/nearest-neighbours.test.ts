import { describe, expect, it } from 'vitest';
import { CancelledError } from '../errors.ts';
import { matrix, rowOf, type Matrix } from '../tensor.ts';
import { denseProduct } from '../training/dense-product.ts';
import { uninterrupted } from '../work.ts';
import { nearestNeighbours, type NeighbourGraph } from './nearest-neighbours.ts';
import { byDistance, cosineDistance, gaussian } from './testing.ts';

const neighboursOf = ({ indices, k }: NeighbourGraph, r: number): number[] => Array.from(indices.subarray(r * k, r * k + k));

function expectExact(x: Matrix, graph: NeighbourGraph): void {
  for (let r = 0; r < x.rows; r++) {
    const expected = byDistance(x.rows, r, (i, j) => cosineDistance(x, i, j)).slice(0, graph.k);
    expect(neighboursOf(graph, r), `row ${r}`).toEqual(expected);
    expected.forEach((j, at) => { expect(graph.distances[r * graph.k + at]).toBeCloseTo(cosineDistance(x, r, j), 6); });
  }
}

describe('nearestNeighbours', () => {
  it('is brute force, over several tiles that do not come out even', async () => {
    const x = gaussian(531, 5, 1);
    const graph = await nearestNeighbours(x, 4, uninterrupted);
    expect([graph.k, graph.indices.length, graph.distances.length]).toEqual([4, 531 * 4, 531 * 4]);
    expectExact(x, graph);
  });

  it('does not care about the length of rows', async () => {
    const x = gaussian(60, 7, 2);
    for (let r = 0; r < x.rows; r++) rowOf(x, r).forEach((value, i, row) => { row[i] = value * 10 ** ((r % 9) - 4); });
    expectExact(x, await nearestNeighbours(x, 59, uninterrupted));
  });

  it('does not depend on the last digits of a product, even one far rougher than any is', async () => {
    const x = gaussian(200, 24, 3);
    const rough = (...args: Parameters<typeof denseProduct>): Promise<void> => {
      denseProduct(...args);
      const out = args[5];
      out.forEach((value, at) => { out[at] = value + 1e-3 * Math.sin(at * 12.9898); });
      return Promise.resolve();
    };
    expect(await nearestNeighbours(x, 10, uninterrupted, rough)).toEqual(await nearestNeighbours(x, 10, uninterrupted));
  });

  it('puts repeated rows first, at distance 0 and by number, and never a row itself', async () => {
    const x = gaussian(12, 4, 4);
    for (const r of [5, 9]) rowOf(x, r).set(rowOf(x, 2).map((value) => 3 * value));
    const graph = await nearestNeighbours(x, 3, uninterrupted);
    expect([2, 5, 9].map((r) => neighboursOf(graph, r).slice(0, 2))).toEqual([[5, 9], [2, 9], [2, 5]]);
    expect([2, 5, 9].flatMap((r) => Array.from(graph.distances.subarray(r * 3, r * 3 + 2)))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('takes a row of zeros as orthogonal to all', async () => {
    const x = gaussian(8, 4, 5);
    rowOf(x, 3).fill(0);
    const graph = await nearestNeighbours(x, 7, uninterrupted);
    expect(neighboursOf(graph, 3)).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(Array.from(graph.distances.subarray(21, 28))).toEqual(new Array(7).fill(1));
    expectExact(x, graph);
  });

  it.each([[0, 0], [1, 0], [2, 1], [6, 5]])('of %i rows has %i neighbours at most', async (rows, k) => {
    const graph = await nearestNeighbours(gaussian(rows, 3, 6), 15, uninterrupted);
    expect([graph.k, graph.indices.length]).toEqual([k, rows * k]);
  });

  it('refuses a k that is none and rows that are not finite', async () => {
    const x = gaussian(5, 3, 7);
    for (const k of [0, -1, 1.5, Number.NaN]) await expect(nearestNeighbours(x, k, uninterrupted)).rejects.toMatchObject({ name: 'InputError', place: { field: 'neighbours' } });
    x.data[7] = Number.NaN;
    await expect(nearestNeighbours(x, 2, uninterrupted)).rejects.toMatchObject({ name: 'InputError', place: { field: 'row 2' } });
  });

  it('stops when it is cancelled', async () => {
    const pause = (): never => { throw new CancelledError(); };
    await expect(nearestNeighbours(matrix(600, 64, gaussian(600, 64, 8).data), 3, { ...uninterrupted, pause })).rejects.toThrow(CancelledError);
  });
});
