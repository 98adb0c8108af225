import { CancelledError } from '../core/errors.ts';
import { reportError } from './client.ts';
import type { EngineNotice, FromWorker, Input, Operation, Output, Progress, ToWorker } from './protocol.ts';

/** What an operation gets besides its input. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/** One function per operation. */
export type Handlers = { readonly [O in Operation]: (input: Input<O>, context: CallContext) => Promise<Output<O>> };

/** Serves `handlers` to one port: answers requests, forwards progress, aborts on cancel. Returns the notice channel. */
export function serve(handlers: Handlers, post: (message: FromWorker) => void): {
  receive: (message: ToWorker) => void;
  notify: (notice: EngineNotice) => void;
} {
  const running = new Map<number, AbortController>();

  async function run<O extends Operation>(id: number, op: O, input: Input<O>): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const output = await handlers[op](input, {
        signal: abort.signal,
        progress: (progress) => {
          post({ type: 'progress', id, progress });
        },
      });
      if (abort.signal.aborted) throw new CancelledError();
      post({ type: 'done', id, output });
    } catch (error) {
      post({ type: 'failed', id, error: reportError(error) });
    } finally {
      running.delete(id);
    }
  }

  return {
    receive: (message) => {
      if (message.type === 'cancel') running.get(message.id)?.abort();
      else void run(message.id, message.op, message.input as Input<Operation>);
    },
    notify: (notice) => {
      post({ type: 'notice', notice });
    },
  };
}
