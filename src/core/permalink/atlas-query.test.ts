import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAtlas, parseAtlas, type ReadKey } from './atlas-query.ts';
import { defaultAtlasView, type AtlasView } from './atlas-view.ts';
import { toBase64Url } from './base64url.ts';
import { MAX_INDEX } from './limits.ts';
import { MAX_SELECTION } from './selection.ts';

/** What a query gives, and the keys that it was told about as bad. */
function parse(query: string): { view: AtlasView; bad: string[] } {
  const values = new URLSearchParams(query);
  const bad: string[] = [];
  const read: ReadKey = (key, parseValue) => {
    const value = values.get(key);
    const parsed = value === null ? null : parseValue(value);
    if (value !== null && parsed === null) bad.push(key);
    return parsed;
  };
  return { view: parseAtlas(read), bad };
}
const format = (change: Partial<AtlasView>): string => formatAtlas({ ...defaultAtlasView, ...change }).join('&');
const filtered = (change: Partial<AtlasView['filters']>): string => format({ filters: { ...defaultAtlasView.filters, ...change } });

describe('the atlas in a link', () => {
  it('leaves out what is at its default', () => {
    expect(format({})).toBe('');
    expect(format({ open: 3, bridge: [1, 2] })).toBe('');
    expect(parse('')).toEqual({ view: defaultAtlasView, bad: [] });
  });

  it('looks as documented', () => {
    const full: AtlasView = {
      open: null, bridge: null, layer: 'samples', layout: 'pca', colour: 'energy', groups: 'coactivation',
      filters: { dead: true, alwaysOn: true, energy: [0.001, null], modality: [0.25, 0.75], frequency: [null, 0.5], group: 12 },
      bridges: 40, camera: { x: 0.125, y: -0.5, zoom: 8 }, selection: [0, 1, 130], query: 'a cat & “dog”', meaning: 'AbC-_9', focus: 812, bridgesAs: 'matrix',
    };
    // Count 3; distances less one: 0, 0, 128 = 0x80 0x01.
    const selection = Buffer.from([3, 0, 0, 0x80, 1]).toString('base64url');
    const link = `layer=samples&layout=pca&color=energy&groups=coactivation&dead=1&always=1&e=0.001~&m=0.25~0.75&f=~0.5&group=12&bridges=40&at=0.125,-0.5,8&sel=${selection}&find=a+cat+%26+%E2%80%9Cdog%E2%80%9D&q=AbC-_9&focus=812&as=matrix`;
    expect(formatAtlas(full).join('&')).toBe(link);
    expect(parse(link)).toEqual({ view: full, bad: [] });
  });

  it('rounds measured numbers once: what was read is written as it was', () => {
    expect(filtered({ energy: [0.000123456, 1234.56] })).toBe('e=0.0001235~1235');
    expect(format({ camera: { x: -0.00001, y: 0.123456789, zoom: 1 } })).toBe('at=0,0.1235,1');
    const camera = fc.record({ x: fc.double({ min: -100, max: 100, noNaN: true }), y: fc.double({ min: -1, max: 1, noNaN: true }), zoom: fc.double({ min: 0.1, max: 10_000, noNaN: true }) });
    fc.assert(
      fc.property(camera, fc.double({ min: 0, max: 1, noNaN: true }), (place, bound) => {
        const once = format({ camera: place, filters: { ...defaultAtlasView.filters, frequency: [bound, null] } });
        const { view, bad } = parse(once);
        expect(bad).toEqual([]);
        expect(formatAtlas(view).join('&')).toBe(once);
        // The screen moves by less than a ten-thousandth of its width, however deep it is.
        const shown = view.camera ?? { x: Infinity, y: Infinity, zoom: Infinity };
        for (const axis of ['x', 'y'] as const) expect(Math.abs(shown[axis] - place[axis]) * Math.max(1, place.zoom)).toBeLessThan(2e-4);
        expect(shown.zoom / place.zoom).toBeCloseTo(1, 3);
        expect(view.filters.frequency[0]).toBeCloseTo(bound, 4);
      }),
    );
  });

  it('leaves out what could not be read back', () => {
    for (const energy of [[Number.NaN, 1], [-1, 1], [2, 1], [Infinity, null], [null, 1e9], [null, null]] as const) expect(filtered({ energy })).toBe('');
    for (const modality of [[0, 1.1], [-0.1, null]] as const) expect(filtered({ modality })).toBe('');
    for (const camera of [{ x: 101, y: 0, zoom: 1 }, { x: 0, y: Number.NaN, zoom: 1 }, { x: 0, y: 0, zoom: 0 }, { x: 0, y: 0, zoom: 1e30 }, { x: 1e300, y: 0, zoom: Infinity }]) {
      expect(format({ camera })).toBe('');
    }
    for (const number of [-1, 1.5, Number.NaN, Infinity, MAX_INDEX]) {
      expect(format({ focus: number, bridges: number, selection: [number], filters: { ...defaultAtlasView.filters, group: number } })).toBe('');
    }
    for (const meaning of ['', 'a b', 'é', 'A'.repeat(1 << 19)]) expect(format({ meaning })).toBe('');
    expect(format({ query: 'x'.repeat(201) })).toBe('');
    expect(parse(format({ query: 'half a pair: \uD83C' })).view.query).toBe('half a pair: \uFFFD');
    // Samples have no such layout.
    expect(format({ layer: 'samples', layout: 'energy-pca' })).toBe('layer=samples');
  });

  it.each([
    'layer=', 'layer=toString', 'layout=UMAP', 'color=__proto__', 'groups=constructor', 'dead=yes', 'always=2', 'as=list ',
    'e=1', 'e=~', 'e=', 'e=1~2~3', 'e=2~1', 'e=NaN~', 'e=-1~', 'e=1e7~', 'e=1e+3~', 'e=0x1~', 'e=Infinity~', 'm=0~1.01', 'm=1~0', 'f=~-0.1', 'f=.5~',
    `f=0.${'1'.repeat(40)}~`, 'group=-1', 'group=1.0', 'group=16777216', 'bridges=100001', 'bridges=', 'focus=x',
    'at=', 'at=0,0', 'at=0,0,1,1', 'at=0,0,0', 'at=0,0,10001', 'at=101,0,1', 'at=0,-101,1', 'at=,,', 'at=NaN,0,1', 'at=0,0,-1', 'at=1e400,0,1',
    'sel=', 'sel=A', 'sel=AA', 'sel=!!!!', 'sel=AQ', 'sel=AQAA', 'sel=____', `sel=${'A'.repeat(80_000)}`, `find=${'x'.repeat(201)}`, 'q=', 'q=a+b', 'q=%00',
  ])('%s is reported, and the default taken', (query) => {
    expect(parse(query)).toEqual({ view: defaultAtlasView, bad: [query.slice(0, query.indexOf('='))] });
  });

  it('takes a layout of concepts for samples as bad', () => {
    expect(parse('layer=samples&layout=modality-energy')).toEqual({ view: { ...defaultAtlasView, layer: 'samples' }, bad: ['layout'] });
  });
});

describe('the selection in a link', () => {
  const concepts = (query: string): readonly number[] => parse(query).view.selection;

  it('comes back sorted, each concept once', () => {
    expect(concepts(format({ selection: [9, 2, 9, 0, MAX_INDEX - 1] }))).toEqual([0, 2, 9, MAX_INDEX - 1]);
  });

  it('carries as many as it says, and no part of more', () => {
    const far = Array.from({ length: MAX_SELECTION }, (_, n) => n * Math.floor(MAX_INDEX / MAX_SELECTION));
    const link = format({ selection: far });
    expect(concepts(link)).toEqual(far);
    expect(link.length).toBeLessThan(60_000);
    expect(format({ selection: [...far, MAX_INDEX - 1] })).toBe('');
  });

  it('is refused when it was cut off at any place, or has more behind it', () => {
    const link = format({ selection: [5, 200, 201, 40_000, 41_000, 3_000_000] });
    for (let length = 'sel='.length; length < link.length; length++) expect(parse(link.slice(0, length))).toEqual({ view: defaultAtlasView, bad: ['sel'] });
    for (const more of ['A', 'AA', 'AAA', 'AAAA']) expect(parse(link + more).bad).toEqual(['sel']);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { view, bad } = parse(`sel=${toBase64Url(bytes)}`);
        expect(view.selection.length > 0).toBe(bad.length === 0);
        expect(view.selection).toEqual([...new Set(view.selection)].sort((a, b) => a - b));
        expect(view.selection.every((concept) => concept < MAX_INDEX)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
