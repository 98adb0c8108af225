import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AtlasBridge, AtlasGroups } from '../../../engine/atlas/protocol.ts';
import { cividis } from './cividis.ts';
import { groupColours, MISSING_COLOUR, rampColours, withOpacity } from './colours.ts';
import { bridgeEdges, edgePath } from './edges.ts';
import { findConcepts } from './find-concepts.ts';
import { colouredGroups } from './groups.ts';
import { placeLabels, type LabelWish, type PlacedLabel } from './label-placement.ts';
import { pairLines } from './pair-lines.ts';
import { pointRadius } from './point-size.ts';
import { magnitudeRamp, modalityRamp } from './ramp.ts';
import { parseRgb, rgbText, type Rgb } from './rgb.ts';
import { nextSort, pageOf, sortedConcepts } from './rows.ts';

const touch = (a: PlacedLabel, b: PlacedLabel): boolean => a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

describe('labels', () => {
  const wish = fc.record({
    x: fc.double({ min: -50, max: 450, noNaN: true }), y: fc.double({ min: -50, max: 350, noNaN: true }), radius: fc.double({ min: 1, max: 9, noNaN: true }),
    width: fc.double({ min: 1, max: 200, noNaN: true }), height: fc.constantFrom(12, 15), centred: fc.boolean(),
  });
  const view = { width: 400, height: 300 };
  it('never overlap and never leave the view, and one that was left out had no room', () => {
    fc.assert(fc.property(fc.array(wish, { maxLength: 120 }), (made) => {
      const wishes: LabelWish[] = made.map((one, id) => ({ id, ...one }));
      const placed = placeLabels(wishes, view, Infinity);
      for (const [n, a] of placed.entries()) {
        expect(a.left >= 0 && a.top >= 0 && a.left + a.width <= view.width && a.top + a.height <= view.height).toBe(true);
        for (const b of placed.slice(n + 1)) expect(touch(a, b)).toBe(false);
      }
      // Alone, the first that fits anywhere always stands: nothing that is more important can be pushed away.
      const first = wishes.find((one) => placeLabels([one], view, 1).length === 1);
      expect(placed[0]?.id).toBe(first?.id);
    }));
  });
  it('are the same for the same wishes, keep clear of boxes, and end at the limit', () => {
    const wishes = Array.from({ length: 200 }, (_, id) => ({ id, x: (id * 37) % 400, y: (id * 53) % 300, radius: 4, width: 30, height: 12 }));
    const placed = placeLabels(wishes, view, 40);
    expect(placed).toHaveLength(40);
    expect(placeLabels(wishes, view, 40)).toEqual(placed);
    const taken = placeLabels([{ id: -1, x: 200, y: 150, radius: 0, width: 300, height: 200, centred: true }], view, 1);
    for (const label of placeLabels(wishes, view, Infinity, taken)) expect(taken.some((box) => touch(label, box))).toBe(false);
  });
});

/** WCAG 2.2: relative luminance and contrast. */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = (rgb: Rgb): number => {
    const [r = 0, g = 0, blue = 0] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('colours', () => {
  it('have cividis as matplotlib has it, within what a fit leaves', () => {
    // matplotlib 3: cm.cividis(0), (0.5), (1); the fit is worst in blue at the yellow end.
    for (const [t, expected] of [[0, '#00224e'], [0.5, '#7d7c78'], [1, '#fee838']] as const) {
      for (const [channel, value] of parseRgb(expected).entries()) expect(Math.abs((cividis(t)[channel] ?? 0) - value), String(t)).toBeLessThanOrEqual(14);
    }
    expect(cividis(-3)).toEqual(cividis(0));
  });
  it('stand out from the page by 3:1 in both themes', () => {
    for (const [dark, page] of [[false, '#fbfbfa'], [true, '#15181b']] as const) {
      const ramp = magnitudeRamp([0.1, 1], dark);
      for (let at = 0; at <= 1; at += 0.05) {
        expect(contrast(ramp.colour(at), parseRgb(page)), `cividis ${String(at)} ${page}`).toBeGreaterThanOrEqual(3);
        expect(contrast(modalityRamp().colour(at), parseRgb(page)), `modality ${String(at)} ${page}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
  it('rise with the value, on a logarithmic ramp where values span more than two powers', () => {
    expect(magnitudeRamp([1, 50, Number.NaN], false).log).toBe(false);
    const wide = magnitudeRamp([0, 1e-4, 0.01, 1], false);
    expect(wide.log).toBe(true);
    expect(wide.place(0)).toBeNaN();
    const places = [1e-4, 1e-3, 1e-2, 0.1, 1].map(wide.place);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const steps = places.slice(1).map((at, n) => at - (places[n] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] ?? 0, 10);
    for (const { at } of wide.ticks) expect(at >= -1e-9 && at <= 1 + 1e-9).toBe(true);
    for (const values of [[], [Number.NaN], [0, 0], [3]]) expect(magnitudeRamp(values, true).ticks.length).toBeGreaterThanOrEqual(2);
  });
  it('are grey without a value, transparent where hidden, faint where something else is lit', () => {
    const colours = rampColours([1, Number.NaN, 0], modalityRamp());
    expect([...colours.subarray(3, 6)]).toEqual([...MISSING_COLOUR]);
    expect([...colours.subarray(0, 3)]).toEqual([0, 0x72, 0xb2]);
    expect([...colours.subarray(6)]).toEqual([0xd5, 0x5e, 0]);
    const alpha = (lit: number[] | null): number[] => [...withOpacity(colours, [1, 1, 0], lit)].filter((_, at) => at % 4 === 3);
    expect(alpha(null)[2]).toBe(0);
    expect(alpha(null)[0]).toBe(alpha(null)[1]);
    const [lit = 0, faint = 0, hidden] = alpha([1, 0, 1]);
    expect(lit).toBe(255);
    expect(faint > 0 && faint < 64).toBe(true);
    expect(hidden).toBe(0);
  });
  it('tell groups apart: the coarsest, or the parts of one', () => {
    const group = (id: number, parent: number | null, members: number[], nameJa: string | null = null) => ({ id, parent, level: parent === null ? 0 : 1, name: `g${String(id)}`, nameJa, members });
    const groups: AtlasGroups = { kind: 'direction', grouped: 4, of: 5, groups: [group(0, null, [0, 1, 2], '群'), group(1, null, [4]), group(2, 0, [0]), group(3, 0, [1, 2])] };
    const coarse = colouredGroups(groups, null, 'ja');
    expect(coarse.map(({ name }) => name)).toEqual(['群', 'g1']);
    const colours = groupColours(5, coarse);
    expect([...colours.subarray(0, 3)]).toEqual([...(coarse[0]?.colour ?? [])]);
    expect([...colours.subarray(9, 12)]).toEqual([...MISSING_COLOUR]);
    expect(colouredGroups(groups, 0, 'en').map(({ id }) => id)).toEqual([2, 3]);
    expect(colouredGroups(groups, 2, 'en').map(({ id }) => id)).toEqual([2]);
    expect(new Set(colouredGroups({ ...groups, groups: Array.from({ length: 8 }, (_, id) => group(id, null, [id])) }, null, 'en').map(({ colour }) => rgbText(colour))).size).toBe(8);
  });
  it('sizes points so that the area goes with √energy', () => {
    expect((pointRadius(16, 16) / pointRadius(1, 16)) ** 2).toBeCloseTo(4, 10);
    expect(pointRadius(0, 16)).toBe(pointRadius(1e-30, 16));
    expect(pointRadius(0, 0)).toBeGreaterThan(0);
  });
});

describe('edges', () => {
  const bridge = (i: number, j: number, value: number, expected = 0): AtlasBridge => ({ i, j, value, null: expected, cosine: 0 });
  const top = [bridge(0, 1, 10), bridge(1, 0, 6, 1), bridge(2, 2, 4), bridge(3, 0, 2, 1.9), bridge(4, 5, 0.5, 0.6)];
  it('are the strongest above their null, thicker the stronger', () => {
    const { edges, asked } = bridgeEdges(top, 200, null, () => true);
    expect(asked).toBe(4);
    expect(edges.map(({ i, j }) => [i, j])).toEqual([[0, 1], [1, 0], [2, 2], [3, 0]]);
    expect((edges[0]?.width ?? 0) / (edges[1]?.width ?? 1)).toBeCloseTo(2, 10);
    expect(bridgeEdges(top, 0, null, () => true)).toEqual({ edges: [], asked: 0 });
    expect(bridgeEdges([], 5, null, () => true)).toEqual({ edges: [], asked: 0 });
  });
  it('are one concept’s own alone, and only between concepts on the map, counting the rest', () => {
    expect(bridgeEdges(top, 1, 0, () => true).edges.map(({ i, j }) => [i, j])).toEqual([[0, 1], [1, 0], [3, 0]]);
    expect(bridgeEdges(top, 3, null, (concept) => concept !== 2)).toMatchObject({ asked: 3, edges: [{ i: 0, j: 1 }, { i: 1, j: 0 }] });
  });
  it('go from point to point, the way back beside the way there, with a loop for a concept and itself', () => {
    const [there, back, loop] = [edgePath([0, 0], [100, 0], 4), edgePath([100, 0], [0, 0], 4), edgePath([5, 5], [5, 5], 4)];
    expect(there).toMatch(/^M0\.0,0\.0Q50\.0,-18\.0 100\.0,0\.0$/u);
    expect(back).toMatch(/^M100\.0,0\.0Q50\.0,18\.0 0\.0,0\.0$/u);
    expect(loop).toMatch(/^M5\.0,5\.0C.* 5\.0,5\.0$/u);
  });
});

describe('pair lines', () => {
  it('join every image with every text of its own', () => {
    expect([...pairLines([[0, 1], [1], [], [2, 0]])]).toEqual([0, 4, 0, 5, 1, 5, 3, 6, 3, 4]);
    expect(pairLines([])).toHaveLength(0);
  });
});

describe('table', () => {
  const columns = { label: (concept: number) => ['pear', 'apple', 'fig', 'apple'][concept] ?? '', modality: [0.5, Number.NaN, 0.1, 0.9], energy: [1, 2, 2, 0], frequency: [], stability: [Number.NaN, Number.NaN, Number.NaN, 1], gap: [0, 0, 0, 0] };
  it('sorts both ways with what has no value last, ties by number', () => {
    const order = (key: Parameters<typeof nextSort>[1], rising: boolean): number[] => sortedConcepts([3, 2, 1, 0], columns, { key, rising });
    expect(order('modality', true)).toEqual([2, 0, 3, 1]);
    expect(order('modality', false)).toEqual([3, 0, 2, 1]);
    expect(order('energy', false)).toEqual([1, 2, 0, 3]);
    expect(order('label', true)).toEqual([1, 3, 2, 0]);
    expect(order('concept', false)).toEqual([3, 2, 1, 0]);
    expect(order('stability', true)).toEqual([3, 0, 1, 2]);
    expect(order('frequency', true)).toEqual([0, 1, 2, 3]);
  });
  it('keeps every row whatever the column', () => {
    fc.assert(fc.property(fc.array(fc.double(), { maxLength: 50 }), fc.boolean(), (energy, rising) => {
      const all = energy.map((_, i) => i);
      const sorted = sortedConcepts(all, { ...columns, energy }, { key: 'energy', rising });
      expect([...sorted].sort((a, b) => a - b)).toEqual(all);
    }));
  });
  it('turns a column round when it is clicked again, and pages', () => {
    expect(nextSort({ key: 'energy', rising: false }, 'energy')).toEqual({ key: 'energy', rising: true });
    expect(nextSort({ key: 'energy', rising: false }, 'label')).toEqual({ key: 'label', rising: true });
    expect(nextSort({ key: 'label', rising: true }, 'gap')).toEqual({ key: 'gap', rising: false });
    expect(pageOf([1, 2, 3, 4, 5], 1, 2)).toEqual({ rows: [3, 4], page: 1, pages: 3, first: 2 });
    expect(pageOf([1, 2, 3], 9, 2)).toMatchObject({ rows: [3], page: 1 });
    expect(pageOf([], 0, 2)).toEqual({ rows: [], page: 0, pages: 1, first: 0 });
  });
});

describe('search', () => {
  const labels = [['cat, tiger', '猫、トラ'], ['café', 'カフェ'], ['red apple', '赤いリンゴ'], ['12 o’clock', '時計'], ['my cat']];
  const found = (query: string): readonly number[] => findConcepts(query, { labels }).concepts;
  it('finds numbers first, then labels in any order of words, a letter wrong, without accents', () => {
    expect(found('3')[0]).toBe(3);
    expect(findConcepts('3', { labels }).byNumber).toBe(1);
    expect([...found('cat')].sort()).toEqual([0, 4]);
    expect(found('apple red')).toEqual([2]);
    expect(found('aple')).toEqual([2]);
    expect(found('cafe')).toEqual([1]);
    expect(found('#1')[0]).toBe(1);
    expect(found('12')).toEqual([3]);
  });
  it('finds Japanese within words, and nothing for nothing', () => {
    expect(found('リンゴ')).toEqual([2]);
    expect(found('トラ')).toEqual([0]);
    expect(found('  ')).toEqual([]);
    expect(found('zebra')).toEqual([]);
    expect(found('(*[')).toEqual([]);
  });
});
