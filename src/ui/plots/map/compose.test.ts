import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeOverlay, type OverlaySource } from './compose.ts';
import { conceptPoints, samplePoints } from './points.ts';

const view = { width: 800, height: 600 };

/** Points on a grid, 40 pixels apart. */
function source(n: number, change: Partial<OverlaySource> = {}): OverlaySource {
  return {
    view, order: Array.from({ length: n }, (_, i) => i), marked: [], edges: [], groups: [], labelled: 'all', pictureOn: false,
    place: (i) => ({ x: 20 + 40 * (i % 20), y: 20 + 40 * Math.floor(i / 20), radius: 4 }),
    label: (i) => `concept ${String(i)}`, picture: (i) => i, widthOf: (text) => 6 * text.length, ...change,
  };
}

describe('what stands above the points', () => {
  it('names what is marked before what is important, and rings it', () => {
    const { halos, labels } = composeOverlay(source(300, { marked: [{ kind: 'selected', points: [250] }, { kind: 'hover', points: [299] }] }));
    expect(halos.map(({ id, kind }) => [kind, id])).toEqual([['selected', 250], ['hover', 299]]);
    expect(labels.slice(0, 2).map(({ id }) => id)).toEqual([299, 250]);
    expect(labels.map(({ id }) => id)).toContain(0);
  });
  it('names only what is marked while something is lit, and no samples', () => {
    const marked = [{ kind: 'lit' as const, points: [7, 9] }];
    expect(composeOverlay(source(300, { marked, labelled: 'marked' })).labels.map(({ id }) => id)).toEqual([7, 9]);
    expect(composeOverlay(source(300, { marked, labelled: 'none' })).labels).toEqual([]);
  });
  it('has pictures only when few points are in view, and leaves out what is not in view', () => {
    expect(composeOverlay(source(300)).pictures).toEqual([]);
    const few = composeOverlay(source(300, { view: { width: 200, height: 150 }, marked: [{ kind: 'selected', points: [299] }] }));
    expect(few.pictures.length).toBeGreaterThan(0);
    expect(few.halos).toEqual([]);
    for (const { left, top, size } of few.pictures) expect(left >= 0 && top >= 0 && left + size <= 200 && top + size <= 150).toBe(true);
  });
  it('puts the name of a group over the median of its members in view', () => {
    const { labels } = composeOverlay(source(0, { order: [0, 1, 2, 3], picture: () => null, groups: [{ id: 5, name: 'animals', members: [0, 1, 2, 3, 399] }] }));
    const name = labels.find(({ kind }) => kind === 'group') ?? expect.fail('the group has a name');
    expect(name.text).toBe('animals');
    // Medians of x 20, 60, 100, 140 and 780, and of y: the far member hardly moves it.
    expect(name.left + name.width / 2).toBeCloseTo(100, 5);
  });
  it('is the same for the same source', () => {
    expect(composeOverlay(source(200))).toEqual(composeOverlay(source(200)));
  });
});

describe('points', () => {
  const columns = fc.array(fc.record({
    x: fc.oneof(fc.constant(Number.NaN), fc.float({ min: -1, max: 1, noNaN: true })), energy: fc.constantFrom(0, 0.1, 0.2, 3), modality: fc.constantFrom(Number.NaN, 0, 0.1, 0.5, 0.9, 1), shown: fc.boolean(),
  }), { maxLength: 30 });
  it('draw every concept that is shown and placed once, strongest first, and count those without a place', () => {
    fc.assert(fc.property(columns, (rows) => {
      const points = conceptPoints({
        positions: Float32Array.from(rows.flatMap(({ x }) => [x, x])), energy: Float64Array.from(rows, (r) => r.energy), modality: Float64Array.from(rows, (r) => r.modality),
        colours: new Uint8Array(3 * rows.length).fill(100), shown: Uint8Array.from(rows, (r) => Number(r.shown)), lit: null,
      });
      const drawn = rows.flatMap(({ x, shown }, i) => (shown && !Number.isNaN(x) ? [i] : []));
      expect([...points.order].sort((a, b) => a - b)).toEqual(drawn);
      expect(points.unplaced).toBe(rows.filter(({ x, shown }) => shown && Number.isNaN(x)).length);
      for (let n = 1; n < points.order.length; n++) expect(rows[points.order[n - 1] ?? 0]?.energy ?? 0).toBeGreaterThanOrEqual(rows[points.order[n] ?? 0]?.energy ?? 0);
      for (const [i, { shown, modality }] of rows.entries()) {
        expect((points.colours[i] ?? 0) >>> 24 > 0).toBe(shown);
        expect(points.shapes[i]).toBe(modality > 0.6 ? 1 : modality < 0.4 ? 2 : 0);
      }
    }));
  });
  it('draw samples as squares, then rings, in their colours', () => {
    const { colours, shapes, order } = samplePoints(new Float32Array(6), 2, { image: [1, 2, 3], text: [4, 5, 6] });
    expect([...shapes]).toEqual([1, 1, 2]);
    expect([...colours].map((rgba) => [rgba & 255, (rgba >> 8) & 255, (rgba >> 16) & 255])).toEqual([[1, 2, 3], [1, 2, 3], [4, 5, 6]]);
    expect([...order]).toEqual([0, 1, 2]);
  });
});
