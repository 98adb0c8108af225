import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultAtlasView, type AtlasView, type Range } from './atlas-view.ts';
import { decodeReadout, encodeReadout } from './codec.ts';
import { MAX_INDEX, MAX_PAYLOAD_LENGTH, MAX_PROBES } from './limits.ts';
import { ATLAS_VIEWS, defaultViewState, formatRoute, parseRoute } from './route.ts';
import type { Route, View } from './route.ts';
import { MAX_SELECTION } from './selection.ts';

const home: Route = { view: 'probe', pack: null, readout: null, state: defaultViewState, atlas: defaultAtlasView };
const position = fc.nat(MAX_PROBES - 1);
const index = fc.nat(MAX_INDEX - 1);
const pack = fc.option(
  fc.record({
    id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    hash: fc.stringMatching(/^[0-9a-f]{12}$/),
  }),
);
const route: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('probe' as const),
  pack,
  readout: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,200}$/)),
  state: fc.record({
    pair: fc.option(fc.tuple(position, position).filter(([a, b]) => a !== b)),
    focus: fc.option(index),
    sort: fc.constantFrom('activation' as const, 'modality' as const, 'number' as const),
  }),
  atlas: fc.constant(defaultAtlasView),
});

/** Numbers as a link keeps them, four digits: n · 10^exponent. */
const range = (exponents: readonly number[]): fc.Arbitrary<Range> => {
  const bound = fc.option(fc.tuple(fc.nat(9999), fc.constantFrom(...exponents)).map(([n, exponent]) => Number(`${n}e${exponent}`)));
  return fc.tuple(bound, bound).map(([a, b]): Range => (a !== null && b !== null && a > b ? [b, a] : [a, b]));
};
const atlasView: fc.Arbitrary<AtlasView> = fc.record({
  open: fc.constant(null),
  bridge: fc.constant(null),
  layer: fc.constantFrom('concepts' as const, 'samples' as const),
  layout: fc.constantFrom('umap' as const, 'pca' as const),
  colour: fc.constantFrom('modality' as const, 'energy' as const, 'frequency' as const, 'stability' as const, 'gap' as const, 'group' as const),
  groups: fc.constantFrom('direction' as const, 'coactivation' as const),
  filters: fc.record({ dead: fc.boolean(), alwaysOn: fc.boolean(), energy: range([-9, -4, 0, 2]), modality: range([-4]), frequency: range([-8, -4]), group: fc.option(index) }),
  bridges: fc.nat(100_000),
  camera: fc.option(fc.record({ x: fc.integer({ min: -20_000, max: 20_000 }).map((n) => n / 10_000), y: fc.nat(10_000).map((n) => n / 10_000), zoom: fc.integer({ min: 1000, max: 9999 }).map((n) => n / 1000) })),
  selection: fc.uniqueArray(index, { maxLength: 300 }).map((concepts) => concepts.sort((a, b) => a - b)),
  query: fc.oneof(fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom('りんご 🍎', '&sel=A#?%', '+', ' ', '\u0000', '%zz')),
  meaning: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,200}$/)),
  focus: fc.option(index),
  bridgesAs: fc.constantFrom('list' as const, 'matrix' as const, 'graph' as const),
});
const atlasRoute: fc.Arbitrary<Route> = fc
  .record({ view: fc.constantFrom(...ATLAS_VIEWS), pack, readout: fc.constant(null), state: fc.constant(defaultViewState), atlas: atlasView, open: index, bridge: fc.option(fc.tuple(index, index)) })
  .map(({ atlas, open, bridge, ...rest }) => ({ ...rest, atlas: { ...atlas, open: rest.view === 'concept' ? open : null, bridge: rest.view === 'bridges' ? bridge : null } }));

describe('routes', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(fc.oneof(route, atlasRoute), (some) => { expect(parseRoute(formatRoute(some))).toEqual({ route: some, problems: [] }); }));
  });

  it('look as documented, with defaults left out', () => {
    expect(formatRoute(home)).toBe('#/probe');
    const full: Route = {
      view: 'probe',
      pack: { id: 'gallery', hash: '0123456789abcdef0123456789abcdef' },
      readout: 'AbC-_9',
      state: { pair: [0, 1], focus: 812, sort: 'modality' },
      atlas: defaultAtlasView,
    };
    expect(formatRoute(full)).toBe('#/pack/gallery@0123456789ab/probe?v=1&q=AbC-_9&pair=0.1&focus=812&sort=modality');
  });

  it('open at the defaults when there is no hash', () => {
    for (const hash of ['', '#', '#/', '/', '#/probe', '#/probe/', '#probe', '#/probe?', '#/probe?v=1']) {
      expect(parseRoute(hash)).toEqual({ route: home, problems: [] });
    }
  });

  it('leave out what could not be read back', () => {
    for (const pair of [[-1, 0], [3, 3], [0, MAX_PROBES], [0.5, 1], [Number.NaN, 1]] as const) {
      expect(formatRoute({ ...home, state: { ...defaultViewState, pair } })).toBe('#/probe');
    }
    for (const focus of [-1, Number.NaN, 1.5, MAX_INDEX]) {
      expect(formatRoute({ ...home, state: { ...defaultViewState, focus } })).toBe('#/probe');
    }
  });

  it('ignore unknown keys, and take an @ that was escaped on the way', () => {
    const { route: some, problems } = parseRoute('#/pack/gallery%40abcdef012345/probe?later=1&__proto__=x&constructor=y&focus=7&focus=8');
    expect(problems).toEqual([]);
    expect(some).toEqual({ ...home, pack: { id: 'gallery', hash: 'abcdef012345' }, state: { ...defaultViewState, focus: 7 } });
  });

  it.each([
    ['#/probe?pair=0', { code: 'bad-value', key: 'pair', value: '0' }],
    ['#/probe?pair=1.1', { code: 'bad-value', key: 'pair', value: '1.1' }],
    ['#/probe?pair=0.1.2', { code: 'bad-value', key: 'pair', value: '0.1.2' }],
    ['#/probe?pair=0.32', { code: 'bad-value', key: 'pair', value: '0.32' }],
    ['#/probe?pair=NaN.1', { code: 'bad-value', key: 'pair', value: 'NaN.1' }],
    ['#/probe?focus=-1', { code: 'bad-value', key: 'focus', value: '-1' }],
    ['#/probe?focus=1e3', { code: 'bad-value', key: 'focus', value: '1e3' }],
    ['#/probe?focus=99999999999999999999', { code: 'bad-value', key: 'focus', value: '99999999999999999999' }],
    ['#/probe?focus=NaN', { code: 'bad-value', key: 'focus', value: 'NaN' }],
    ['#/probe?sort=toString', { code: 'bad-value', key: 'sort', value: 'toString' }],
    ['#/probe?q=', { code: 'bad-value', key: 'q', value: '' }],
    ['#/probe?q=a+b', { code: 'bad-value', key: 'q', value: 'a b' }],
    ['#/probe?q=%E0%A4', { code: 'bad-value', key: 'q', value: '\uFFFD' }],
    ['#/probe?v=x', { code: 'bad-value', key: 'v', value: 'x' }],
    ['#/probe?v=0', { code: 'bad-value', key: 'v', value: '0' }],
    ['#/probe?v=2', { code: 'newer-version', value: '2' }],
    ['#/atlas', { code: 'unknown-view', value: 'atlas' }],
    ['#/probe/extra', { code: 'unknown-view', value: 'probe/extra' }],
    ['#/pack/gallery/probe', { code: 'bad-pack', value: 'gallery' }],
    ['#/pack/../probe', { code: 'bad-pack', value: '..' }],
    ['#/pack/%E0%A4%A/probe', { code: 'bad-pack', value: '%E0%A4%A' }],
    ['#/pack/__proto__@abcdef012345/probe', { code: 'bad-pack', value: '__proto__@abcdef012345' }],
    ['#/pack/gallery@ABCDEF012345/probe', { code: 'bad-pack', value: 'gallery@ABCDEF012345' }],
    ['#/pack', { code: 'bad-pack', value: '' }],
  ])('%s is reported, and the default taken', (hash, problem) => {
    expect(parseRoute(hash)).toEqual({ route: home, problems: [problem] });
  });

  it('keep what is sound beside what is not', () => {
    const { route: some, problems } = parseRoute('#/pack/g@abcdef012345/atlas?v=3&q=AbC&pair=x&focus=4');
    expect(some).toEqual({ ...home, pack: { id: 'g', hash: 'abcdef012345' }, readout: 'AbC', state: { ...defaultViewState, focus: 4 } });
    expect(problems.map(({ code }) => code)).toEqual(['unknown-view', 'newer-version', 'bad-value']);
  });

  it('that are too long keep their path', () => {
    const hash = `#/pack/g@abcdef012345/probe?v=1&q=${'A'.repeat(2 * MAX_PAYLOAD_LENGTH)}`;
    const { route: some, problems } = parseRoute(hash);
    expect(some).toEqual({ ...home, pack: { id: 'g', hash: 'abcdef012345' } });
    expect(problems).toEqual([expect.objectContaining({ code: 'too-long' })]);
  });

  it('never throw, and always come back as something that can be formatted and read', () => {
    const bits = ['#/', 'pack/', 'probe', 'map', 'concept/7', 'alignment', 'bridges/1-2', '?', '&', '=', 'v', 'q', 'pair', 'focus', 'sort', 'e', 'm', 'at', 'sel', 'find', 'layer', 'samples', 'layout', '@', '.', '~', ',', '-', '%', '%00', '%F0%9F', '/', '0', '1', 'AQU', '\u0000', '\uD800'];
    const bit = fc.constantFrom(...bits);
    const hostile = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.array(bit, { maxLength: 30 }).map((some) => some.join('')));
    fc.assert(
      fc.property(hostile, (hash) => {
        const { route: some, problems } = parseRoute(hash);
        expect(parseRoute(formatRoute(some))).toEqual({ route: some, problems: [] });
        for (const problem of problems) if ('value' in problem) expect(problem.value.length).toBeLessThanOrEqual(64);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('routes of the atlas', () => {
  const at = (view: View, change: Partial<AtlasView>): string => formatRoute({ ...home, view, atlas: { ...defaultAtlasView, ...change } });

  it('have the open concept or bridge in their path, and nothing else of it', () => {
    expect(at('map', { open: 3, bridge: [1, 2] })).toBe('#/map');
    expect(at('concept', { open: 812, layout: 'pca' })).toBe('#/concept/812?v=1&layout=pca');
    expect(at('bridges', { bridge: [12, 7], bridgesAs: 'graph' })).toBe('#/bridges/12-7?v=1&as=graph');
    expect(at('alignment', {})).toBe('#/alignment');
    for (const wrong of [-1, 0.5, Number.NaN, MAX_INDEX]) {
      expect(at('concept', { open: wrong })).toBe('#/concept/0');
      expect(at('bridges', { bridge: [wrong, 1] })).toBe('#/bridges');
    }
  });

  it.each(['concept', 'concept/', 'concept/x', 'concept/1/2', 'concept/16777216', 'concept/-1', 'bridges/1', 'bridges/1-', 'bridges/1-2-3', 'bridges/1-2/3', 'map/1', 'alignment/1', 'Map'])('#/%s is no page', (page) => {
    expect(parseRoute(`#/${page}`)).toEqual({ route: home, problems: [{ code: 'unknown-view', value: page.replace(/\/$/, '') }] });
  });

  it('say which value they could not use, cut to 64 characters, and keep the rest', () => {
    const { route: some, problems } = parseRoute(`#/map?v=1&color=red&sel=${'!'.repeat(100)}&at=0,0,0&focus=4&pair=0.1&sort=number`);
    expect(some).toEqual({ ...home, view: 'map', atlas: { ...defaultAtlasView, focus: 4 } });
    expect(problems).toEqual([
      { code: 'bad-value', key: 'color', value: 'red' },
      { code: 'bad-value', key: 'at', value: '0,0,0' },
      { code: 'bad-value', key: 'sel', value: '!'.repeat(64) },
    ]);
  });

  it('are whole or understood as far as they go when cut off at any place', () => {
    const whole = formatRoute({
      ...home, view: 'bridges', pack: { id: 'gallery', hash: '0123456789ab' },
      atlas: {
        ...defaultAtlasView, bridge: [12, 812], layer: 'samples', layout: 'pca', colour: 'group', groups: 'coactivation',
        filters: { dead: true, alwaysOn: true, energy: [0.01, 20], modality: [0.1, null], frequency: [null, 0.5], group: 3 },
        bridges: 40, camera: { x: 0.1, y: -0.2, zoom: 12.5 }, selection: [1, 5, 900, 70_000], query: 'りんご & “cat”', meaning: 'AbC-_', focus: 7, bridgesAs: 'matrix',
      },
    });
    for (let length = 0; length < whole.length; length++) {
      const { route: some } = parseRoute(whole.slice(0, length));
      expect(parseRoute(formatRoute(some))).toEqual({ route: some, problems: [] });
      // A selection is there as it was, or not at all.
      expect([0, 4]).toContain(some.atlas.selection.length);
    }
  });

  it('hold the largest selection beside the largest payload', () => {
    const selection = Array.from({ length: MAX_SELECTION }, (_, n) => n * Math.floor(MAX_INDEX / MAX_SELECTION));
    const some: Route = { ...home, view: 'map', atlas: { ...defaultAtlasView, selection, meaning: 'A'.repeat(MAX_PAYLOAD_LENGTH), query: '🍎'.repeat(100) } };
    expect(parseRoute(formatRoute(some))).toEqual({ route: some, problems: [] });
  });
});

describe('links of version 1', () => {
  it('of the probe view open as they did, payload and all', () => {
    const payload = encodeReadout({ probes: [{ kind: 'text', text: 'a cat', item: null, code: { indices: Uint32Array.of(3, 9), values: [0.5, 0.25] }, cosine: 0.75, neighbours: { images: [], texts: [] } }], similarities: [] });
    const { route: some, problems } = parseRoute(`#/pack/gallery@0123456789ab/probe?v=1&q=${payload}&pair=0.1&focus=812&sort=modality`);
    expect(problems).toEqual([]);
    expect(some).toEqual({ view: 'probe', pack: { id: 'gallery', hash: '0123456789ab' }, readout: payload, state: { pair: [0, 1], focus: 812, sort: 'modality' }, atlas: defaultAtlasView });
    expect(decodeReadout(some.readout ?? '').probes[0]).toMatchObject({ kind: 'text', text: 'a cat' });
  });

  it('take nothing from the atlas’s keys, and the atlas nothing from theirs', () => {
    expect(parseRoute('#/probe?v=1&at=x&sel=!&layer=9&find=a')).toEqual({ route: home, problems: [] });
    expect(parseRoute('#/map?v=1&pair=x&sort=9')).toEqual({ route: { ...home, view: 'map' }, problems: [] });
    expect(parseRoute('#/lab?v=1&sel=!')).toEqual({ route: { ...home, view: 'lab' }, problems: [] });
  });
});
