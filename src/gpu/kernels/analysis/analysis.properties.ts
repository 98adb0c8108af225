/**
 * What every backend that sums codes for a `MetricsAccumulator` has to do, against plain sums that share no code with any of them.
 * Run by analysis.test.ts on the CPU and by analysis.browser.test.ts on WebGPU.
 */
import { describe, expect, it } from 'vitest';
import { BINS, binEdges } from '../../../core/analysis/histogram.ts';
import { MetricsAccumulator } from '../../../core/analysis/metrics-accumulator.ts';
import { InputError } from '../../../core/errors.ts';
import { CodesBuilder } from '../../../core/codes-builder.ts';
import { Random } from '../../../core/random.ts';
import { codeRow, matrix } from '../../../core/tensor.ts';
import { gaussians, randomDictionary } from '../encode/testing.ts';
import type { MetricsPartial } from '../../../core/analysis/metrics-accumulator.ts';
import type { Dictionary } from '../../../core/dictionary.ts';
import type { Matrix, SparseCodes } from '../../../core/tensor.ts';
import type { AnalysisTuning } from './plan.ts';

export interface AnalysisBackend {
  readonly name: string;
  /** Adds rows and pairs to `metrics`; `tuning` reaches rare paths, a backend without them ignores it. */
  readonly add: (metrics: MetricsAccumulator, dictionary: Dictionary, rows: AnalysisRows, tuning?: Partial<AnalysisTuning>) => Promise<void>;
}

export interface AnalysisRows {
  readonly images: Matrix;
  readonly texts: Matrix;
  readonly imageCodes: SparseCodes;
  readonly textCodes: SparseCodes;
  readonly pairs: Uint32Array;
}

/** Share of the largest sum that fixed point may be off by: units of 2⁻⁴⁶, some hundred of them. */
const ROUNDING = 1e-11;

/** Images, texts, pairs, c: one of everything, none of something, odd ones, and both sides of the 64 threads. */
const SHAPES = [
  [1, 1, 1, 1],
  [1, 3, 3, 2],
  [5, 0, 0, 7],
  [17, 9, 40, 63],
  [64, 65, 66, 64],
  [3, 40, 100, 65],
  [70, 30, 90, 200],
] as const;

export function analysisProperties({ name, add }: AnalysisBackend): void {
  const sum = async (rows: AnalysisRows, c: number, tuning?: Partial<AnalysisTuning>): Promise<MetricsPartial> => {
    const dictionary = dictionaryOf(c);
    const metrics = new MetricsAccumulator(dictionary);
    await add(metrics, dictionary, rows, tuning);
    if (rows.images.rows > 0) metrics.finish();
    return metrics.toPartial();
  };

  describe(`sums over codes on ${name}`, () => {
    for (const [images, texts, pairs, c] of SHAPES) {
      it(`agree with plain ones for ${images} images, ${texts} texts, ${pairs} pairs, c = ${c}`, async () => {
        const rows = randomRows(images, texts, pairs, c, images + c);
        expectReference(await sum(rows, c), rows);
      });
    }

    it('agree for codes of any magnitude and sign, zeros among them', async () => {
      const rows = randomRows(30, 30, 60, 20, 1);
      const sizes = [1e-38, 3e-42, 1e-20, 1e-9, 0.01, 1, 1, 1, 300, 1e12];
      for (const most of [6, 8, 10]) {
        const spread = (codes: SparseCodes): SparseCodes => ({ ...codes, values: codes.values.map((z, e) => (e % 3 === 0 ? -z : z) * (e % 17 === 0 ? 0 : (sizes[e % most] ?? 1))) });
        const wide = { ...rows, imageCodes: spread(rows.imageCodes), textCodes: spread(rows.textCodes) };
        expectReference(await sum(wide, 20), wide);
      }
    });

    it('are exact where codes are multiples of a power of two', async () => {
      const rows = randomRows(50, 50, 300, 30, 2);
      const coarse = (codes: SparseCodes): SparseCodes => ({ ...codes, values: codes.values.map((z) => Math.ceil(z * 64) / 64) });
      const exact = { ...rows, imageCodes: coarse(rows.imageCodes), textCodes: coarse(rows.textCodes) };
      const partial = await sum(exact, 30);
      const { coactivation, sums } = reference(exact);
      expect(partial.images.codes.high).toEqual(sums(exact.imageCodes));
      expect(entriesOf(partial)).toEqual(coactivation);
    });

    it('are off by at most half a unit for each number that was added', async () => {
      const z = (seed: number): SparseCodes => codesOf(matrix(1, 40, gaussians(40, seed).map((value, i) => value / 2 ** (i % 20))));
      const [imageCodes, textCodes] = [z(31), z(32)];
      const binade = (codes: SparseCodes): number => Math.floor(Math.log2(codes.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
      const one = { ...randomRows(1, 1, 1, 40, 30), imageCodes, textCodes };
      const partial = await sum(one, 40);
      const { coactivation, sums } = reference(one);
      const found = entriesOf(partial);
      // Products of two float32 are exact in float64.
      const most = (errors: Iterable<number>): number => Math.max(...errors);
      expect(most([...coactivation].map(([key, value]) => Math.abs((found.get(key) ?? 0) - value)))).toBeLessThanOrEqual(2 ** (binade(imageCodes) + binade(textCodes) - 45));
      expect(most(sums(imageCodes).map((value, i) => Math.abs((partial.images.codes.high[i] ?? NaN) - value)))).toBeLessThanOrEqual(2 ** (binade(imageCodes) - 40));
    });

    it('do not depend on tiles, batches or room', async () => {
      const rows = randomRows(40, 30, 200, 150, 3);
      const whole = await sum(rows, 150);
      // Histograms of 150 concepts take 76 800 bytes: the least that a plan takes, in which 64 rows of sums fit.
      for (const tuning of [{ pairs: 7 }, { pairs: 1 }, { bufferBytes: 76_800 }, { bufferBytes: 76_800, pairs: 90 }]) {
        const cut = await sum(rows, 150, tuning);
        expectSame(cut, whole, JSON.stringify(tuning));
      }
    });

    it('add up over calls', async () => {
      const dictionary = dictionaryOf(40);
      const metrics = new MetricsAccumulator(dictionary);
      const parts = [randomRows(20, 10, 30, 40, 4), randomRows(7, 25, 11, 40, 5)];
      for (const rows of parts) await add(metrics, dictionary, rows);
      metrics.finish();
      const [first, second] = parts.map(reference);
      const total = entriesOf(metrics.toPartial());
      for (const [key, value] of total) expect(value).toBeCloseTo((first?.coactivation.get(key) ?? 0) + (second?.coactivation.get(key) ?? 0), 8);
      expect(metrics.toPartial().bridge.pairs).toBe(41);
    });

    it('count a dense code in every row', async () => {
      // ReLU without a threshold: every concept is active, and every pair of concepts in every pair.
      const dense = (rows: number, seed: number): SparseCodes => codesOf(matrix(rows, 33, gaussians(rows * 33, seed).map((z) => Math.abs(z) + 0.01)));
      const rows = { ...randomRows(12, 12, 20, 33, 6), imageCodes: dense(12, 7), textCodes: dense(12, 8) };
      const partial = await sum(rows, 33);
      expectReference(partial, rows);
      expect(partial.bridge.coactivation.length).toBe(33 * 33);
    });

    it('refuse codes and pairs that do not fit, and add nothing', async () => {
      const dictionary = dictionaryOf(9);
      const rows = randomRows(4, 4, 4, 9, 9);
      const values = rows.imageCodes.values.slice().fill(NaN, 1, 2);
      const indices = rows.textCodes.indices.slice().fill(9, 0, 1);
      for (const [bad, message] of [
        [{ ...rows, imageCodes: { ...rows.imageCodes, values } }, /images, row \d+: .*NaN/],
        [{ ...rows, textCodes: { ...rows.textCodes, indices } }, /texts, row \d+: concept 9/],
        [{ ...rows, pairs: Uint32Array.of(0, 0, 3, 4) }, /text 4 of 4/],
        [{ ...rows, imageCodes: codesOf(matrix(4, 8)) }, /8 concepts/],
      ] as const) {
        const metrics = new MetricsAccumulator(dictionary);
        const refusal = expect(add(metrics, dictionary, bad)).rejects;
        await refusal.toThrow(InputError);
        await refusal.toThrow(message);
        expect(metrics.toPartial().bridge.pairs).toBe(0);
      }
    });
  });
}

function dictionaryOf(c: number): Dictionary {
  return { ...randomDictionary(6, c, { kind: 'relu' }), W_dec: gaussians(6 * c, 21) };
}

/** Random rows with codes about a quarter of which are active, on a skewed choice of concepts; some rows have none. */
function randomRows(images: number, texts: number, pairs: number, c: number, seed: number): AnalysisRows {
  const numbers = new Random(seed);
  const codes = (rows: number): SparseCodes =>
    codesOf(matrix(rows, c, Float32Array.from({ length: rows * c }, (_, at) => (Math.floor(at / c) % 5 !== 3 && numbers.uniform() < 0.5 / (1 + (at % c) / c) ** 3 ? numbers.uniform() : 0))));
  return {
    images: matrix(images, 6, gaussians(images * 6, seed + 50)),
    texts: matrix(texts, 6, gaussians(texts * 6, seed + 51)),
    imageCodes: codes(images),
    textCodes: codes(texts),
    pairs: Uint32Array.from({ length: 2 * pairs }, (_, at) => numbers.below(at % 2 === 0 ? images : texts)),
  };
}

function codesOf(z: Matrix): SparseCodes {
  const codes = new CodesBuilder(z.rows, z.cols);
  for (let r = 0; r < z.rows; r++) {
    for (let i = 0; i < z.cols; i++) codes.push(i, z.data[r * z.cols + i] ?? 0);
    codes.endRow();
  }
  return codes.finish();
}

/** Plain sums: `coactivation` by `i·c + j`, without those that are 0. */
function reference({ imageCodes, textCodes, pairs }: AnalysisRows) {
  const coactivation = new Map<number, number>();
  for (let p = 0; p < pairs.length; p += 2) {
    const image = codeRow(imageCodes, pairs[p] ?? 0);
    const text = codeRow(textCodes, pairs[p + 1] ?? 0);
    for (const [a, i] of image.indices.entries()) {
      for (const [b, j] of text.indices.entries()) {
        const key = i * imageCodes.cols + j;
        const product = (image.values[a] ?? NaN) * (text.values[b] ?? NaN);
        if (product !== 0) coactivation.set(key, (coactivation.get(key) ?? 0) + product);
      }
    }
  }
  const sums = (codes: SparseCodes): Float64Array => {
    const sum = new Float64Array(codes.cols);
    for (const [e, i] of codes.indices.entries()) sum[i] = (sum[i] ?? 0) + (codes.values[e] ?? NaN);
    return sum;
  };
  return { coactivation, sums };
}

function entriesOf({ c, bridge }: MetricsPartial): Map<number, number> {
  const entries = Array.from(bridge.coactivation, (value, e): [number, number] => [(bridge.indicesImages[e] ?? 0) * c + (bridge.indicesTexts[e] ?? 0), value + (bridge.errors[e] ?? 0)]);
  return new Map(entries.sort(([a], [b]) => a - b));
}

function expectReference(partial: MetricsPartial, rows: AnalysisRows): void {
  const { coactivation, sums } = reference(rows);
  const found = entriesOf(partial);
  const largest = (codes: SparseCodes): number => codes.values.reduce((most, z) => Math.max(most, Math.abs(z)), 0);
  const allowed = ROUNDING * largest(rows.imageCodes) * largest(rows.textCodes) + Number.MIN_VALUE;
  const problems: string[] = [];
  for (const key of new Set([...found.keys(), ...coactivation.keys()])) {
    // What is too small for the unit may be missing; nothing may be there that is not in the data.
    if (!coactivation.has(key)) problems.push(`entry ${key} should not be there`);
    if (!(Math.abs((found.get(key) ?? 0) - (coactivation.get(key) ?? 0)) <= allowed)) problems.push(`entry ${key} is ${found.get(key)} and should be ${coactivation.get(key)}`);
  }
  for (const [part, codes] of [[partial.images, rows.imageCodes], [partial.texts, rows.textCodes]] as const) {
    const expected = sums(codes);
    const edges = binEdges();
    const counts = new Uint32Array(codes.cols * BINS);
    const alive = new Uint8Array(codes.cols);
    for (const [e, i] of codes.indices.entries()) {
      const z = codes.values[e] ?? NaN;
      if (z !== 0) alive[i] = 1;
      if (z > 0) {
        const at = i * BINS + edges.findLastIndex((edge) => edge <= z);
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
    expected.forEach((value, i) => {
      const got = (part.codes.high[i] ?? NaN) + (part.codes.low[i] ?? NaN);
      if (!(Math.abs(got - value) <= ROUNDING * largest(codes) * 10)) problems.push(`concept ${i} has ${got} and should have ${value}`);
    });
    expect(part.alive).toEqual(alive);
    expect(part.training.map((count, at) => count + (part.heldOut[at] ?? 0))).toEqual(counts);
  }
  expect(problems).toEqual([]);
  expect(partial.bridge.pairs).toBe(rows.pairs.length / 2);
  // The split is the accumulator's own.
  const counted = (counts: Uint32Array): number => counts.reduce((all, count) => all + count, 0);
  if (rows.images.rows >= 30) expect(Math.min(counted(partial.images.training), counted(partial.images.heldOut))).toBeGreaterThan(0);
}

/** The same sums of concepts to the last bit, and of pairs but for the order of additions, entries in any order. */
function expectSame(actual: MetricsPartial, expected: MetricsPartial, what: string): void {
  const entries = entriesOf(expected);
  const found = entriesOf(actual);
  expect(found.size, what).toBe(entries.size);
  expect([...found].filter(([key, value]) => !(Math.abs(value - (entries.get(key) ?? NaN)) <= 1e-12)), what).toEqual([]);
  for (const side of ['images', 'texts'] as const) {
    expect(actual[side].codes.high, what).toEqual(expected[side].codes.high);
    expect(actual[side].training, what).toEqual(expected[side].training);
    expect(actual[side].heldOut, what).toEqual(expected[side].heldOut);
  }
}
