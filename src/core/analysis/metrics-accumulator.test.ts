import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atoms, reference, sparse } from '../../../tests/fixtures/analysis/load.ts';
import { overcomplete } from '../../../tests/fixtures/core/load.ts';
import { decode } from '../decode.ts';
import { frequency, l0, r2, r2PerFeature } from '../metrics.ts';
import { stackRows } from '../rows.ts';
import { matrix, rowOf } from '../tensor.ts';
import { MetricsAccumulator } from './metrics-accumulator.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { MetricsReport } from './metrics-report.ts';

/** Rows `from … to` of both modalities, all matched. */
interface Rows {
  readonly images: Matrix;
  readonly texts: Matrix;
  readonly imageCodes: SparseCodes;
  readonly textCodes: SparseCodes;
}

function pass(dictionary: Dictionary, { images, texts, imageCodes, textCodes }: Rows, into = new MetricsAccumulator(dictionary)): MetricsAccumulator {
  into.addImages(images, imageCodes);
  into.addTexts(texts, textCodes);
  into.addPairs(imageCodes, textCodes);
  return into;
}

function close(actual: number | null | undefined, expected: number, digits = 6): void {
  expect(actual).not.toBeNull();
  expect(actual ?? Number.NaN).toBeCloseTo(expected, digits);
}

describe('the accumulator agrees with overcomplete', () => {
  const report = pass(reference.dictionary, reference).finish();

  it('R², L0 and energies', () => {
    close(report.r2, overcomplete.batchtopk_eval.r2, 5);
    close(report.l0, overcomplete.batchtopk_eval.l0);
    report.energyImage.forEach((value, i) => { close(value, overcomplete.metrics.energy_img.data[i] ?? Number.NaN); });
    report.energyText.forEach((value, i) => { close(value, overcomplete.metrics.energy_txt.data[i] ?? Number.NaN); });
  });

  it('modality score, null where dead', () => {
    overcomplete.metrics.modality_score_nan_where_dead.forEach((expected, i) => {
      if (expected === null) expect(report.modality[i]).toBeNull();
      else close(report.modality[i], expected, 5);
    });
    const dead = overcomplete.metrics.modality_score_nan_where_dead.filter((score) => score === null).length;
    expect(dead).toBeGreaterThan(0);
    expect(report.dead).toBe(dead / overcomplete.c);
  });

  it('bridge', () => {
    const expected = overcomplete.metrics.bridge.data;
    close(report.bridgeSum, expected.reduce((sum, value) => sum + value, 0), 5);
    close(report.bridgeSum, report.meanReconstructedSimilarity ?? Number.NaN, 12);
    expect(report.topBridges?.length).toBe(100);
    for (const { i, j, value } of report.topBridges ?? []) close(value, expected[i * overcomplete.c + j] ?? Number.NaN);
  });
});

const d = 4;
const c = 7;
const size = fc.float({ min: -4, max: 4, noNaN: true });
const positive = fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.float({ min: Math.fround(1e-3), max: 4, noNaN: true }), weight: 1 });

function table(rows: number, cols: number, entry: fc.Arbitrary<number>): fc.Arbitrary<Matrix> {
  return fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((data) => matrix(rows, cols, Float32Array.from(data)));
}

const someRows: fc.Arbitrary<Rows> = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc
    .record({ images: table(n, d, size), texts: table(n, d, size), zi: table(n, c, positive), zt: table(n, c, positive) })
    .map(({ images, texts, zi, zt }) => ({ images, texts, imageCodes: sparse(zi), textCodes: sparse(zt) })),
);
const someDictionary: fc.Arbitrary<Dictionary> = fc
  .record({ D: table(c, d, size), bias: fc.oneof(fc.constant(new Float32Array(d)), table(1, d, size).map(({ data }) => data)), scale: fc.constantFrom(null, 0.5, -3) })
  .map(({ D, bias, scale }) => atoms(D, { b_dec: bias, norm: scale === null ? { kind: 'none' } : { kind: 'constant', scale } }));

/** Rows in the order of `rows`. */
function pick({ images, texts, imageCodes, textCodes }: Rows, rows: readonly number[]): Rows {
  const x = (from: Matrix): Matrix => stackRows(rows.map((r) => matrix(1, d, rowOf(from, r))), d);
  const z = (from: SparseCodes): SparseCodes => {
    const dense = matrix(rows.length, c);
    for (const [to, r] of rows.entries()) {
      for (let e = from.indptr[r] ?? 0; e < (from.indptr[r + 1] ?? 0); e++) dense.data[to * c + (from.indices[e] ?? 0)] = from.values[e] ?? Number.NaN;
    }
    return sparse(dense);
  };
  return { images: x(images), texts: x(texts), imageCodes: z(imageCodes), textCodes: z(textCodes) };
}

/** Everything in a report, by its path. */
function numbers(value: unknown, at = ''): [string, unknown][] {
  if (value === null || typeof value !== 'object') return [[at, value]];
  return Object.entries(value).flatMap(([key, inner]) => numbers(inner, `${at}.${key}`));
}

function expectSame(actual: MetricsReport, expected: MetricsReport): void {
  const { topBridges: _a, bridge: a, ...restA } = actual;
  const { topBridges: _b, bridge: b, ...restB } = expected;
  const wanted = new Map(numbers({ ...restB, bridge: { ...b, top: 0 } }));
  for (const [key, value] of numbers({ ...restA, bridge: { ...a, top: 0 } })) {
    const other = wanted.get(key);
    if (typeof value === 'number' && typeof other === 'number') expect(Math.abs(value - other), key).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(other)));
    else expect(value, key).toBe(other);
  }
  // Equal bridges may change places.
  const excess = (report: MetricsReport): number[] => (report.topBridges ?? []).map((bridge) => bridge.value - bridge.null);
  expect(excess(actual).length).toBe(excess(expected).length);
  excess(actual).forEach((value, n) => { expect(value).toBeCloseTo(excess(expected)[n] ?? Number.NaN, 10); });
}

describe('parts', () => {
  it('merge to the report of the whole, however the rows are cut, ordered and merged', () => {
    fc.assert(
      fc.property(
        someDictionary,
        someRows.chain((rows) => fc.record({ rows: fc.constant(rows), places: fc.array(fc.nat(2), { minLength: rows.images.rows, maxLength: rows.images.rows }), left: fc.boolean() })),
        (dictionary, { rows, places, left }) => {
          const whole = pass(dictionary, rows).finish();
          const [x, y, z] = [0, 1, 2].map((part) => {
            const accumulator = new MetricsAccumulator(dictionary);
            for (const [r, place] of places.entries()) if (place === part) pass(dictionary, pick(rows, [r]), accumulator);
            return accumulator;
          });
          if (x === undefined || y === undefined || z === undefined) throw new Error('three parts');
          if (left) {
            x.merge(y);
            x.merge(z);
            expectSame(x.finish(), whole);
          } else {
            z.merge(y);
            const posted = structuredClone(z.toPartial());
            const last = MetricsAccumulator.fromPartial(dictionary, posted);
            last.merge(x);
            expectSame(last.finish(), whole);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of another dictionary, seed or sample do not merge', () => {
    const one = new MetricsAccumulator(reference.dictionary, { seed: 1 });
    for (const other of [
      new MetricsAccumulator(reference.dictionary, { seed: 2 }),
      new MetricsAccumulator(reference.dictionary, { seed: 1, sampleRows: 5 }),
      new MetricsAccumulator(atoms(matrix(3, 2)), { seed: 1 }),
    ]) expect(() => { one.merge(other); }).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});

describe('the report', () => {
  it('agrees with the metrics of matrices', () => {
    fc.assert(
      fc.property(someDictionary, someRows, (dictionary, rows) => {
        const report = pass(dictionary, rows).finish();
        const decoded = [decode(dictionary, rows.imageCodes), decode(dictionary, rows.textCodes)] as const;
        const x = stackRows([rows.images, rows.texts], d);
        const all = stackRows([...decoded], d);
        const same = (actual: number | null, expected: number): void => {
          if (Number.isNaN(expected)) expect(actual).toBeNull();
          else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
        };
        same(report.r2, r2(x, all));
        same(report.r2PerFeature, r2PerFeature(x, all));
        same(report.r2Image, r2(rows.images, decoded[0]));
        same(report.r2Text, r2(rows.texts, decoded[1]));
        same(report.texts?.r2PerFeature ?? null, r2PerFeature(rows.texts, decoded[1]));
        same(report.images?.l0 ?? null, l0(rows.imageCodes));
        frequency(rows.imageCodes).forEach((value, i) => { same(report.concepts.frequencyImage[i] ?? null, value); });
      }),
      { numRuns: 60 },
    );
  });

  it('is undefined, not wrong, where a modality is missing', () => {
    const images = new MetricsAccumulator(reference.dictionary);
    images.addImages(reference.images, reference.imageCodes);
    const report = images.finish();
    expect([report.r2Text, report.texts, report.gap, report.bridge, report.bridgeSum, report.meanReconstructedSimilarity, report.topBridges]).toEqual(new Array(7).fill(null));
    expect(report.modality.every((score) => score === null)).toBe(true);
    expect(report.r2).toBe(report.r2Image);
    expect(() => new MetricsAccumulator(reference.dictionary).finish()).toThrow(/no rows/);
  });

  it('takes one row: no R² per feature, and B equals its null', () => {
    const report = pass(reference.dictionary, {
      images: matrix(1, 8, rowOf(reference.images, 0)),
      texts: matrix(1, 8, rowOf(reference.texts, 0)),
      imageCodes: sparse(matrix(1, 24, Float32Array.from({ length: 24 }, (_, i) => (i === 3 ? 2 : 0)))),
      textCodes: sparse(matrix(1, 24, Float32Array.from({ length: 24 }, (_, i) => (i === 3 ? 0.5 : 0)))),
    }).finish();
    expect(report.images?.r2PerFeature).toBeNull();
    expect(report.r2PerFeature).not.toBeNull();
    expect(report.modality[3]).toBe(0.8);
    expect(report.dead).toBe(23 / 24);
    const [bridge] = report.topBridges ?? [];
    expect(bridge).toMatchObject({ i: 3, j: 3 });
    close(bridge?.value, 1);
    expect(bridge?.null).toBe(bridge?.value);
  });

  it('knows constant features exactly, however large', () => {
    const rows = 1000;
    const x = matrix(rows, 2, Float32Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 12_345.678 : -0.1)));
    const accumulator = new MetricsAccumulator(atoms(matrix(1, 2, Float32Array.of(1, 0))));
    accumulator.addImages(x, sparse(matrix(rows, 1)));
    expect(accumulator.finish().r2PerFeature).toBeNull();
  });

  it('refuses what does not fit together, naming what and where', () => {
    const { dictionary, images, texts, imageCodes, textCodes } = reference;
    const accumulator = new MetricsAccumulator(dictionary);
    const broken = matrix(images.rows, images.cols, images.data.slice());
    broken.data[8 * 5 + 2] = Number.NaN;
    const codes = { ...textCodes, values: textCodes.values.slice() };
    codes.values[0] = Infinity;
    for (const [act, message] of [
      [() => { accumulator.addImages(broken, imageCodes); }, /images, row 5: .*NaN at position 2/],
      [() => { accumulator.addImages(matrix(40, 3), imageCodes); }, /3 dimensions/],
      [() => { accumulator.addTexts(matrix(1, 8), textCodes); }, /1 embeddings and 40 codes/],
      [() => { accumulator.addTexts(texts, codes); }, /texts, row \d+: .*Infinity/],
      [() => { accumulator.addTexts(texts, { ...textCodes, indices: textCodes.indices.map((i) => i + 20) }); }, /not one of the dictionary's 24/],
      [() => { accumulator.addPairs(imageCodes, sparse(matrix(2, 24))); }, /40 images and 2 texts/],
      [() => { accumulator.addPairs(imageCodes, textCodes, [0, 0, 1, 40]); }, /pair 1 joins image 1 of 40 and text 40 of 40/],
      [() => { accumulator.addPairs(imageCodes, sparse(matrix(40, 23))); }, /23 concepts/],
    ] as const) {
      expect(act).toThrow(expect.objectContaining({ name: 'InputError' }));
      expect(act).toThrow(message);
    }
    // Nothing of the refused rows was counted.
    expect(() => accumulator.finish()).toThrow(/no rows/);
    expect(accumulator.toPartial().bridge.pairs).toBe(0);
  });
});
