import { createStore, type StoreApi } from 'zustand/vanilla';
import { encodeReadout } from '../core/permalink/codec.ts';
import { defaultAtlasView, type AtlasView } from '../core/permalink/atlas-view.ts';
import { MAX_PROBES } from '../core/permalink/limits.ts';
import { defaultViewState, formatRoute, type Route, type View } from '../core/permalink/route.ts';
import { reportError, type EngineClient } from '../engine/client.ts';
import type { EngineNotice, TableColumn } from '../engine/protocol.ts';
import { addGalleryImage, addImages, addTexts } from './adding.ts';
import { toReadout, type AppState } from './model.ts';
import { changePack, openRoute } from './opening.ts';
import type { AtlasStore } from './atlas/model.ts';
import type { LabStore } from './lab/model.ts';
import type { PacksStore } from './packs/model.ts';
import type { PageStorage, TabPictures } from './pictures.ts';
import { ProbeList } from './probe-list.ts';
import { Relations } from './relations.ts';
import { createSession } from './session.ts';

/** Notices kept on the page. */
const MAX_NOTICES = 4;

/** What the page can do. Every method is safe to call at any time; failures land in the state, they do not throw. */
export interface Actions {
  /** Opens the pack, then the example or the link's probes. */
  start(route: Route): Promise<void>;
  loadModels(): Promise<void>;
  addImages(files: readonly { name: string; blob: Blob }[]): Promise<void>;
  /** One probe a line; empty lines are ignored. */
  addTexts(text: string): Promise<void>;
  addGalleryImage(item: number): Promise<void>;
  remove(key: string): void;
  clear(): void;
  /** Takes back the last change of the probes. */
  undo(): void;
  dismissMessages(): void;
  /** Chooses the pair that "Why they match" explains. */
  choosePair(a: string, b: string): Promise<void>;
  /** Pairs the tapped probe with the one that was chosen before it. */
  tap(key: string): Promise<void>;
  /** Opens a concept (part of the link); `null` closes it. */
  focus(concept: number | null): void;
  /** Shows a concept in passing, under the pointer or the keyboard focus; not part of the link. */
  preview(concept: number | null): void;
  setSort(sort: AppState['view']['sort']): void;
  /** Shows another part of the same readout, as Back and Forward do. */
  setView(view: AppState['view']): Promise<void>;
  /** Changes what the atlas's views show. */
  setAtlas(change: Partial<AtlasView>): void;
  notice(notice: EngineNotice): void;
  /** Opens another pack, made in this browser, and reads the probes on the page with its dictionary. Rejects when it cannot. */
  usePack(id: string): Promise<void>;
  /** The lab's store, loaded with its view. */
  lab(): Promise<LabStore>;
  /** A figure's numbers as Parquet. Rejects when the engine cannot. */
  parquet(columns: readonly TableColumn[]): Promise<Blob>;
  /** The store of the view of packs, loaded with it. */
  packs(): Promise<PacksStore>;
  /** Fetches a sheet of the open pack's own pictures, once. */
  loadSheet(n: number): Promise<void>;
  /** The atlas's store, loaded with the first of its views. */
  atlas(): Promise<AtlasStore>;
  /** The permalink of what is on the page, and how many of its probes it carries. */
  link(): { hash: string; carried: number; total: number };
  /** The address of a view as it is: the probes' like the permalink, but for the example, which needs no codes. */
  address(of: View, change?: Partial<AtlasView>): string;
}

export type AppStore = StoreApi<AppState> & { readonly actions: Actions };

const initial: AppState = {
  pack: null,
  packError: null,
  samples: null,
  models: { status: 'idle' },
  probes: [],
  failures: [],
  similarities: new Map(),
  pair: null,
  jobs: [],
  example: false,
  page: 'probe',
  view: defaultViewState,
  atlas: defaultAtlasView,
  preview: null,
  problems: [],
  linkError: null,
  notices: [],
  undoable: null,
  opening: false,
  sheets: new Map(),
};

/** The page's store, bound to an engine; `pictures` are those that a reload brings back, `storage` keeps labels and collections. */
export function createAppStore(engine: EngineClient, pictures: TabPictures, storage: PageStorage): AppStore {
  const store = createStore<AppState>(() => initial);
  const session = createSession(store, engine, pictures);
  const { get, set, asJob } = session;
  const list = new ProbeList(session);
  const relations = new Relations(session);
  let lab: Promise<LabStore> | null = null;
  let atlas: Promise<AtlasStore> | null = null;
  let packs: Promise<PacksStore> | null = null;
  const asked = new Set<string>();

  const actions: Actions = {
    async start(route) {
      // The address belongs to what is being opened, not to what is still on the page.
      set({ page: route.view, view: route.state, atlas: route.atlas, opening: true });
      try {
        await openRoute(session, list, relations, route);
      } finally {
        set({ opening: false });
      }
      if (get().example) await actions.loadModels();
    },

    async loadModels() {
      const { status } = get().models;
      if (status === 'loading' || status === 'ready') return;
      set({ models: { status: 'loading' } });
      try {
        await asJob('model', false, async (_signal, onProgress) => {
          set({ models: { status: 'ready', backends: await engine.call('load', {}, { onProgress }) } });
        });
      } catch (error) {
        set({ models: { status: 'failed', error: reportError(error) } });
        return;
      }
      // Not awaited: wasm answers already. A measurement that fails means that it stays, and is told.
      void engine.call('measure', {}).then(
        (backends) => { set({ models: { status: 'ready', backends } }); },
        (error: unknown) => { set((s) => ({ failures: [...s.failures, { key: session.newKey(), name: '', error: reportError(error) }] })); },
      );
    },

    async addImages(files) {
      if (files.length === 0) return;
      void actions.loadModels();
      await addImages(session, list, relations, files);
    },
    async addTexts(text) {
      const lines = text.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== '');
      if (lines.length === 0) return;
      void actions.loadModels();
      await addTexts(session, list, relations, lines);
    },
    async addGalleryImage(item) {
      await addGalleryImage(session, list, relations, item);
    },
    remove(key) {
      list.keep();
      set((s) => ({ probes: s.probes.filter((p) => p.key !== key), view: { ...s.view, pair: null } }));
      void relations.update();
    },
    clear() {
      list.keep();
      set((s) => ({ probes: [], pair: null, example: false, view: { ...s.view, pair: null, focus: null } }));
    },
    undo() {
      const { undoable } = get();
      if (undoable === null) return;
      set((s) => ({ ...undoable, undoable: null, view: { ...s.view, pair: null } }));
      void relations.update();
    },
    dismissMessages() {
      set({ failures: [], linkError: null, problems: [], notices: [] });
    },

    async choosePair(a, b) {
      const index = (key: string): number => get().probes.findIndex((p) => p.key === key);
      set((s) => ({ view: { ...s.view, pair: [index(a), index(b)] } }));
      await relations.update();
    },
    async tap(key) {
      const { pair, probes } = get();
      const other = pair === null ? probes.find((p) => p.key !== key)?.key : pair.b === key ? pair.a : pair.b;
      if (other !== undefined && other !== key) await actions.choosePair(other, key);
    },
    focus(concept) {
      set((s) => ({ view: { ...s.view, focus: concept }, preview: null }));
    },
    preview(concept) {
      if (get().preview !== concept) set({ preview: concept });
    },
    setSort(sort) {
      set((s) => ({ view: { ...s.view, sort } }));
    },
    async setView(view) {
      set({ view, preview: null });
      await relations.update();
    },
    setAtlas(change) {
      set((s) => ({ atlas: { ...s.atlas, ...change } }));
    },
    notice(notice) {
      set((s) => ({ notices: [...s.notices, notice].slice(-MAX_NOTICES) }));
    },

    async usePack(id) {
      await changePack(session, list, relations, id);
    },
    lab() {
      lab ??= import('./lab/store.ts').then(({ createLabStore }) => createLabStore({ engine, openPack: (id) => actions.usePack(id) }));
      return lab;
    },
    parquet(columns) {
      return engine.call('parquet', { columns });
    },
    packs() {
      packs ??= import('./packs/store.ts').then(({ createPacksStore }) => createPacksStore({ engine, openPack: (id) => actions.usePack(id) }));
      return packs;
    },
    async loadSheet(n) {
      const { hash } = get().pack ?? { hash: '' };
      const key = `${hash} ${n}`;
      if (asked.has(key)) return;
      asked.add(key);
      try {
        const blob = await engine.call('sheet', { n });
        if (get().pack?.hash === hash) set((s) => ({ sheets: new Map(s.sheets).set(n, URL.createObjectURL(blob)) }));
      } catch (error) {
        asked.delete(key);
        set((s) => ({ failures: [...s.failures, { key: session.newKey(), name: '', error: reportError(error) }] }));
      }
    },
    atlas() {
      atlas ??= import('./atlas/store.ts').then(({ createAtlasStore }) => createAtlasStore({ engine, page: store, setView: (change) => { actions.setAtlas(change); }, storage }));
      return atlas;
    },

    link() {
      const { probes, similarities } = get();
      const readout = toReadout(probes, similarities, MAX_PROBES);
      return {
        hash: hashOf(get(), readout.probes.length === 0 ? null : encodeReadout(readout)),
        carried: readout.probes.length,
        total: probes.filter((p) => p.readout !== null).length,
      };
    },
    address(of, change = {}) {
      const state = get();
      if (of === 'lab' || of === 'packs' || of === 'about') return `#/${of}`;
      if (of !== 'probe') return hashOf({ ...state, atlas: { ...state.atlas, ...change } }, null, of);
      // The example is what an address without probes shows.
      return state.example ? hashOf(state, null) : actions.link().hash;
    },
  };
  return Object.assign(store, { actions });
}

function hashOf({ pack, view, atlas }: AppState, readout: string | null, of: View = 'probe'): string {
  return formatRoute({ view: of, pack: pack === null ? null : { id: pack.id, hash: pack.hash }, readout, state: view, atlas });
}
