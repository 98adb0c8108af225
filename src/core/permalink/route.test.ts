import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INDEX, MAX_PAYLOAD_LENGTH, MAX_PROBES } from './limits.ts';
import { defaultViewState, formatRoute, parseRoute } from './route.ts';
import type { Route } from './route.ts';

const home: Route = { view: 'probe', pack: null, readout: null, state: defaultViewState };
const position = fc.nat(MAX_PROBES - 1);
const route: fc.Arbitrary<Route> = fc.record({
  view: fc.constant('probe' as const),
  pack: fc.option(
    fc.record({
      id: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
      hash: fc.stringMatching(/^[0-9a-f]{12}$/),
    }),
  ),
  readout: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,200}$/)),
  state: fc.record({
    pair: fc.option(fc.tuple(position, position).filter(([a, b]) => a !== b)),
    focus: fc.option(fc.nat(MAX_INDEX - 1)),
    sort: fc.constantFrom('activation' as const, 'modality' as const, 'number' as const),
  }),
});

describe('routes', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(route, (some) => { expect(parseRoute(formatRoute(some))).toEqual({ route: some, problems: [] }); }));
  });

  it('look as documented, with defaults left out', () => {
    expect(formatRoute(home)).toBe('#/probe');
    const full: Route = {
      view: 'probe',
      pack: { id: 'gallery', hash: '0123456789abcdef0123456789abcdef' },
      readout: 'AbC-_9',
      state: { pair: [0, 1], focus: 812, sort: 'modality' },
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
    const bit = fc.constantFrom('#/', 'pack/', 'probe', '?', '&', '=', 'v', 'q', 'pair', 'focus', 'sort', '@', '.', '%', '%00', '%F0%9F', '/', '0', '1', '\u0000', '\uD800');
    const hostile = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.array(bit, { maxLength: 30 }).map((bits) => bits.join('')));
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
