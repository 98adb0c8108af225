import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../src/core/permalink/route.ts';
import { bindAddress } from '../../src/state/url.ts';
import { layoutKey } from '../../src/state/atlas/model.ts';
import { openSession } from './session.ts';

const open = async (hash: string) => {
  const session = openSession();
  void session.store.actions.start(parseRoute(hash).route);
  await expect.poll(() => session.store.getState().pack, { timeout: 20_000 }).not.toBeNull();
  const atlas = await session.store.actions.atlas();
  await atlas.actions.start();
  return { ...session, atlas };
};

describe('the atlas on the real engine', () => {
  it('lights up what a text activates, measures the gap without a selection, and shows the same from the link', async () => {
    const here = await open('#/map');
    const { actions } = here.atlas;
    expect(here.atlas.getState().layouts.get(layoutKey('concepts', 'umap'))).toMatchObject({ status: 'ready', value: { stored: true } });
    expect(here.atlas.getState().atlas).toMatchObject({ status: 'ready' });

    await actions.searchByText('cat');
    const { lit, searchError } = here.atlas.getState();
    expect(searchError).toBeNull();
    expect(lit?.text).toBe('cat');
    const strongest = [...(lit?.activations ?? [])].sort(([, a], [, b]) => b - a).slice(0, 3).map(([concept]) => here.store.getState().pack?.concepts.label[concept]);
    expect(strongest.join(' ')).toContain('cat');

    actions.select([7, 3, 500], 'replace');
    actions.select([500], 'remove');
    expect(here.atlas.getState().view.selection).toEqual([3, 7]);
    await actions.measureGap();
    expect(here.atlas.getState().gapWithout).toMatchObject({ status: 'ready' });
    actions.select([9], 'add');
    expect(here.atlas.getState().gapWithout).toBeNull();
    actions.setView({ colour: 'energy', camera: { x: 0.1, y: -0.2, zoom: 8 } });
    actions.setFilters({ energy: [0.001, null] });

    const hash = here.store.actions.address('map');
    const there = await open(hash);
    expect(there.atlas.getState().view).toEqual(here.atlas.getState().view);
    expect([...(there.atlas.getState().lit?.activations.keys() ?? [])]).toEqual([...(lit?.activations.keys() ?? [])]);
    expect(there.store.actions.address('map')).toBe(hash);
    actions.clearSearch();
    expect(here.atlas.getState().lit).toBeNull();
  }, 90_000);

  it('answers whether a concept fires, with the pair that a bridge is made of', async () => {
    const { store, atlas } = await open('#/concept/997');
    const fires = await atlas.actions.test(997, { text: 'cat' });
    expect(fires?.activation).toBeGreaterThan(0);
    const silent = await atlas.actions.test(997, { text: 'saxophone' });
    expect(silent?.activation).toBe(0);
    expect(silent?.precode ?? Infinity).toBeLessThanOrEqual(silent?.threshold ?? -Infinity);
    await atlas.actions.needConcept(997);
    const made = atlas.getState().concepts.get(997);
    const facts = made?.status === 'ready' ? made.value : expect.fail('facts of the concept');
    const best = facts.bridges[0] ?? expect.fail('it has a bridge');
    await atlas.actions.needBridge(best.i, best.j);
    const bridge = atlas.getState().bridges.get(`${String(best.i)}-${String(best.j)}`);
    expect(bridge).toMatchObject({ status: 'ready', value: { i: best.i, j: best.j, value: best.value } });
    expect(store.getState().problems).toEqual([]);
  }, 90_000);

  it('leaves out of a link what the pack does not have, and says so; Back brings the view before', async () => {
    const { store } = openSession();
    const listeners: (() => void)[] = [];
    const bar = {
      location: { hash: '#/map?v=1&sel=AgCQTg&focus=4000&find=dog' },
      history: { replaceState: (_: unknown, __: string, url: string) => { bar.location.hash = url; }, pushState: (_: unknown, __: string, url: string) => { bar.location.hash = url; } },
      addEventListener: (_: 'hashchange', listener: () => void) => { listeners.push(listener); },
    };
    bindAddress(store, bar);
    await expect.poll(() => store.getState().opening, { timeout: 20_000 }).toBe(false);
    expect(store.getState().atlas).toMatchObject({ selection: [0], focus: null, query: 'dog' });
    expect(store.getState().problems.map((problem) => 'key' in problem && problem.key)).toEqual(['sel', 'focus']);
    expect(bar.location.hash).not.toContain('focus=4000');

    bar.location.hash = bar.location.hash.replace('/map?v=1', '/alignment?v=1&color=energy');
    for (const listener of listeners) listener();
    expect(store.getState()).toMatchObject({ page: 'alignment', atlas: { colour: 'energy', selection: [0] }, problems: [] });
  }, 60_000);
});
