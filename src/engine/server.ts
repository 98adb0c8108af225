import { CancelledError } from '../core/errors.ts';
import { reportError } from './client.ts';
import type { FromWorker, Input, Operation, Output, ToWorker, Update } from './operations.ts';
import type { Progress } from './protocol.ts';

/** What an operation gets besides its input. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/** One function per operation; `update` sends what comes before the output. */
export type Handlers = { readonly [O in Operation]: (input: Input<O>, context: CallContext, update: (update: Update<O>) => void) => Promise<Output<O>> };

/** Serves `handlers` to one port: answers requests, forwards progress, aborts on cancel. Returns the receiver of messages. */
export function serve(handlers: Handlers, post: (message: FromWorker) => void): (message: ToWorker) => void {
  const running = new Map<number, AbortController>();

  async function run<O extends Operation>(id: number, op: O, input: Input<O>): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    const progress = (of: Progress): void => { post({ type: 'progress', id, progress: of }); };
    try {
      const output = await handlers[op](input, { signal: abort.signal, progress }, (update) => {
        post({ type: 'update', id, update });
      });
      if (abort.signal.aborted) throw new CancelledError();
      post({ type: 'done', id, output });
    } catch (error) {
      post({ type: 'failed', id, error: reportError(error) });
    } finally {
      running.delete(id);
    }
  }

  return (message) => {
    if (message.type === 'cancel') running.get(message.id)?.abort();
    else if (message.type === 'request') void run(message.id, message.op, message.input as Input<Operation>);
  };
}
