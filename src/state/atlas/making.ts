import { CancelledError } from '../../core/errors.ts';
import { reportError } from '../../engine/client.ts';
import type { Progress } from '../../engine/protocol.ts';
import type { AtlasState, Made } from './model.ts';

/** Runs a request of the worker and puts its progress, its result or what went wrong where `put` wants it; never throws. */
export type Making = <T>(put: (made: Made<T>) => void, request: (onProgress: (progress: Progress) => void) => Promise<T>, cancelled?: () => void) => Promise<void>;

/** `get` gives the state; what comes back after another pack was opened is dropped. */
export function making(get: () => AtlasState): Making {
  return async (put, request, cancelled = () => undefined) => {
    const { pack } = get();
    const current = (): boolean => get().pack === pack;
    put({ status: 'making', progress: null });
    try {
      const value = await request((progress) => { if (current()) put({ status: 'making', progress }); });
      if (current()) put({ status: 'ready', value });
    } catch (error) {
      if (!current()) return;
      if (error instanceof CancelledError) cancelled();
      else put({ status: 'failed', error: reportError(error) });
    }
  };
}
