import type { StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '../engine/client.ts';
import type { Progress } from '../engine/protocol.ts';
import type { AppState, Job } from './model.ts';
import type { TabPictures } from './pictures.ts';

/** What the parts of the store share. */
export interface Session {
  readonly engine: EngineClient;
  readonly pictures: TabPictures;
  readonly get: StoreApi<AppState>['getState'];
  readonly set: StoreApi<AppState>['setState'];
  /** A key that no probe of this session has had. */
  readonly newKey: () => string;
  /** Runs `work` as a visible job with progress and, where it makes sense, a cancel. */
  readonly asJob: (phase: Progress['phase'], cancellable: boolean, work: JobWork) => Promise<void>;
}

type JobWork = (signal: AbortSignal, report: (progress: Progress) => void) => Promise<void>;

/** The shared parts over a store. */
export function createSession(store: StoreApi<AppState>, engine: EngineClient, pictures: TabPictures): Session {
  const { getState: get, setState: set } = store;
  let lastKey = 0;
  let lastJob = 0;
  return {
    engine,
    pictures,
    get,
    set,
    newKey: () => `p${String(++lastKey)}`,
    asJob: async (phase, cancellable, work) => {
      const abort = new AbortController();
      const id = ++lastJob;
      const cancel = cancellable ? () => { abort.abort(); } : null;
      const job: Job = { id, progress: { phase, done: 0, total: 0, unit: 'items' }, cancel };
      set((s) => ({ jobs: [...s.jobs, job] }));
      try {
        await work(abort.signal, (progress) => {
          set((s) => ({ jobs: s.jobs.map((j) => (j.id === id ? { ...j, progress } : j)) }));
        });
      } finally {
        set((s) => ({ jobs: s.jobs.filter((j) => j.id !== id) }));
      }
    },
  };
}
