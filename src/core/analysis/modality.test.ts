import { describe, expect, it } from 'vitest';
import { atoms, reference, sparse } from '../../../tests/fixtures/analysis/load.ts';
import { energy, frequency } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { conceptColumns } from './concepts-columns.ts';
import { frechet } from './frechet.ts';
import { BINS, binEdges, binOfBits } from './histogram.ts';
import { linearProbe } from './linear-probe.ts';
import { MetricsAccumulator } from './metrics-accumulator.ts';
import { cosinesTo, randomCosine } from './modality-subspace.ts';
import { hashRow } from './row-hash.ts';
import { RowSample } from './row-sample.ts';
import { wasserstein1d } from './wasserstein.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { MetricsOptions } from './metrics-accumulator.ts';
import type { ProbeRow } from './linear-probe.ts';

function gaussian(rows: number, cols: number, seed: number): Matrix {
  const numbers = new Random(seed);
  return matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => numbers.normal()));
}

/** `(rows, c)` codes, concept i of row r by `of`. */
function codesBy(rows: number, c: number, of: (row: number, concept: number) => number): SparseCodes {
  return sparse(matrix(rows, c, Float32Array.from({ length: rows * c }, (_, at) => of(Math.floor(at / c), at % c))));
}

describe('histograms', () => {
  it('put every activation between the edges of its bin', () => {
    const edges = binEdges();
    expect(edges.length).toBe(BINS + 1);
    const values = Float32Array.from([...edges.slice(1, BINS), 1e-30, 1e30, 0.3, 1, 1.2499999, 7].flatMap((z) => [z, z * (1 + 2 ** -20), z * (1 - 2 ** -20)]));
    for (const [n, bits] of new Uint32Array(values.buffer).entries()) {
      const bin = binOfBits(bits);
      const z = values[n] ?? Number.NaN;
      expect(z).toBeGreaterThanOrEqual(edges[bin] ?? Infinity);
      expect(z).toBeLessThan(edges[bin + 1] ?? 0);
    }
  });

  it('count each concept’s activations', () => {
    const accumulator = new MetricsAccumulator(reference.dictionary);
    accumulator.addImages(reference.images, reference.imageCodes);
    const { histogramImage, histogramText } = accumulator.finish().concepts;
    expect(histogramText.every((count) => count === 0)).toBe(true);
    frequency(reference.imageCodes).forEach((share, i) => {
      expect(histogramImage.subarray(i * BINS, (i + 1) * BINS).reduce((sum, count) => sum + count, 0)).toBeCloseTo(40 * share, 10);
    });
  });
});

describe('samples', () => {
  it('are the same rows whatever their order, hold every row while there is room, and hold out about a fifth', () => {
    const rows = gaussian(4000, 3, 1);
    const hashes = Array.from({ length: rows.rows }, (_, r) => hashRow(new Uint32Array(rowOf(rows, r).slice().buffer), 5));
    expect(new Set(hashes.map(({ order }) => order)).size).toBe(4000);
    const heldOut = hashes.filter((hash) => hash.heldOut).length / 4000;
    // Within four standard deviations.
    expect(Math.abs(heldOut - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 4000));
    const row = (r: number) => ({ ...(hashes[r] ?? { order: Number.NaN, heldOut: false }), x: rowOf(rows, r), indices: new Uint32Array(), values: new Float32Array() });
    const sampled = (numbers: Iterable<number>, size: number): number[] => {
      const sample = new RowSample(size);
      for (const r of numbers) if (sample.wants(row(r).order)) sample.add(row(r));
      return sample.list().map(({ order }) => order);
    };
    const order = new Random(2).shuffle(Uint32Array.from({ length: 4000 }, (_, r) => r));
    const smallest = hashes.map((hash) => hash.order).sort((a, b) => a - b);
    expect(sampled(order, 100)).toEqual(smallest.slice(0, 100));
    expect(sampled(order.toReversed(), 5000)).toEqual(smallest);
    expect(sampled(order, 0)).toEqual([]);
  });
});

describe('a concept as a classifier of modality', () => {
  const rows = 600;
  const dictionary = atoms(gaussian(6, 4, 3));
  const numbers = new Random(4);
  const noise = codesBy(3 * rows, 6, () => numbers.uniform());
  const at = (r: number, i: number): number => noise.values[r * 6 + i] ?? Number.NaN;
  // 0: only images; 1: stronger in texts; 2: the same in both; 3: dead; 4: two octaves apart; 5: only texts, in half of them.
  const images = codesBy(rows, 6, (r, i) => [1, 0.1 + at(r, 1), at(r, 2), 0, 0.1, 0][i] ?? 0);
  const texts = codesBy(2 * rows, 6, (r, i) => [0, 4 + at(rows + r, 1), at(rows + r, 2), 0, 0.4, r % 2][i] ?? 0);
  const accumulator = new MetricsAccumulator(dictionary);
  accumulator.addImages(gaussian(rows, 4, 5), images);
  accumulator.addTexts(gaussian(2 * rows, 4, 6), texts);
  const { classifier } = accumulator.finish().concepts;

  it('is perfect where activations do not overlap, and says which side', () => {
    expect(classifier[0]).toMatchObject({ accuracy: 1, above: 'image' });
    expect(classifier[1]).toMatchObject({ accuracy: 1, above: 'text' });
    expect(classifier[4]).toMatchObject({ accuracy: 1, above: 'text' });
    const threshold = classifier[1]?.threshold ?? 0;
    expect(threshold).toBeGreaterThan(1.1);
    expect(threshold).toBeLessThanOrEqual(4);
  });

  it('is at chance where modality makes no difference, whatever the numbers of rows, and null where dead', () => {
    expect(Math.abs((classifier[2]?.accuracy ?? 0) - 0.5)).toBeLessThan(0.1);
    expect(classifier[3]).toBeNull();
  });

  it('weighs both modalities the same', () => {
    // Half of the texts lie above, and all images below.
    expect(Math.abs((classifier[5]?.accuracy ?? 0) - 0.75)).toBeLessThan(0.08);
  });

  it('is undefined with one modality', () => {
    const alone = new MetricsAccumulator(dictionary);
    alone.addImages(gaussian(rows, 4, 5), images);
    const report = alone.finish();
    expect(report.concepts.classifier.every((one) => one === null)).toBe(true);
    expect([report.separability, report.concepts.cosineToGap, report.concepts.cosineToProbe, alone.distances(), alone.gapWithout([0])]).toEqual(new Array(5).fill(null));
  });
});

describe('the linear probe', () => {
  const rowsOf = (images: Matrix, texts: Matrix): ProbeRow[] =>
    [images, texts].flatMap((x, part) => Array.from({ length: x.rows }, (_, r) => ({ x: rowOf(x, r), image: part === 0, heldOut: r % 5 === 0 })));

  it('finds a plane that means alone do not show', () => {
    // Strong noise along one axis hides a small but clean offset along another, tilted against the means.
    const stretched = (seed: number, offset: number): Matrix => {
      const x = gaussian(400, 6, seed);
      for (let r = 0; r < x.rows; r++) {
        const row = rowOf(x, r);
        const [u = 0, v = 0] = row;
        row[0] = 20 * u + offset;
        row[1] = 20 * u + 0.05 * v - offset;
      }
      return x;
    };
    const probe = linearProbe(rowsOf(stretched(7, 0.5), stretched(8, -0.5)), 6);
    expect(probe?.accuracy).toBeGreaterThan(0.98);
  });

  it('is at chance on equal classes, undefined without one of them, and takes rows that are all the same', () => {
    const chance = linearProbe(rowsOf(gaussian(2000, 3, 9), gaussian(500, 3, 10)), 3)?.accuracy ?? 0;
    expect(Math.abs(chance - 0.5)).toBeLessThan(0.12);
    expect(linearProbe(rowsOf(gaussian(9, 3, 9), matrix(0, 3)), 3)).toBeNull();
    expect(linearProbe(rowsOf(matrix(10, 3), matrix(10, 3)), 3)?.accuracy).toBe(0.5);
  });
});

describe('the modality subspace', () => {
  it('has |cos| of 1 and 0 with atoms along and across it, and its null for random ones', () => {
    const d = 64;
    const direction = Float64Array.from({ length: d }, (_, t) => (t === 0 ? -3 : 0));
    expect([...cosinesTo(atoms(matrix(3, 2, Float32Array.of(2, 0, 0, 5, 0, 0))), Float64Array.of(-3, 0))]).toEqual([1, 0, 0]);
    const random = cosinesTo(atoms(gaussian(20_000, d, 11)), direction);
    const mean = random.reduce((sum, value) => sum + value, 0) / random.length;
    expect(mean / randomCosine(d)).toBeCloseTo(1, 1);
  });

  it('is named for each concept', () => {
    const accumulator = new MetricsAccumulator(atoms(matrix(2, 3, Float32Array.of(1, 0, 0, 0, 1, 0))));
    const shifted = gaussian(300, 3, 12);
    for (let r = 0; r < 300; r++) rowOf(shifted, r)[0] = (rowOf(shifted, r)[0] ?? 0) + 40;
    accumulator.addImages(shifted, codesBy(300, 2, () => 1));
    accumulator.addTexts(gaussian(300, 3, 13), codesBy(300, 2, () => 1));
    const { concepts, gap, separability } = accumulator.finish();
    expect(gap).toBeGreaterThan(39);
    expect(separability).toEqual({ accuracy: 1, images: 300, texts: 300 });
    for (const cosines of [concepts.cosineToGap, concepts.cosineToProbe]) {
      expect(cosines?.[0]).toBeGreaterThan(0.95);
      expect(cosines?.[1]).toBeLessThan(0.3);
    }
  });
});

describe('the gap without concepts', () => {
  // The first concept makes the modality, the second is shared; x is what they say and noise.
  const dictionary = atoms(matrix(2, 4, Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0)));
  const fill = (options: MetricsOptions): MetricsAccumulator => {
    const accumulator = new MetricsAccumulator(dictionary, options);
    for (const [images, seed] of [[true, 14], [false, 15]] as const) {
      const x = gaussian(500, 4, seed);
      const codes = codesBy(500, 2, (r, i) => (i === 0 ? (images ? 10 : 0) : 1 + (r % 3)));
      for (let r = 0; r < 500; r++) {
        const row = rowOf(x, r);
        row[0] = (row[0] ?? 0) + (images ? 10 : 0);
        row[1] = (row[1] ?? 0) + 1 + (r % 3);
      }
      if (images) accumulator.addImages(x, codes);
      else accumulator.addTexts(x, codes);
    }
    return accumulator;
  };

  it('closes when the concept behind it is taken out, and not for another', () => {
    const accumulator = fill({});
    const first = accumulator.gapWithout([0]);
    expect(first).toMatchObject({ images: 500, texts: 500 });
    expect(first?.before.distance).toBeCloseTo(accumulator.finish().gap ?? Number.NaN, 6);
    expect(first?.before.distance).toBeGreaterThan(9);
    expect(first?.after.distance).toBeLessThan(0.4);
    expect(first?.before.separability).toBe(1);
    expect(first?.after.separability).toBeLessThan(0.65);
    const second = accumulator.gapWithout([1]);
    expect(second?.after.separability).toBe(1);
    expect(accumulator.gapWithout([])?.after).toEqual(first?.before);
    expect(() => accumulator.gapWithout([2])).toThrow(/2 is not one of the dictionary's 2 concepts/);
  });

  it('says how many rows it was measured on', () => {
    expect(fill({ sampleRows: 50 }).gapWithout([0])).toMatchObject({ images: 50, texts: 50 });
  });
});

describe('distances', () => {
  it('are those of the matrices while all rows fit the sample', () => {
    const { dictionary, images, texts, imageCodes, textCodes } = reference;
    const accumulator = new MetricsAccumulator(dictionary);
    accumulator.addImages(images, imageCodes);
    accumulator.addTexts(texts, textCodes);
    const distances = accumulator.distances();
    expect(distances).toMatchObject({ images: 40, texts: 40 });
    expect(distances?.wasserstein).toBeCloseTo(wasserstein1d(imageCodes, textCodes), 12);
    expect(distances?.frechet).toBeCloseTo(frechet(images, texts), 10);
  });
});

describe('columns of concepts', () => {
  it('line up, with nothing where a value is undefined', () => {
    const { dictionary, images, texts, imageCodes, textCodes } = reference;
    const accumulator = new MetricsAccumulator(dictionary);
    accumulator.addImages(images, imageCodes);
    const names = ['concept', 'energyImages', 'energyTexts', 'frequencyImages', 'frequencyTexts', 'modality', 'cosineToGap', 'classifierAccuracy'];
    const alone = conceptColumns(accumulator.finish());
    expect(alone.map(({ name }) => name)).toEqual(names);
    for (const { values } of alone) expect(values.length).toBe(24);
    for (const { name, values } of alone) expect(values.every((value) => value === null), name).toBe(/Texts|modality|Gap|Accuracy/.test(name));
    accumulator.addTexts(texts, textCodes);
    const both = conceptColumns(accumulator.finish(), Float32Array.from({ length: 24 }, (_, i) => (i === 5 ? Number.NaN : 0.5)));
    expect(both.map(({ name }) => name)).toEqual([...names, 'stability']);
    const column = (name: string): readonly (number | null)[] => both.find((one) => one.name === name)?.values ?? [];
    energy(textCodes).forEach((value, i) => { expect(column('energyTexts')[i]).toBeCloseTo(value, 10); });
    expect(column('stability').slice(4, 7)).toEqual([0.5, null, 0.5]);
    expect(column('modality').filter((value) => value === null).length).toBe(3);
    expect(column('concept')).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });
});
