import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atoms, reference, referenceMetrics, sparse } from '../../../tests/fixtures/analysis/load.ts';
import { overcomplete } from '../../../tests/fixtures/core/load.ts';
import { explainPair } from '../pair.ts';
import { Random } from '../random.ts';
import { codeRow, matrix } from '../tensor.ts';
import { BridgeSums } from './bridge.ts';
import { PairTable } from './pair-table.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { BridgeReport } from './bridge.ts';

const ROOM = 1e6;

function matched(rows: number): Uint32Array {
  return Uint32Array.from({ length: 2 * rows }, (_, at) => at >>> 1);
}

function bridgeOf(dictionary: Dictionary, images: SparseCodes, texts: SparseCodes, pairs: ArrayLike<number> = matched(images.rows), room = ROOM, top = 1e6): BridgeReport {
  const sums = new BridgeSums(dictionary, room);
  sums.add(images, texts, pairs);
  const report = sums.finish(top);
  if (report === null) throw new Error('there are pairs');
  return report;
}

/** Random codes with about a third of the concepts active, and atoms. */
function random(rows: number, c: number, seed: number): Matrix {
  const numbers = new Random(seed);
  return matrix(rows, c, Float32Array.from({ length: rows * c }, () => (numbers.uniform() < 0.3 ? numbers.uniform() : 0)));
}

const gaussian = (rows: number, cols: number, seed: number): Matrix => {
  const numbers = new Random(seed);
  return matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => numbers.normal()));
};

describe('the bridge', () => {
  it('is overcomplete’s co-activation times the Gram matrix', () => {
    const { c, metrics } = overcomplete;
    const { top, conceptPairs } = bridgeOf(reference.dictionary, reference.imageCodes, reference.textCodes);
    expect(conceptPairs).toBe(referenceMetrics.coact_image_to_text.data.filter((value) => value !== 0).length);
    expect(top.length).toBe(conceptPairs);
    for (const { i, j, value } of top) expect(value).toBeCloseTo(metrics.bridge.data[i * c + j] ?? Number.NaN, 6);
    const excess = top.map((bridge) => bridge.value - bridge.null);
    expect(excess).toEqual([...excess].sort((a, b) => b - a));
  });

  it('adds up to the mean similarity of reconstructions, bias apart, as pair explanations do', () => {
    const d = 3;
    const c = 5;
    const entry = fc.float({ min: -3, max: 3, noNaN: true });
    const table = (rows: number, cols: number): fc.Arbitrary<Matrix> =>
      fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((data) => matrix(rows, cols, Float32Array.from(data)));
    fc.assert(
      fc.property(table(c, d), table(4, c), table(4, c), table(2, d), fc.constantFrom(null, 0.25, -2), (D, zi, zt, bias, scale) => {
        const mean = bias.data.subarray(0, d);
        const dictionary = atoms(D, { b_dec: bias.data.slice(d), norm: scale === null ? { kind: 'none' } : { kind: 'constant', scale, mean } });
        const images = sparse(zi);
        const texts = sparse(zt);
        const report = bridgeOf(dictionary, images, texts);
        const pairs = [0, 1, 2, 3].map((r) => explainPair(dictionary, codeRow(images, r), codeRow(texts, r), 0));
        const average = (of: (pair: (typeof pairs)[number]) => number): number => pairs.reduce((sum, pair) => sum + of(pair) / 4, 0);
        const size = 1 + Math.abs(average((pair) => Math.abs(pair.reconstructed)));
        expect(Math.abs(report.sum - average((pair) => pair.reconstructed - pair.bias))).toBeLessThan(1e-9 * size * 100);
        expect(Math.abs((report.ofBias ?? Number.NaN) - average((pair) => pair.bias))).toBeLessThan(1e-9 * size * 100);
        expect(Math.abs(report.sum - report.meanReconstructedSimilarity)).toBeLessThan(1e-9 * size * 100);
      }),
      { numRuns: 60 },
    );
  });

  it('is linear: codes times s and t give B and null times s·t', () => {
    const dictionary = atoms(gaussian(6, 4, 1));
    const zi = random(9, 6, 2);
    const zt = random(9, 6, 3);
    const scaled = (z: Matrix, by: number): SparseCodes => sparse(matrix(z.rows, z.cols, z.data.map((value) => value * by)));
    const once = bridgeOf(dictionary, sparse(zi), sparse(zt));
    const more = bridgeOf(dictionary, scaled(zi, 4), scaled(zt, 0.5));
    expect(more.sum).toBe(2 * once.sum);
    expect(more.top).toEqual(once.top.map((bridge) => ({ ...bridge, value: 2 * bridge.value, null: 2 * bridge.null })));
  });

  it('has the mean over all shuffles as its null', () => {
    const dictionary = atoms(gaussian(12, 3, 4));
    const images = sparse(random(3, 12, 5));
    const texts = sparse(random(3, 12, 6));
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    const shuffled = new Map<string, number>();
    for (const order of orders) {
      const pairs = order.flatMap((text, image) => [image, text]);
      for (const { i, j, value } of bridgeOf(dictionary, images, texts, pairs).top) shuffled.set(`${i},${j}`, (shuffled.get(`${i},${j}`) ?? 0) + value / orders.length);
    }
    const { top } = bridgeOf(dictionary, images, texts);
    expect(top.length).toBeGreaterThan(3);
    for (const bridge of top) expect(bridge.null).toBeCloseTo(shuffled.get(`${bridge.i},${bridge.j}`) ?? Number.NaN, 10);
  });

  it('takes pairs in any order and number: five captions a picture', () => {
    const dictionary = atoms(gaussian(5, 3, 7));
    const images = sparse(random(2, 5, 8));
    const texts = sparse(random(6, 5, 9));
    const pairs = [0, 4, 1, 0, 0, 5, 1, 3, 0, 1];
    const gathered = (codes: SparseCodes, rows: readonly number[]): SparseCodes => {
      const dense = matrix(rows.length, 5);
      for (const [to, r] of rows.entries()) codeRow(codes, r).indices.forEach((i, e) => (dense.data[to * 5 + i] = codeRow(codes, r).values[e] ?? Number.NaN));
      return sparse(dense);
    };
    const listed = bridgeOf(dictionary, images, texts, pairs);
    const byRow = bridgeOf(dictionary, gathered(images, [0, 1, 0, 1, 0]), gathered(texts, [4, 0, 5, 3, 1]));
    expect(listed).toEqual(byRow);
  });

  it('keeps ΣB when there is no room for all pairs, and says how far a bridge may be off', () => {
    const dictionary = atoms(gaussian(40, 8, 10));
    const images = sparse(random(60, 40, 11));
    const texts = sparse(random(60, 40, 12));
    const full = bridgeOf(dictionary, images, texts);
    expect(full).toMatchObject({ evicted: 0, uncertainty: 0 });
    const small = bridgeOf(dictionary, images, texts, matched(60), 200);
    expect(full.conceptPairs).toBeGreaterThan(1000);
    expect(small.conceptPairs).toBeLessThanOrEqual(200);
    expect(small.evicted).toBeGreaterThan(800);
    expect(small.sum).toBeCloseTo(full.sum, 10);
    expect(small.meanReconstructedSimilarity).toBe(full.meanReconstructedSimilarity);
    const exact = new Map(full.top.map((bridge) => [`${bridge.i},${bridge.j}`, bridge]));
    for (const { i, j, value, null: expected } of small.top) {
      const truth = exact.get(`${i},${j}`);
      expect(Math.abs(value - (truth?.value ?? Number.NaN))).toBeLessThanOrEqual(small.uncertainty * (1 + 1e-12));
      expect(expected).toBe(truth?.null);
    }
  });

  it('finds one concept’s bridges, and any single one, listed or not', () => {
    const { dictionary, imageCodes, textCodes } = reference;
    const sums = new BridgeSums(dictionary, ROOM);
    sums.add(imageCodes, textCodes, matched(40));
    const all = sums.finish(dictionary.c ** 2)?.top ?? [];
    const concept = all[0]?.j ?? -1;
    const mine = all.filter(({ i, j }) => i === concept || j === concept);
    expect(mine.length).toBeGreaterThan(3);
    const found = sums.of(concept, 3);
    found.forEach((bridge, n) => {
      expect(bridge).toMatchObject({ i: mine[n]?.i, j: mine[n]?.j });
      expect(bridge.value).toBeCloseTo(mine[n]?.value ?? Number.NaN, 12);
      expect(bridge.null).toBeCloseTo(mine[n]?.null ?? Number.NaN, 12);
    });
    expect(found).toHaveLength(3);
    for (const { i, j, value } of all.slice(-5)) expect(sums.between(i, j).value).toBeCloseTo(value, 12);
    expect(new BridgeSums(dictionary, ROOM).of(concept, 3)).toEqual([]);
    expect(new BridgeSums(dictionary, ROOM).between(0, 1)).toEqual({ i: 0, j: 1, value: 0, null: 0 });
  });

  it('throws with both numbers when ΣB and the reconstructions disagree', () => {
    const sums = new BridgeSums(reference.dictionary, ROOM);
    sums.add(reference.imageCodes, reference.textCodes, matched(40));
    const partial = sums.toPartial();
    partial.coactivation[7] = (partial.coactivation[7] ?? 0) * (1 + 1e-6);
    const broken = new BridgeSums(reference.dictionary, ROOM);
    broken.addPartial(partial);
    expect(() => broken.finish(3)).toThrow(/Invariant broken: ΣB is 1\.31229\d+ and the mean reconstructed similarity 1\.31229\d+/);
    expect(new BridgeSums(reference.dictionary, ROOM).finish(3)).toBeNull();
  });

  it('takes codes without a single activation', () => {
    const none = sparse(matrix(2, 5));
    expect(bridgeOf(atoms(gaussian(5, 3, 7)), none, none)).toMatchObject({ pairs: 2, sum: 0, meanReconstructedSimilarity: 0, top: [], conceptPairs: 0 });
  });
});

describe('the table of pairs', () => {
  it('is a map of sums, also beyond 2³² keys and across growth', () => {
    const cols = 100_000;
    const numbers = new Random(13);
    const table = new PairTable(cols);
    const expected = new Map<number, number>();
    for (let n = 0; n < 20_000; n++) {
      const i = numbers.below(300) * 333;
      const j = cols - 1 - numbers.below(60);
      const value = numbers.below(1000) - 300;
      table.add(i, j, value);
      expected.set(i * cols + j, (expected.get(i * cols + j) ?? 0) + value);
    }
    expect(table.size).toBe(expected.size);
    expect(expected.size).toBeGreaterThan(10_000);
    const seen = new Map<number, number>();
    table.each((i, j, sum, error) => seen.set(i * cols + j, sum + error));
    expect(seen).toEqual(expected);
  });

  it('loses nothing to rounding that a float64 could show', () => {
    const table = new PairTable(2);
    for (const value of [1e16, 1, -1e16, 3]) table.add(1, 1, value);
    table.each((i, j, sum, error) => { expect([i, j, sum + error]).toEqual([1, 1, 4]); });
  });
});
