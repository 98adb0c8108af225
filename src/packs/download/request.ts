import { CancelledError, InputError } from '../../core/errors.ts';

/** How the network is reached; all of it has defaults. */
export interface NetOptions {
  readonly fetch?: typeof fetch | undefined;
  /** Cancels, and pauses: what has come so far stays. */
  readonly signal?: AbortSignal | undefined;
  /** Failures in a row after which it is given up. */
  readonly attempts?: number | undefined;
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly stallMs?: number | undefined;
  /** Waits between attempts; tests shorten it. */
  readonly wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

const ATTEMPTS = 6;
const STALL_MS = 30_000;
const MAX_WAIT_MS = 60_000;

/** A failure that may pass: a lost connection, a busy server. */
export class Passing extends Error {
  override readonly name = 'Passing';
  /** Milliseconds that the server asked to be left alone. */
  readonly afterMs: number;
  constructor(message: string, afterMs = 0) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** An answer whose body is read piece by piece; every wait ends when the connection stalls or the caller cancels. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Next bytes; null at the end. @throws Passing when the connection breaks; CancelledError. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Lets the connection go. */
  close(): void;
}

/** Sends a GET request without cookies or referrer; redirects are followed. @throws Passing when nothing answers; CancelledError. */
export async function request(url: string, headers: Record<string, string>, options: NetOptions): Promise<Answer> {
  const { signal, stallMs = STALL_MS } = options;
  const send = options.fetch ?? fetch;
  const own = new AbortController();
  const either = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    throwIfCancelled(signal);
    const timer = setTimeout(() => { own.abort(); }, stallMs);
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      throw new Passing(own.signal.aborted ? `nothing came for ${Math.round(stallMs / 1000)} s` : error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  };
  // Not from or into the browser's cache: a second copy of each model would be in the way of the first.
  const response = await watched(() =>
    send(url, { headers, signal: either, credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'follow', cache: 'no-store' }));
  const reader = response.body?.getReader();
  return {
    status: response.status,
    headers: response.headers,
    read: async () => {
      if (reader === undefined) return null;
      const { done, value } = await watched(() => reader.read());
      return done ? null : value;
    },
    close: () => { own.abort(); },
  };
}

/**
 * Lets answers with status 200, 206 and 416 pass.
 * @throws Passing when trying again may help; InputError when it does not.
 */
export function checkStatus({ status, headers }: Answer, file: string): void {
  if (status === 200 || status === 206 || status === 416) return;
  if (status === 401 || status === 403)
    throw new InputError(`the server does not give it without a login (${status}).`, {
      file,
      fix: 'Check the name. Private repositories, and those whose terms have to be accepted, are downloaded by hand and opened from a folder.',
    });
  if (status === 404 || status === 410) throw new InputError(`the server has no such file (${status}).`, { file, fix: 'Check the name and the revision.' });
  const seconds = Number(headers.get('retry-after'));
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new Passing(`the server answers with status ${status}`, Number.isFinite(seconds) ? Math.min(MAX_WAIT_MS, seconds * 1000) : 0);
  throw new InputError(`the server answers with status ${status}.`, { file });
}

/** Counts failures in a row and waits longer after each: 0.5 s, 1 s, 2 s … 60 s, or as long as the server asks. */
export class Patience {
  #failures = 0;
  readonly #file: string;
  readonly #options: NetOptions;

  constructor(file: string, options: NetOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Something came: the next failure is the first again. */
  reset(): void {
    this.#failures = 0;
  }

  /** @throws what is not passing; InputError after too many failures; CancelledError. */
  async after(error: unknown): Promise<void> {
    if (!(error instanceof Passing)) throw error;
    this.#failures += 1;
    const { attempts = ATTEMPTS, wait = pause, signal } = this.#options;
    if (this.#failures >= attempts)
      throw new InputError(`the download failed ${this.#failures === 1 ? 'once' : `${this.#failures} times`} (${error.message}).`, {
        file: this.#file,
        fix: 'Check the connection and start it again: what has arrived is kept.',
      });
    await wait(Math.max(error.afterMs, Math.min(MAX_WAIT_MS, 500 * 2 ** (this.#failures - 1))), signal);
    throwIfCancelled(signal);
  }
}

/** Fetches a text of at most `maxBytes`, with its `Link` header. @throws InputError; CancelledError. */
export async function getText(url: string, file: string, maxBytes: number, options: NetOptions): Promise<{ text: string; link: string | null }> {
  const patience = new Patience(file, options);
  for (;;) {
    try {
      return await getTextOnce(url, file, maxBytes, options);
    } catch (error) {
      await patience.after(error);
    }
  }
}

async function getTextOnce(url: string, file: string, maxBytes: number, options: NetOptions): Promise<{ text: string; link: string | null }> {
  const answer = await request(url, {}, options);
  try {
    checkStatus(answer, file);
    const decoder = new TextDecoder();
    let text = '';
    let length = 0;
    for (let piece = await answer.read(); piece !== null; piece = await answer.read()) {
      length += piece.length;
      if (length > maxBytes) throw new InputError(`the answer is longer than ${maxBytes} bytes.`, { file });
      text += decoder.decode(piece, { stream: true });
    }
    return { text: text + decoder.decode(), link: answer.headers.get('link') };
  } finally {
    answer.close();
  }
}

/** @throws CancelledError once the signal is given. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError();
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
