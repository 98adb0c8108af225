import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';

export interface UrlOptions {
  /** Largest file that is fetched whole where the server knows no Range; 256 MB unless given. */
  readonly maxWhole?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const MAX_WHOLE = 2 ** 28;
/** A request that fails on the way is worth so many more; what the server refuses is not. */
const RETRIES = 2;
const RETRY_MS = 200;

/**
 * A file on a server, read slice by slice with Range requests. A server that ignores Range has sent the whole file already by the
 * time that shows: it is kept, unless it is larger than `maxWhole`.
 * @throws InputError naming the address: it cannot be reached, is refused, too large, or changes while it is read.
 */
export async function urlSource(url: string, options: UrlOptions = {}): Promise<ByteSource> {
  const file = checkedUrl(url);
  const { response, stop } = await request(file, 'bytes=0-0', options);
  if (response.status === 200) return wholeFile(file, response, stop, options.maxWhole ?? MAX_WHOLE);
  const size = response.status === 416 ? 0 : (totalOf(response) ?? (await headLength(file, options)));
  const tag = response.headers.get('etag');
  await response.arrayBuffer();
  return {
    name: file,
    byteLength: size,
    slice: async (start, end) => {
      if (end <= start) return new Uint8Array(0);
      return retried(async () => {
        const { response: part, stop: cancel } = await request(file, `bytes=${start}-${end - 1}`, options);
        if (part.status !== 206 || part.headers.get('etag') !== tag || (totalOf(part) ?? size) !== size) {
          cancel();
          throw new InputError('the file changed while it was read.', { file, fix: 'Open it again.' });
        }
        const bytes = new Uint8Array(await part.arrayBuffer());
        if (bytes.length !== end - start) throw new Cut(`the server sent ${bytes.length} bytes instead of ${end - start}`);
        return bytes;
      }, file, options.signal);
    },
  };
}

/** An answer that was cut on its way. */
class Cut extends Error {}

function checkedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.href;
  throw new InputError('this is no web address (https://…).', { file: url.slice(0, 200) });
}

async function request(file: string, range: string, { signal, fetch: own }: UrlOptions): Promise<{ response: Response; stop: () => void }> {
  return retried(async () => {
    const controller = new AbortController();
    const stop = (): void => { controller.abort(); };
    const send = own ?? globalThis.fetch;
    const response = await send(file, { headers: { Range: range }, signal: signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]), credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (response.ok || response.status === 416) return { response, stop };
    stop();
    if (response.status >= 500) throw new Cut(`the server answers ${response.status}`);
    throw new InputError(`the server answers ${response.status}${response.statusText === '' ? '' : ` (${response.statusText})`}.`, { file, fix: response.status === 401 || response.status === 403 ? 'It needs a login: download the file and open it from disk.' : 'Check the address.' });
  }, file, signal);
}

async function retried<T>(act: () => Promise<T>, file: string, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof InputError) throw error;
      signal?.throwIfAborted();
      const why = error instanceof Cut ? error.message : 'the network or the server does not let this page read it';
      if (attempt === RETRIES) throw new InputError(`cannot be fetched: ${why}.`, { file, fix: 'Try again, or download the file and open it from disk.' });
      await new Promise((resolve) => { setTimeout(resolve, RETRY_MS * 2 ** attempt); });
    }
  }
}

/** Size of the whole file as `Content-Range` gives it; null where a server does not say, or not to pages of other hosts. */
function totalOf(response: Response): number | null {
  const total = /\/(\d{1,15})$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return total === undefined ? null : Number(total);
}

async function headLength(file: string, { signal, fetch: own }: UrlOptions): Promise<number> {
  const send = own ?? globalThis.fetch;
  const length = await retried(async () => (await send(file, { method: 'HEAD', signal: signal ?? null, credentials: 'omit', referrerPolicy: 'no-referrer' })).headers.get('content-length'), file, signal);
  if (length !== null && /^\d{1,15}$/.test(length)) return Number(length);
  throw new InputError('the server does not say how large the file is.', { file, fix: 'Download it and open it from disk.' });
}

/** Keeps what a server without Range sends, and stops as soon as it is too much. */
async function wholeFile(file: string, response: Response, stop: () => void, limit: number): Promise<ByteSource> {
  const tooLarge = (): never => {
    stop();
    throw new InputError(`the server sends only whole files (it knows no Range), and this one has more than ${Math.round(limit / 2 ** 20)} MB.`, { file, fix: 'Download it and open it from disk.' });
  };
  if (Number(response.headers.get('content-length') ?? 0) > limit) tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read().catch(cut(file)); next !== undefined && !next.done; next = await reader?.read().catch(cut(file))) {
    parts.push(next.value);
    size += next.value.length;
    if (size > limit) tooLarge();
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { name: file, byteLength: size, slice: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

function cut(file: string): () => never {
  return () => {
    throw new InputError('the connection broke before the whole file had come.', { file, fix: 'Try again.' });
  };
}
