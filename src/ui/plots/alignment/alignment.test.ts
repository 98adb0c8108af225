import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { energyCurves } from './energy-curve.ts';
import { gapBars } from './gap-bars.ts';
import { binsBetween, modalityBars } from './modality-bars.ts';
import { conceptsInside, markPaths, nearestPoint, placeConcepts } from './points.ts';
import { angleScatter, classifierScatter, energyScatter } from './scatters.ts';
import { strongestOneSided } from './sides.ts';
import { spectrumPlot } from './spectrum.ts';

/** Planted: 0 of images alone, 1 of texts alone, 2 shared, 3 dead. */
const concepts = [0, 1, 2, 3];
const images = [0.2, 0, 0.1, 0];
const texts = [0, 0.3, 0.1, 0];
const energy = images.map((value, i) => (value + (texts[i] ?? 0)) / 2);
const modality = [1, 0, 0.5, Number.NaN];
const cosine = [0.4, 0.01, 0.02, Number.NaN];
const accuracy = [0.9, 0.85, 0.5, Number.NaN];
const [W, H] = [500, 300];

const placeOf = ({ points }: { points: { concepts: readonly number[]; x: Float64Array; y: Float64Array } }, concept: number): { x: number; y: number } => {
  const at = points.concepts.indexOf(concept);
  return { x: points.x[at] ?? Number.NaN, y: points.y[at] ?? Number.NaN };
};

describe('planted concepts land where they must', () => {
  it('in the histogram: texts left, shared in the middle, images right, the dead in no bin', () => {
    const bars = modalityBars(concepts, modality, energy, new Set([0]), W, H);
    expect(bars.members[0]).toEqual([1]);
    expect(bars.members.at(-1)).toEqual([0]);
    expect(bars.members.findIndex((m) => m.includes(2))).toBe(10);
    expect(bars.dead).toBe(1);
    expect(bars.shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(bars.shares[0]).toBeCloseTo(0.15 / 0.35, 12);
    expect(bars.counts.bars.at(-1)?.chosenHeight).toBe(bars.counts.bars.at(-1)?.height);
    expect(bars.counts.bars[0]?.chosenHeight).toBe(0);
    expect(binsBetween(bars, bars.x.place(0.98), bars.x.place(0.02))).toEqual([0, 19]);
    expect(binsBetween(bars, -50, -10)).toBeNull();
  });
  it('in the scatter of energies: on the edges, the shared one on the diagonal, the dead nowhere', () => {
    const plot = energyScatter(concepts, images, texts, W, H);
    expect(plot.points.concepts).not.toContain(3);
    expect(placeOf(plot, 0).x).toBe(plot.zero.x);
    expect(placeOf(plot, 1).y).toBe(plot.zero.y);
    const { x, y } = placeOf(plot, 2);
    const { x1, y1, x2, y2 } = plot.equal;
    expect((x - x1) / (x2 - x1)).toBeCloseTo((y - y1) / (y2 - y1), 9);
  });
  it('in the scatter of angles: the image concept above the band of random directions, the text concept within it', () => {
    const plot = angleScatter(concepts, modality, cosine, 0.05, W, H);
    expect(placeOf(plot, 0).y).toBeLessThan(plot.random.most);
    expect(placeOf(plot, 1).y).toBeGreaterThan(plot.random.most);
    expect(placeOf(plot, 0).x).toBeGreaterThan(placeOf(plot, 2).x);
    expect(plot.points.concepts).toEqual([1, 2, 0]);
  });
  it('among the classifiers: one-sided ones above chance, the shared one at it', () => {
    const plot = classifierScatter(concepts, accuracy, energy, W, H);
    expect(placeOf(plot, 2).y).toBeCloseTo(plot.chance, 9);
    for (const i of [0, 1]) expect(placeOf(plot, i).y).toBeLessThan(plot.chance - 50);
  });
  it('on the curve of energy: strongest first, rising to all of it', () => {
    const plot = energyCurves(concepts, { both: energy, images, texts }, W, H);
    expect([1, 0, 2].map((i) => placeOf(plot, i).x)).toEqual([...[1, 0, 2].map((i) => placeOf(plot, i).x)].sort((a, b) => a - b));
    expect(placeOf(plot, 2).y).toBeCloseTo(plot.y.place(1), 9);
    expect(plot.half).toBe(0.5);
    expect(plot.lines).toHaveLength(3);
  });
  it('as the one-sided with most energy: never the shared or the dead', () => {
    expect(strongestOneSided(concepts, modality, energy, 9)).toEqual([1, 0]);
    expect(strongestOneSided(concepts, modality, energy, 1)).toEqual([1]);
  });
});

describe('clouds and gap', () => {
  it('have a falling line a cloud, none without rows', () => {
    const { lines, y } = spectrumPlot({ images: Float64Array.of(1, 0.5, 0.1), texts: new Float64Array(0) }, W, H);
    expect(lines.map(({ of }) => of)).toEqual(['images']);
    expect(y.place(1)).toBeLessThan(y.place(0.1));
  });
  it('have bars in proportion, and none for what is not known', () => {
    const { measures, left } = gapBars({ distance: 0.4, separability: null }, { distance: 0.1, separability: 0.6 }, W);
    const [distance, separability] = measures;
    expect(distance?.bars.map(({ width }) => width)).toEqual([0.4, 0.1].map((value) => (distance?.x.place(value) ?? 0) - left));
    expect(separability?.bars.map(({ width }) => width > 0)).toEqual([false, true]);
  });
});

describe('marks', () => {
  const placed = fc.array(fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true })), { maxLength: 60 });
  it('are found by nearness and in rectangles as by hand', () => {
    fc.assert(fc.property(placed, fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (list, x, y) => {
      const points = placeConcepts(list.map((_, i) => i), (i) => list[i]?.[0] ?? NaN, (i) => list[i]?.[1] ?? NaN);
      const distance = (i: number): number => Math.hypot((list[i]?.[0] ?? 0) - x, (list[i]?.[1] ?? 0) - y);
      const found = nearestPoint(points, x, y, 12);
      const least = Math.min(Infinity, ...list.map((_, i) => distance(i)));
      if (found === null) expect(least).toBeGreaterThanOrEqual(12 - 1e-9);
      else expect(distance(points.concepts[found] ?? -1)).toBeCloseTo(least, 9);
      expect([...conceptsInside(points, { x0: x, y0: y, x1: 0, y1: 100 })].sort((a, b) => a - b)).toEqual(list.flatMap(([px, py], i) => (px <= x && py >= y ? [i] : [])));
    }));
  });
  it('have the shape of their side, each concept once', () => {
    const paths = markPaths(placeConcepts([0, 1, 2], (i) => i, () => 0), modality, null);
    expect([paths.images, paths.texts, paths.both].map((path) => path.split('M').length - 1)).toEqual([1, 1, 1]);
    expect(paths.images).toContain('h');
    expect(paths.texts).toContain('a');
    expect(markPaths(placeConcepts([0, 1, 2], (i) => i, () => 0), modality, new Set([1]))).toMatchObject({ images: '', both: '' });
  });
});
