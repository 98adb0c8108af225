import type { StoreApi } from 'zustand/vanilla';
import { CancelledError } from '../../core/errors.ts';
import { reportError, type EngineClient } from '../../engine/client.ts';
import type { Run } from '../../engine/lab/protocol.ts';
import type { LabState } from './model.ts';

/** The lab's queue: one run trains at a time. */
export interface Queue {
  /** Trains `first`, then whatever is queued, until nothing is left or `stop` is called. */
  work(first?: string): Promise<void>;
  /** Stops the run in training, which keeps its checkpoint, and the queue. */
  stop(): void;
}

interface QueueHost {
  readonly get: StoreApi<LabState>['getState'];
  readonly set: StoreApi<LabState>['setState'];
  readonly putRun: (run: Run) => void;
}

/** The queue over the engine. */
export function workQueue(engine: EngineClient, { get, set, putRun }: QueueHost): Queue {
  let running: AbortController | null = null;

  async function train(id: string, abort: AbortController): Promise<void> {
    set({ training: { run: id, update: null, concepts: [] }, estimate: null });
    mark(id, 'running');
    try {
      const run = await engine.call(
        'labTrain',
        { run: id },
        {
          signal: abort.signal,
          onUpdate: (update) => {
            set(({ training, runs }) => ({
              training: training?.run === id ? { run: id, update, concepts: update.concepts ?? training.concepts } : training,
              runs: runs?.map((r) => (r.id === id ? { ...r, step: update.point.step, steps: update.steps, curve: [...r.curve, update.point] } : r)) ?? null,
            }));
          },
        },
      );
      putRun(run);
      const { training } = get();
      if (training !== null && training.concepts.length > 0) set({ concepts: { run: id, list: training.concepts } });
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        const run = get().runs?.find((r) => r.id === id);
        if (run !== undefined) putRun({ ...run, status: 'failed', error: reportError(error) });
        throw error;
      }
      mark(id, 'paused');
    }
  }

  function mark(id: string, status: Run['status']): void {
    const run = get().runs?.find((r) => r.id === id);
    if (run !== undefined) putRun({ ...run, status, error: null });
  }

  return {
    async work(first) {
      if (running !== null) {
        // Whoever is at work takes it up when its turn comes.
        if (first !== undefined) mark(first, 'queued');
        return;
      }
      const abort = new AbortController();
      running = abort;
      let failure: unknown;
      try {
        for (let next = first ?? queued(get()); next !== undefined && !abort.signal.aborted; next = queued(get())) {
          // One failed run of a sweep must not keep the others from running.
          await train(next, abort).catch((error: unknown) => { failure ??= error; });
        }
      } finally {
        running = null;
        set({ training: null });
      }
      if (failure instanceof Error) throw failure;
    },
    stop() {
      running?.abort();
    },
  };
}

function queued({ runs }: LabState): string | undefined {
  return runs?.find((run) => run.status === 'queued')?.id;
}
