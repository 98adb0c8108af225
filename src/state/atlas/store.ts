import { createStore } from 'zustand/vanilla';
import type { Atlas, AtlasGroups, AtlasLayout, BridgeFacts, ConceptFacts, GapWithoutConcepts } from '../../engine/atlas/protocol.ts';
import { collecting } from './collecting.ts';
import { labelling } from './labelling.ts';
import { bridgeKey, layoutKey, type AtlasActions, type AtlasState, type AtlasStore } from './model.ts';
import { making } from './making.ts';
import type { AtlasHost, AtlasParts } from './parts.ts';
import { searching } from './searching.ts';

/** Concept and bridge pages that are kept ready. */
const KEPT = 64;

/** Everything that belongs to one pack. */
const forgotten = {
  atlas: null,
  layouts: new Map(),
  groups: new Map(),
  concepts: new Map(),
  bridges: new Map(),
  gapWithout: null,
  hover: null,
  lit: null,
  searching: false,
  searchError: null,
  ownLabels: new Map(),
  undoable: null,
} satisfies Partial<AtlasState>;

/** The store of map, concept pages, alignment and bridges, on the engine of the page. */
export function createAtlasStore(host: AtlasHost): AtlasStore {
  const { engine, page, setView } = host;
  const store = createStore<AtlasState>(() => ({ ...forgotten, pack: null, view: page.getState().atlas, collections: [], unkept: false, collection: null }));
  const { getState: get, setState: set } = store;
  const make = making(get);
  const parts: AtlasParts = { ...host, get, set, make };
  const labels = labelling(parts);
  const collections = collecting(parts);
  const search = searching(parts);
  let layoutRequest: AbortController | null = null;

  /** Forgets what belongs to a pack that is no longer open. */
  function follow(): boolean {
    const { pack } = page.getState();
    if (pack === null) return false;
    const name = `${pack.id}@${pack.hash}`;
    if (get().pack !== name) {
      set({ ...forgotten, pack: name });
      labels.load();
    }
    return true;
  }

  async function makeLayout(seed: number, fresh: boolean): Promise<void> {
    const { layer, layout: kind } = get().view;
    const key = layoutKey(layer, kind);
    const before = get().layouts.get(key);
    if (!fresh && (before?.status === 'ready' || before?.status === 'making')) return;
    layoutRequest?.abort();
    const request = new AbortController();
    layoutRequest = request;
    await make<AtlasLayout>(
      (state) => { set((s) => ({ layouts: new Map(s.layouts).set(key, state) })); },
      (onProgress) => engine.call('atlasLayout', { layer, kind, seed, fresh }, { signal: request.signal, onProgress }),
      // A layout that was cancelled leaves the one before it on the page.
      () => { set((s) => ({ layouts: restored(s.layouts, key, before) })); },
    );
  }

  async function needed(): Promise<void> {
    if (!follow()) return;
    const { view, atlas } = get();
    search.restore();
    await Promise.all([
      atlas === null || atlas.status === 'failed' ? make<Atlas>((state) => { set({ atlas: state }); }, (onProgress) => engine.call('atlas', {}, { onProgress })) : undefined,
      makeLayout(0, false),
      view.colour === 'group' || view.filters.group !== null ? actions.needGroups(view.groups) : undefined,
    ]);
  }

  const actions: AtlasActions = {
    async start() {
      collections.load();
      await needed();
    },
    setView,
    setFilters(change) {
      setView({ filters: { ...get().view.filters, ...change } });
    },
    recompute: (kind, seed) => {
      setView({ layout: kind });
      return makeLayout(seed, true);
    },
    cancelLayout() {
      layoutRequest?.abort();
    },
    hover(concept) {
      if (get().hover !== concept) set({ hover: concept });
    },
    select(concepts, how) {
      const chosen = new Set(how === 'replace' ? [] : get().view.selection);
      for (const concept of concepts) {
        if (how === 'remove') chosen.delete(concept);
        else chosen.add(concept);
      }
      setView({ selection: [...chosen].sort((a, b) => a - b) });
    },
    async needGroups(kind) {
      if (!follow() || isMade(get().groups.get(kind))) return;
      await make<AtlasGroups>(
        (state) => { set((s) => ({ groups: new Map(s.groups).set(kind, state) })); },
        (onProgress) => engine.call('atlasGroups', { kind }, { onProgress }),
      );
    },
    async needConcept(concept) {
      if (!follow() || isMade(get().concepts.get(concept))) return;
      await make<ConceptFacts>(
        (state) => { set((s) => ({ concepts: latest(s.concepts, concept, state) })); },
        (onProgress) => engine.call('atlasConcept', { concept }, { onProgress }),
      );
    },
    async needBridge(i, j) {
      const key = bridgeKey(i, j);
      if (!follow() || isMade(get().bridges.get(key))) return;
      await make<BridgeFacts>(
        (state) => { set((s) => ({ bridges: latest(s.bridges, key, state) })); },
        (onProgress) => engine.call('atlasBridge', { i, j }, { onProgress }),
      );
    },
    async measureGap() {
      if (!follow()) return;
      await make<GapWithoutConcepts>(
        (state) => { set({ gapWithout: state }); },
        (onProgress) => engine.call('atlasGap', { without: get().view.selection }, { onProgress }),
      );
    },
    ...search.actions,
    ...labels.actions,
    ...collections.actions,
    undo() {
      get().undoable?.undo();
      set({ undoable: null });
    },
  };

  page.subscribe((state, before) => {
    if (state.atlas !== before.atlas) set({ view: state.atlas, ...(state.atlas.selection === before.atlas.selection ? {} : { gapWithout: null }) });
    // Only while one of the atlas's views has been opened.
    if (get().pack !== null && (state.atlas !== before.atlas || state.pack !== before.pack)) void needed();
  });
  return Object.assign(store, { actions });
}

function isMade(made: { readonly status: 'making' | 'ready' | 'failed' } | undefined): boolean {
  return made !== undefined && made.status !== 'failed';
}

function restored<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): Map<K, V> {
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}

/** A copy with one more entry, the oldest going when there are more than are kept. */
function latest<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): Map<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  copy.set(key, value);
  for (const oldest of copy.keys()) {
    if (copy.size <= KEPT) break;
    copy.delete(oldest);
  }
  return copy;
}
