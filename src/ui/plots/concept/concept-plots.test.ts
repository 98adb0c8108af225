import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationBars } from './activation-bars.ts';
import { bridgedConcepts, ownBridges } from './bridge-lists.ts';

const histogram = { edges: [0, 0.1, 0.2, 0.3, 0.4], images: [900, 30, 0, 4], texts: [0, 9, 99, 0], silentImages: 5, silentTexts: 6 };

describe('activation bars', () => {
  const { images, texts, middle, plot, threshold, x, ticks } = activationBars(histogram, 0.2, 400, 200);
  it('stand on the common axis: images above it, texts below, zero counts without height', () => {
    for (const [b, bar] of images.entries()) {
      expect(bar.y + bar.height).toBeCloseTo(middle, 9);
      expect(bar.height > 0).toBe((histogram.images[b] ?? 0) > 0);
    }
    for (const [b, bar] of texts.entries()) {
      expect(bar.y).toBe(middle);
      expect(bar.height > 0).toBe((histogram.texts[b] ?? 0) > 0);
    }
    expect(images[0]?.y).toBeCloseTo(plot.top, 9);
  });
  it('have heights by log(1 + count), the same on both sides', () => {
    const unit = (images[0]?.height ?? 0) / Math.log(901);
    for (const [counts, bars] of [[histogram.images, images], [histogram.texts, texts]] as const) {
      for (const [b, bar] of bars.entries()) expect(bar.height).toBeCloseTo(unit * Math.log(1 + (counts[b] ?? 0)), 6);
    }
    for (const { at, text } of ticks) expect(Math.abs(at - middle)).toBeCloseTo(unit * Math.log(1 + Number(text)), 6);
    expect(ticks.map(({ text }) => text)).toContain('300');
  });
  it('fire from the bin of θ on, and θ is marked at its value', () => {
    expect(images.map(({ fires }) => fires)).toEqual([false, false, true, true]);
    expect(x.invert(threshold ?? Number.NaN)).toBeCloseTo(0.2, 9);
    const free = activationBars(histogram, null, 400, 200);
    expect(free.threshold).toBeNull();
    expect(free.images.some(({ fires }) => fires)).toBe(false);
  });
  it('stay inside the drawing, with θ on the axis wherever it lies and ticks apart', () => {
    const counts = fc.array(fc.nat(2_000_000), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, counts, fc.double({ min: 1e-6, max: 10, noNaN: true }), fc.integer({ min: 120, max: 900 }), (ofImages, ofTexts, theta, width) => {
        const drawn = activationBars({ ...histogram, images: ofImages, texts: ofTexts }, theta, width, 200);
        for (const bar of [...drawn.images, ...drawn.texts]) {
          expect(bar.y).toBeGreaterThanOrEqual(drawn.plot.top - 1e-6);
          // The common axis lies on a whole pixel: the lower half may be one longer.
          expect(bar.y + bar.height).toBeLessThanOrEqual(drawn.plot.bottom + 1);
          expect(bar.x).toBeGreaterThanOrEqual(drawn.plot.left - 1e-6);
        }
        expect(drawn.threshold).toBeGreaterThanOrEqual(drawn.plot.left);
        expect(drawn.threshold).toBeLessThanOrEqual(drawn.plot.right + 1e-6);
        const places = drawn.ticks.map(({ at }) => at).sort((a, b) => a - b);
        places.forEach((at, n) => { if (n > 0) expect(at - (places[n - 1] ?? 0)).toBeGreaterThan(5); });
      }),
    );
  });
});

describe("a concept's bridges", () => {
  const bridge = (i: number, j: number, value: number, expected = 0) => ({ i, j, value, null: expected, cosine: 0.5 });
  const own = ownBridges(7, [bridge(7, 1, 0.2, 0.1), bridge(2, 7, 0.9), bridge(7, 7, 0.5), bridge(7, 3, 0.1, 0.3), bridge(4, 5, 9), bridge(1, 7, 0.4)]);
  it('are those above their null, strongest first by B − null, with the side of the other end', () => {
    expect(own.map(({ other, side }) => [other, side])).toEqual([[2, 'images'], [7, 'texts'], [1, 'images'], [1, 'texts']]);
    expect(own.at(-1)?.excess).toBeCloseTo(0.1, 12);
  });
  it('lead to each other concept once, with its strongest', () => {
    expect(bridgedConcepts(7, own)).toEqual([{ concept: 2, value: 0.9 }, { concept: 1, value: 0.4 }]);
  });
});
