import { CancelledError } from '../../core/errors.ts';
import type { Work } from '../../core/work.ts';

/** Longest stretch of work between two looks at the message queue: probes are answered and cancels heard in between. */
const SLICE_MS = 24;

/** Work in the engine's worker: gives way to other messages every few milliseconds, and ends when `signal` aborts. */
export function sharedWork(signal: AbortSignal, progress: (done: number, total: number) => void = () => undefined): Work {
  let since = performance.now();
  return {
    progress,
    pause: () => {
      if (signal.aborted) throw new CancelledError();
      if (performance.now() - since < SLICE_MS) return undefined;
      return nextTurn().then(() => {
        since = performance.now();
        if (signal.aborted) throw new CancelledError();
      });
    },
  };
}

/** After the messages that are waiting; a timer would be held back to 4 ms, and to a second in a hidden tab. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
