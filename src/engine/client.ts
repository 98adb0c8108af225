import { CancelledError, InputError } from '../core/errors.ts';
import type { FromWorker, Input, Operation, Output, ToWorker, Update } from './operations.ts';
import type { EngineNotice, ErrorReport, Progress } from './protocol.ts';

/** The part of `Worker` that the client needs; a `MessagePort` fits too. */
export interface EnginePort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
}

/** Per-request options. */
export interface CallOptions<O extends Operation = Operation> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onUpdate?: ((update: Update<O>) => void) | undefined;
}

interface Pending {
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly onUpdate: ((update: never) => void) | undefined;
}

/** The page's side of the engine: typed calls over a message port. */
export class EngineClient {
  readonly #port: EnginePort;
  readonly #pending = new Map<number, Pending>();
  #next = 1;

  /** `base` is the folder the application is served from. */
  constructor(port: EnginePort, base: string, onNotice: (notice: EngineNotice) => void = () => undefined) {
    this.#port = port;
    port.postMessage({ type: 'start', base });
    port.onmessage = ({ data }) => {
      if (data.type === 'notice') {
        onNotice(data.notice);
        return;
      }
      const pending = this.#pending.get(data.id);
      if (pending === undefined) return;
      if (data.type === 'progress') {
        pending.onProgress?.(data.progress);
        return;
      }
      if (data.type === 'update') {
        pending.onUpdate?.(data.update as never);
        return;
      }
      this.#pending.delete(data.id);
      if (data.type === 'done') pending.resolve(data.output as never);
      else pending.reject(reviveError(data.error));
    };
  }

  /** Runs `op` in the worker. Rejects with InputError, CancelledError or Error; `signal` cancels. */
  call<O extends Operation>(op: O, input: Input<O>, options: CallOptions<O> = {}): Promise<Output<O>> {
    const { signal, onProgress, onUpdate } = options;
    if (signal?.aborted === true) return Promise.reject(new CancelledError());
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress, onUpdate });
      signal?.addEventListener('abort', () => {
        if (!this.#pending.delete(id)) return;
        this.#port.postMessage({ type: 'cancel', id });
        reject(new CancelledError());
      });
      this.#port.postMessage({ type: 'request', id, op, input });
    });
  }

  /** Fails every open request: the worker itself died. */
  abandon(reason: string): void {
    for (const pending of this.#pending.values()) pending.reject(new Error(reason));
    this.#pending.clear();
  }
}

/** An Error as it can cross the worker's border. */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof InputError) {
    return { name: error.name, message: error.message, reason: error.reason, place: error.place };
  }
  const plain = error instanceof Error ? error : new Error(String(error));
  return { name: plain.name, message: plain.message, reason: plain.message, place: {} };
}

function reviveError(report: ErrorReport): Error {
  if (report.name === 'CancelledError') return new CancelledError(report.message);
  if (report.name === 'InputError' || report.name === 'IntegrityError') return new InputError(report.reason, report.place);
  const error = new Error(report.message);
  error.name = report.name;
  return error;
}
