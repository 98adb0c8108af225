import { createStore, type StoreApi } from 'zustand/vanilla';
import { CancelledError, InputError } from '../core/errors.ts';
import { decodeReadout, encodeReadout, quantiseReadout } from '../core/permalink/codec.ts';
import { MAX_PROBES } from '../core/permalink/limits.ts';
import { defaultViewState, formatRoute, type Route } from '../core/permalink/route.ts';
import type { ProbeReadout, Readout } from '../core/readout.ts';
import { reportError, type EngineClient } from '../engine/client.ts';
import type { EngineNotice, ImageInput, PackView, Progress } from '../engine/protocol.ts';
import type { TabPictures } from './pictures.ts';
import { pairKey, toReadout, type AppState, type Job, type Probe } from './model.ts';

/** Images are embedded in groups, so that results appear and a cancel is heard while a large drop is under way. */
const GROUP = 8;

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
  undo(): void;
  dismissMessages(): void;
  /** Chooses the pair that "Why they match" explains: the tapped probe and the one chosen before it. */
  choosePair(a: string, b: string): Promise<void>;
  tap(key: string): Promise<void>;
  /** Opens a concept (part of the link); `null` closes it. */
  focus(concept: number | null): void;
  /** Shows a concept in passing, under the pointer or the keyboard focus; not part of the link. */
  preview(concept: number | null): void;
  setSort(sort: AppState['view']['sort']): void;
  /** Shows another part of the same readout, as Back and Forward do. */
  setView(view: AppState['view']): Promise<void>;
  notice(notice: EngineNotice): void;
  /** The permalink of what is on the page, and how many of its probes it carries. */
  link(): { hash: string; carried: number; total: number };
  /** The permalink for the address bar: the same, but for the example, which needs no codes. */
  address(): string;
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
  preview: null,
  problems: [],
  linkError: null,
  notices: [],
  undoable: null,
  opening: false,
};

/** The page's store, bound to an engine; `pictures` are those that a reload brings back. */
export function createAppStore(engine: EngineClient, pictures: TabPictures): AppStore {
  const store = createStore<AppState>(() => initial);
  const { getState: get, setState: set } = store;
  let nextKey = 1;
  let nextJob = 1;
  let pairRequest = 0;
  const newKey = (): string => `p${String(nextKey++)}`;

  /** Runs `work` as a visible job with progress and, where it makes sense, a cancel. */
  async function asJob(
    phase: Progress['phase'],
    cancellable: boolean,
    work: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<void>,
  ): Promise<void> {
    const abort = new AbortController();
    const id = nextJob++;
    const job: Job = {
      id,
      progress: { phase, done: 0, total: 0, unit: 'items' },
      cancel: cancellable ? () => { abort.abort(); } : null,
    };
    set((s) => ({ jobs: [...s.jobs, job] }));
    try {
      await work(abort.signal, (progress) => {
        set((s) => ({ jobs: s.jobs.map((j) => (j.id === id ? { ...j, progress } : j)) }));
      });
    } finally {
      set((s) => ({ jobs: s.jobs.filter((j) => j.id !== id) }));
    }
  }

  /** Keeps the probes as they are for undo, before something changes them. */
  function keep(): void {
    const { probes, example } = get();
    if (probes.length > 0) set({ undoable: { probes, example } });
  }

  /** Adds probes under way. The example gives way as soon as the user brings something of their own. */
  function addWaiting(waiting: readonly Probe[]): void {
    keep();
    set((s) => ({
      probes: [...(s.example ? [] : s.probes), ...waiting],
      example: false,
      ...(s.example ? { pair: null, view: { ...s.view, pair: null, focus: null } } : {}),
    }));
  }

  function settle(key: string, readout: ProbeReadout, thumbnail: Blob | null): void {
    const rounded = quantiseReadout({ probes: [readout], similarities: [] }).probes[0] ?? readout;
    const url = thumbnail === null ? null : URL.createObjectURL(thumbnail);
    const name = get().probes.find((p) => p.key === key)?.name ?? '';
    if (thumbnail !== null) void pictures.keep(rounded, thumbnail, name);
    const settled = (probes: readonly Probe[]): Probe[] =>
      probes.map((p) => (p.key === key ? { ...p, status: 'ready', readout: rounded, thumbnail: url } : p));
    set((s) => ({ probes: settled(s.probes), undoable: s.undoable && { ...s.undoable, probes: settled(s.undoable.probes) } }));
  }

  function drop(keys: ReadonlySet<string>): void {
    const left = (probes: readonly Probe[]): Probe[] => probes.filter((p) => !keys.has(p.key));
    set((s) => ({ probes: left(s.probes), undoable: s.undoable && { ...s.undoable, probes: left(s.undoable.probes) } }));
  }

  /** Fills in the similarity of every pair that is not known yet, then explains the chosen or the best pair. */
  async function relate(): Promise<void> {
    const ready = get().probes.flatMap((p) => (p.readout === null ? [] : [{ key: p.key, readout: p.readout }]));
    const missing = ready.some((a, i) => ready.slice(i + 1).some((b) => !get().similarities.has(pairKey(a.key, b.key))));
    if (missing) {
      const { similarities } = await engine.call('similarities', { probes: ready });
      const known = new Map(get().similarities);
      let at = 0;
      for (const [i, a] of ready.entries()) {
        for (const b of ready.slice(i + 1)) {
          const key = pairKey(a.key, b.key);
          const value = similarities[at++] ?? Number.NaN;
          if (!known.has(key)) known.set(key, quantiseSimilarity(value));
        }
      }
      set({ similarities: known });
    }
    await explainPair();
  }

  /** Explains the chosen pair, or, when none is chosen, the picture and the text that match best. */
  async function explainPair(): Promise<void> {
    const state = get();
    const [i, j] = state.view.pair ?? [-1, -1];
    const chosen = [state.probes[i], state.probes[j]];
    const [a, b] = chosen.every((p) => p?.readout != null) ? chosen : bestPair(state);
    if (a?.readout == null || b?.readout == null) {
      set({ pair: null });
      return;
    }
    const similarity = state.similarities.get(pairKey(a.key, b.key)) ?? Number.NaN;
    const request = ++pairRequest;
    const explanation = await engine.call('explain', { a: a.readout.code, b: b.readout.code, similarity });
    if (request === pairRequest) set({ pair: { a: a.key, b: b.key, explanation } });
  }

  /** Puts the probes of a stored readout on the page without any model. */
  async function restore(payload: string, example: boolean): Promise<void> {
    const readout = decodeReadout(payload);
    checkAgainstPack(readout, get().pack);
    if (!get().example) keep();
    const probes = readout.probes.map((r): Probe => {
      const kept = r.kind === 'image' && r.item === null ? pictures.find(r) : null;
      return { key: newKey(), kind: r.kind, name: r.text ?? kept?.name ?? '', status: 'ready', readout: r, thumbnail: kept?.url ?? null };
    });
    const similarities = new Map<string, number>();
    let at = 0;
    for (const [i, a] of probes.entries()) {
      for (const b of probes.slice(i + 1)) similarities.set(pairKey(a.key, b.key), readout.similarities[at++] ?? Number.NaN);
    }
    set({ probes, similarities, example, pair: null });
    await explainPair();
  }

  async function openPack(route: Route): Promise<boolean> {
    try {
      await asJob('pack', false, async (_signal, onProgress) => {
        const pack = get().pack ?? (await engine.call('open', { pack: 'gallery' }, { onProgress }));
        const pinned = route.pack;
        const foreign = pinned !== null && (pinned.id !== pack.id || !pack.hash.startsWith(pinned.hash));
        set((s) => ({
          pack,
          problems: foreign ? [...s.problems, { code: 'other-pack', value: `${pinned.id}@${pinned.hash}` }] : s.problems,
        }));
      });
      return true;
    } catch (error) {
      set({ packError: reportError(error) });
      return false;
    }
  }

  /** The pack, then the link's probes; the example when there are none or the link is broken. */
  async function open(route: Route): Promise<void> {
    const { probes } = get();
    set({ linkError: null });
    if (!(await openPack(route))) return;
    const pack = get().pack;
    if (pack === null) return;
    if (get().samples === null) void engine.call('samples', {}).then((samples) => { set({ samples }); }, (error: unknown) => { set({ packError: reportError(error) }); });
    if (route.readout !== null) {
      try {
        await restore(route.readout, false);
        return;
      } catch (error) {
        set({ linkError: reportError(error), view: defaultViewState });
      }
    }
    // Whoever was quicker than the example with something of their own keeps it.
    if (get().probes === probes) await restore(pack.example, true);
  }

  const actions: Actions = {
    async start(route) {
      // The address belongs to what is being opened, not to what is still on the page.
      set({ page: route.view, view: route.state, opening: true });
      try {
        await open(route);
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
      // Measuring is a luxury: wasm already answers, and a failed measurement only means that it stays.
      void engine.call('measure', {}).then((backends) => { set({ models: { status: 'ready', backends } }); }, () => undefined);
    },

    async addImages(files) {
      if (files.length === 0) return;
      const images: ImageInput[] = files.map(({ name, blob }) => ({ key: newKey(), name, blob }));
      const waiting: Probe[] = images.map(({ key, name }) => ({
        key, kind: 'image', name, status: 'waiting', readout: null, thumbnail: null,
      }));
      addWaiting(waiting);
      void actions.loadModels();
      try {
        await asJob('embed', true, async (signal, report) => {
          for (let at = 0; at < images.length; at += GROUP) {
            report({ phase: 'embed', done: at, total: images.length, unit: 'items' });
            const group = images.slice(at, at + GROUP);
            const { results, failures } = await engine.call('probeImages', { images: group }, { signal });
            for (const { key, readout, thumbnail } of results) settle(key, readout, thumbnail);
            drop(new Set(failures.map((f) => f.key)));
            const named = failures.map(({ key, error }) => ({
              key, error, name: group.find((g) => g.key === key)?.name ?? '',
            }));
            set((s) => ({ failures: [...s.failures, ...named] }));
            await relate();
          }
        });
      } catch (error) {
        failWaiting(images.map((i) => i.key), error);
      }
    },

    async addTexts(text) {
      const texts = text.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== '');
      if (texts.length === 0) return;
      const keyed = texts.map((line) => ({ key: newKey(), text: line }));
      addWaiting(keyed.map(({ key, text: name }) => ({ key, kind: 'text', name, status: 'waiting', readout: null, thumbnail: null })));
      void actions.loadModels();
      try {
        await asJob('embed', true, async (signal, onProgress) => {
          const { results, failures } = await engine.call('probeTexts', { texts: keyed }, { signal, onProgress });
          for (const { key, readout } of results) settle(key, readout, null);
          drop(new Set(failures.map((f) => f.key)));
          set((s) => ({ failures: [...s.failures, ...failures.map(({ key, error }) => ({ key, error, name: '' }))] }));
          await relate();
        });
      } catch (error) {
        failWaiting(keyed.map((t) => t.key), error);
      }
    },

    async addGalleryImage(item) {
      const key = newKey();
      addWaiting([{ key, kind: 'image', name: '', status: 'waiting', readout: null, thumbnail: null }]);
      try {
        const { results } = await engine.call('probeGallery', { items: [{ key, item }] });
        for (const result of results) settle(result.key, result.readout, null);
        await relate();
      } catch (error) {
        failWaiting([key], error);
      }
    },

    remove(key) {
      keep();
      set((s) => ({ probes: s.probes.filter((p) => p.key !== key), view: { ...s.view, pair: null } }));
      void relate();
    },
    clear() {
      keep();
      set((s) => ({ probes: [], pair: null, example: false, view: { ...s.view, pair: null, focus: null } }));
    },
    undo() {
      const { undoable } = get();
      if (undoable === null) return;
      set((s) => ({ ...undoable, undoable: null, view: { ...s.view, pair: null } }));
      void relate();
    },
    dismissMessages() {
      set({ failures: [], linkError: null, problems: [], notices: [] });
    },

    async choosePair(a, b) {
      const index = (key: string): number => get().probes.findIndex((p) => p.key === key);
      set((s) => ({ view: { ...s.view, pair: [index(a), index(b)] } }));
      await explainPair();
    },
    async tap(key) {
      const current = get().pair;
      const other = current === null ? get().probes.find((p) => p.key !== key)?.key : current.b === key ? current.a : current.b;
      if (other !== undefined && other !== key) await actions.choosePair(other, key);
    },
    focus(concept) {
      set((s) => ({ view: { ...s.view, focus: concept }, preview: null }));
    },
    preview(concept) {
      if (get().preview !== concept) set({ preview: concept });
    },
    async setView(view) {
      set({ view, preview: null });
      await explainPair();
    },
    setSort(sort) {
      set((s) => ({ view: { ...s.view, sort } }));
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
    address() {
      const state = get();
      // The example is what an address without probes shows.
      return state.example ? hashOf(state, null) : actions.link().hash;
    },
    notice(notice) {
      set((s) => ({ notices: [...s.notices.slice(-3), notice] }));
    },
  };

  function failWaiting(keys: readonly string[], error: unknown): void {
    const mine = new Set(keys);
    const waiting = get().probes.filter((p) => mine.has(p.key) && p.status === 'waiting');
    drop(new Set(waiting.map((p) => p.key)));
    if (error instanceof CancelledError) return;
    const report = reportError(error);
    set((s) => ({ failures: [...s.failures, ...waiting.map(({ key, name }) => ({ key, name, error: report }))] }));
  }

  return Object.assign(store, { actions });
}

/** Rounds a similarity to what a link carries. */
function quantiseSimilarity(value: number): number {
  const blank: ProbeReadout = {
    kind: 'text', text: '', item: null, code: { indices: new Uint32Array(), values: [] }, cosine: 0, neighbours: { images: [], texts: [] },
  };
  return quantiseReadout({ probes: [blank, blank], similarities: [value] }).similarities[0] ?? Number.NaN;
}

/** A link may name concepts or items that this pack does not have. */
function checkAgainstPack(readout: Readout, pack: PackView | null): void {
  for (const { code, item, neighbours } of readout.probes) {
    const beyond = (items: readonly (number | null)[], count: number): boolean => items.some((i) => i !== null && i >= count);
    if (
      pack === null ||
      Array.from(code.indices).some((i) => i >= pack.c) ||
      beyond([item, ...neighbours.images.map((n) => n.item)], pack.counts.images) ||
      beyond(neighbours.texts.map((n) => n.item), pack.counts.texts)
    ) {
      throw new InputError('it names concepts or items that this pack does not have.', { field: 'link' });
    }
  }
}

/** The picture and the text with the highest cosine; without both kinds, the best pair there is. */
function bestPair({ probes, similarities }: AppState): readonly Probe[] {
  const ready = probes.filter((p) => p.readout !== null);
  const pairs = ready.flatMap((a, i) => ready.slice(i + 1).map((b) => [a, b] as const));
  const value = ([a, b]: readonly [Probe, Probe]): number => {
    const cosine = similarities.get(pairKey(a.key, b.key)) ?? Number.NaN;
    return (Number.isNaN(cosine) ? -1 : cosine) + (a.kind === b.kind ? -4 : 0);
  };
  return pairs.toSorted((x, y) => value(y) - value(x))[0] ?? [];
}

function hashOf({ pack, view }: AppState, readout: string | null): string {
  return formatRoute({ view: 'probe', pack: pack === null ? null : { id: pack.id, hash: pack.hash }, readout, state: view });
}
