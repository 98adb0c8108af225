import { createStore } from 'zustand/vanilla';
import { CancelledError } from '../../core/errors.ts';
import { defaultRecipe } from '../../core/training/presets.ts';
import { reportError, type EngineClient } from '../../engine/client.ts';
import type { ImportOptions } from '../../engine/own/protocol.ts';
import type { Progress } from '../../engine/protocol.ts';
import type { PacksActions, PacksState, PacksStore, Said } from './model.ts';

/** What the view of packs needs of the rest of the page. */
export interface PacksHost {
  readonly engine: EngineClient;
  /** Opens a pack in all views; rejects when it cannot. */
  readonly openPack: (pack: string) => Promise<void>;
}

const initial: PacksState = { storage: null, progress: null, error: null, said: null, checkpoint: null, deleted: null };
const unsaid: ImportOptions = { format: null, activation: null, k: null, theta: null };
const starting: Progress = { phase: 'pack', done: 0, total: 0, unit: 'items' };
/** As wide as the embedded dictionary: what the gallery's rows are enough for. */
const CONCEPTS = 1024;
const K = 16;

interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** The store of the view of packs, on the engine of the page. */
export function createPacksStore({ engine, openPack }: PacksHost): PacksStore {
  const store = createStore<PacksState>(() => initial);
  const { getState: get, setState: set } = store;
  let running: AbortController | null = null;

  /** Does one thing with progress and cancel; tells what went wrong. True when all went well. */
  async function doing(work: (work: Work) => Promise<Said | null>): Promise<boolean> {
    running?.abort();
    const abort = new AbortController();
    running = abort;
    set({ progress: starting, error: null, said: null });
    try {
      const said = await work({ signal: abort.signal, onProgress: (progress) => { if (running === abort) set({ progress }); } });
      if (running === abort) set({ said });
      return true;
    } catch (error) {
      if (running === abort && !(error instanceof CancelledError)) set({ error: reportError(error) });
      return false;
    } finally {
      if (running === abort) {
        running = null;
        set({ progress: null });
      }
    }
  }

  async function opened(id: string, what: 'built' | 'received', title?: string): Promise<Said> {
    await actions.refresh();
    await openPack(id);
    return { what, title: title ?? get().storage?.packs.find((pack) => pack.id === id)?.title ?? id };
  }

  const actions: PacksActions = {
    async refresh() {
      try {
        set({ storage: await engine.call('ownStorage', {}) });
      } catch (error) {
        set({ error: reportError(error) });
      }
    },

    async look(files, change = {}) {
      if (files.length === 0) {
        set({ checkpoint: null, error: null });
        return;
      }
      const before = get().checkpoint;
      const options = { ...(before?.files === files ? before.options : unsaid), ...change };
      set({ checkpoint: { files, options, preview: null } });
      await doing(async (work) => {
        const preview = await engine.call('ownPreview', { files, options }, work);
        set({ checkpoint: { files, options, preview } });
        return null;
      });
    },

    build: (title, source, dictionary) =>
      doing(async (work) => {
        const { pack } = await engine.call('ownBuild', { title, source, dictionary }, work);
        return opened(pack, 'built', title);
      }),

    async buildDictionary() {
      await doing(async (work) => {
        const data = await engine.call('labOpen', { source: { kind: 'gallery' } }, work);
        const recipe = defaultRecipe('batchtopk', { rows: data.images + data.texts, d: data.d, concepts: CONCEPTS, k: K });
        const [run] = await engine.call('labAdd', { data: data.id, recipes: [recipe], group: null });
        if (run === undefined) return null;
        // Cancelled, it stays in the Lab, paused with a checkpoint.
        const done = await engine.call('labTrain', { run: run.id }, { signal: work.signal, onUpdate: ({ point, steps }) => { work.onProgress({ phase: 'train', done: point.step, total: steps, unit: 'items' }); } });
        if (done.status !== 'done') return null;
        const { pack } = await engine.call('labUse', { run: run.id }, work);
        return opened(pack, 'built', run.name);
      });
    },

    receive: (from) =>
      doing(async (work) => {
        const { pack } = await engine.call('ownReceive', { from }, work);
        return opened(pack, 'received');
      }),

    async open({ id, title }) {
      await doing(async () => {
        await openPack(id);
        return { what: 'opened', title };
      });
    },
    async openEmbedded(title) {
      await doing(async () => {
        await openPack('gallery');
        return { what: 'opened', title };
      });
    },

    async verify({ id, title }) {
      await doing(async (work) => ({ what: 'verified', title, ...(await engine.call('ownVerify', { pack: id }, work)) }));
    },

    async remove(pack) {
      await doing(async () => {
        await engine.call('ownDelete', { pack: pack.id });
        set({ deleted: pack });
        await actions.refresh();
        return null;
      });
    },
    async undoRemove() {
      const { deleted } = get();
      if (deleted === null) return;
      await doing(async () => {
        await engine.call('ownRestore', { pack: deleted.id });
        set({ deleted: null });
        await actions.refresh();
        return { what: 'restored', title: deleted.title };
      });
    },

    async publish({ id }) {
      try {
        return await engine.call('ownPublish', { pack: id });
      } catch (error) {
        set({ error: reportError(error) });
        return null;
      }
    },

    cancel() {
      running?.abort();
      running = null;
      set({ progress: null });
    },
    dismiss() {
      set({ error: null, said: null });
    },
  };
  return Object.assign(store, { actions });
}
