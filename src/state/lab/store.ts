import { createStore } from 'zustand/vanilla';
import { CancelledError } from '../../core/errors.ts';
import { checkRecipe } from '../../core/training/check.ts';
import { defaultRecipe, presets } from '../../core/training/presets.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import { reportError, type EngineClient } from '../../engine/client.ts';
import type { LabSource, Run } from '../../engine/lab/protocol.ts';
import type { LabActions, LabState, LabStore, Plan } from './model.ts';
import { planned } from './plan.ts';
import { workQueue, type Queue } from './queue.ts';

/** Concepts of a run that the view shows. */
const SHOWN_CONCEPTS = 24;
/** Runs drawn over each other before the user has chosen any. */
const SHOWN_RUNS = 6;

/** What the lab needs of the rest of the page. */
export interface LabHost {
  readonly engine: EngineClient;
  /** Opens a pack in the probe view; rejects when it cannot. */
  readonly openPack: (pack: string) => Promise<void>;
}

const initial: Omit<LabState, 'recipe'> = {
  runs: null,
  data: null,
  dataProgress: null,
  dataError: null,
  pictures: [],
  captions: [],
  preset: 'default',
  recipeError: null,
  estimate: null,
  training: null,
  shown: [],
  side: 'both',
  concepts: null,
  stability: null,
  deleted: null,
  error: null,
  used: null,
};

/** The Lab view's store, on the engine of the page. */
export function createLabStore({ engine, openPack }: LabHost): LabStore {
  const store = createStore<LabState>(() => ({ ...initial, recipe: defaultRecipe('batchtopk', { rows: 10_000, d: 256 }) }));
  const { getState: get, setState: set } = store;
  let started = false;
  let dataRequest: AbortController | null = null;

  /** Runs `work`; what goes wrong is told, and never thrown. */
  async function guarded(work: () => Promise<void>): Promise<void> {
    set({ error: null });
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CancelledError)) set({ error: reportError(error) });
    }
  }
  function putRun(run: Run): void {
    set(({ runs }) => ({ runs: runs?.some((r) => r.id === run.id) === true ? runs.map((r) => (r.id === run.id ? run : r)) : [...(runs ?? []), run] }));
  }
  const queue: Queue = workQueue(engine, { get, set, putRun });

  function withRecipe(recipe: Recipe): Partial<LabState> {
    return { recipe, estimate: null, recipeError: problemOf(recipe, get().data) };
  }

  async function add(recipes: readonly Recipe[], group: string | null, imageShares: readonly number[]): Promise<void> {
    const { data } = get();
    if (data === null) return;
    const added = await engine.call('labAdd', { data: data.id, recipes, group, ...(imageShares.length === 0 ? {} : { imageShares }) });
    added.forEach(putRun);
    set(({ shown }) => ({ shown: [...new Set([...added.map((run) => run.id), ...shown])].slice(0, Math.max(SHOWN_RUNS, added.length)) }));
    await queue.work();
  }

  const actions: LabActions = {
    async start() {
      if (started) return;
      started = true;
      await guarded(async () => {
        const runs = await engine.call('labRuns', {});
        set({ runs, shown: runs.filter((run) => run.curve.length > 0).map((run) => run.id).slice(-SHOWN_RUNS) });
        // A run that the page left behind goes on with the data it had, if that is still there.
        const interrupted = runs.find((run) => run.status === 'paused' || run.status === 'running');
        if (interrupted !== undefined && interrupted.data.kind !== 'gallery') {
          const data = await engine.call('labReopen', { id: interrupted.data.id }).catch(() => null);
          if (data !== null) set({ data, ...withRecipe(get().recipe) });
        }
      });
      if (get().data === null) await actions.useData({ kind: 'gallery' });
    },

    async useData(source: LabSource, previews = { pictures: [], captions: [] }) {
      dataRequest?.abort();
      const request = new AbortController();
      dataRequest = request;
      set({ dataError: null, dataProgress: { phase: source.kind === 'gallery' ? 'pack' : 'embed', done: 0, total: 0, unit: 'items' } });
      try {
        const data = await engine.call('labOpen', { source }, { signal: request.signal, onProgress: (dataProgress) => { if (dataRequest === request) set({ dataProgress }); } });
        if (dataRequest !== request) return;
        const { recipe, preset } = get();
        for (const url of get().pictures) if (url !== null) URL.revokeObjectURL(url);
        set({ data, ...previews, stability: null });
        set(withRecipe(fitted(recipe, preset, data)));
      } catch (error) {
        if (dataRequest === request && !(error instanceof CancelledError)) set({ dataError: reportError(error) });
      } finally {
        if (dataRequest === request) set({ dataProgress: null });
      }
    },

    setRecipe(change) {
      const { recipe, data, preset } = get();
      // Another method has its own optimiser and help for dead units; size and effort stay.
      if (change.method !== undefined && change.method !== recipe.method) {
        const { concepts, k, epochs, batch, seed } = recipe;
        const shape = { rows: rowsOf(data), d: data?.d ?? 256, concepts, k };
        const base = presets.find(({ name }) => name === preset)?.recipe(change.method, shape) ?? defaultRecipe(change.method, shape);
        set(withRecipe({ ...base, concepts, k, epochs, batch, seed, ...change }));
        return;
      }
      const next = { ...recipe, ...change };
      set(withRecipe(change.concepts !== undefined && next.prefixes.length > 0 && change.prefixes === undefined ? { ...next, prefixes: defaultRecipe(next.method, { rows: rowsOf(data), d: data?.d ?? 256, concepts: next.concepts, k: next.k }).prefixes } : next));
    },

    setPreset(name) {
      const { recipe, data } = get();
      const preset = presets.find((p) => p.name === name);
      if (preset === undefined) return;
      set({ preset: name, ...withRecipe(preset.recipe(recipe.method, { rows: rowsOf(data), d: data?.d ?? 256 })) });
    },

    async estimate() {
      const { data, recipe, recipeError, training } = get();
      if (data === null || recipeError !== null || training !== null) return;
      set({ estimate: 'measuring' });
      await guarded(async () => {
        const estimate = await engine.call('labEstimate', { data: data.id, recipe });
        if (get().recipe === recipe) set({ estimate });
      });
      if (get().estimate === 'measuring') set({ estimate: null });
    },

    async train() {
      const { recipe, recipeError } = get();
      if (recipeError !== null) return;
      await guarded(() => add([recipe], null, []));
    },

    async sweep(plan: Plan) {
      const { recipe, data } = get();
      if (data === null) return;
      const { recipes, imageShares } = planned(plan, recipe, { rows: rowsOf(data), d: data.d });
      await guarded(() => add(recipes, `sweep-${String(Date.now())}`, imageShares));
    },

    cancel() {
      queue.stop();
    },

    async resume(run) {
      await guarded(() => queue.work(run));
    },

    async rename(run, name, note) {
      await guarded(async () => { putRun(await engine.call('labAnnotate', { run, name, note })); });
    },

    async remove(run) {
      if (get().training?.run === run) queue.stop();
      await guarded(async () => {
        await engine.call('labDelete', { run });
        set(({ runs, shown, concepts }) => ({
          deleted: runs?.find((r) => r.id === run) ?? null,
          runs: runs?.filter((r) => r.id !== run) ?? null,
          shown: shown.filter((id) => id !== run),
          concepts: concepts?.run === run ? null : concepts,
          stability: null,
        }));
      });
    },

    async undoRemove() {
      const { deleted } = get();
      if (deleted === null) return;
      await guarded(async () => {
        const run = await engine.call('labRestore', { run: deleted.id });
        set(({ runs }) => ({ deleted: null, runs: [...(runs ?? []), run].sort((a, b) => (a.created < b.created ? -1 : 1)) }));
      });
    },

    toggle(run) {
      set(({ shown }) => ({ shown: shown.includes(run) ? shown.filter((id) => id !== run) : [...shown, run], stability: null }));
    },
    setSide(side) {
      set({ side });
    },

    async inspect(run) {
      await guarded(async () => {
        set({ concepts: { run, list: await engine.call('labConcepts', { run, count: SHOWN_CONCEPTS }) } });
      });
    },

    async measureStability() {
      const { shown, runs } = get();
      const done = shown.filter((id) => runs?.some((run) => run.id === id && run.status === 'done') === true);
      set({ stability: { status: 'measuring' } });
      await guarded(async () => {
        set({ stability: { status: 'done', report: await engine.call('labStability', { runs: done }) } });
      });
      if (get().stability?.status === 'measuring') set({ stability: null });
    },

    async use(run) {
      await guarded(async () => {
        const { pack } = await engine.call('labUse', { run }, { onProgress: (dataProgress) => { set({ dataProgress }); } });
        await openPack(pack);
        set({ used: run });
      });
      set({ dataProgress: null });
    },

    async exportRun(run, as) {
      try {
        return await engine.call('labExport', { run, as });
      } catch (error) {
        set({ error: reportError(error) });
        return null;
      }
    },
    dismissError() {
      set({ error: null, dataError: null });
    },
  };
  return Object.assign(store, { actions });
}

function rowsOf(data: LabState['data']): number {
  return data === null ? 10_000 : data.images + data.texts;
}

function problemOf(recipe: Recipe, data: LabState['data']): LabState['recipeError'] {
  try {
    checkRecipe(recipe, { rows: rowsOf(data), d: data?.d ?? 256 });
    return null;
  } catch (error) {
    return reportError(error);
  }
}

/** A preset's sizes follow the data; sizes that the user changed stay. */
function fitted(recipe: Recipe, preset: string, data: NonNullable<LabState['data']>): Recipe {
  const make = presets.find(({ name }) => name === preset);
  if (make === undefined) return recipe;
  const before = make.recipe(recipe.method, { rows: 10_000, d: 256 });
  const after = make.recipe(recipe.method, { rows: rowsOf(data), d: data.d });
  const same = JSON.stringify(before) === JSON.stringify(recipe);
  return same ? after : recipe;
}
