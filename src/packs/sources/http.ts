import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { checkStatus, Patience, request, type Answer, type NetOptions } from '../download/request.ts';
import { refuseLonger } from './source.ts';

/** What is taken into memory from a server that does not answer with parts of a file. */
const MAX_WHOLE = 2 ** 29;
/** Fewer bytes than this are read with what follows them: headers of a zip's members come with the members. */
const WINDOW = 2 ** 16;
const WINDOWS = 4;
const TRIES = 3;

/** A whole file of at most `max` bytes. @throws InputError naming `name`, IntegrityError when it is longer, CancelledError. */
export function fetchWhole(url: string, name: string, max: number, net: NetOptions): Promise<Uint8Array> {
  return patiently(name, net, async () => {
    const answer = await request(url, {}, net);
    try {
      checkStatus(answer, name);
      if (answer.status !== 200) throw new InputError(`the server answers with status ${answer.status}.`, { file: name });
      return await bodyOf(answer, name, max);
    } finally {
      answer.close();
    }
  });
}

/**
 * Slices of a file on a server, by Range; where the server has none, the whole file (of at most 512 MB) is taken once.
 * `byteLength` where it is known; else the server is asked.
 * @throws InputError naming the file: missing, empty, too large to be taken whole, or changed while it is read.
 */
export async function httpSource(url: string, name: string, net: NetOptions, byteLength?: number): Promise<ByteSource> {
  let whole: Uint8Array | null = null;
  /** The bytes asked for, or the whole file where the server answers so. */
  async function part(start: number, end: number): Promise<{ bytes: Uint8Array; total: number | null; all: boolean }> {
    return patiently(name, net, async () => {
      const answer = await request(url, { Range: `bytes=${start}-${end - 1}` }, net);
      try {
        checkStatus(answer, name);
        if (answer.status === 416) throw new InputError('the file on the server is empty or has changed.', { file: name, fix: 'Open it again.' });
        if (answer.status === 200) return { bytes: await bodyOf(answer, name, Math.min(MAX_WHOLE, byteLength ?? MAX_WHOLE)), total: null, all: true };
        const bytes = await bodyOf(answer, name, end - start);
        // Other origins see this header only where the server exposes it.
        const stated = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '');
        if (bytes.length !== end - start || (stated !== null && Number(stated[1]) !== start))
          throw new InputError('the server answers with other bytes than those asked for.', { file: name, fix: 'Open it again, or download it and open the file.' });
        return { bytes, total: stated === null ? null : Number(stated[3]), all: false };
      } finally {
        answer.close();
      }
    });
  }

  let length = byteLength;
  if (length === undefined) {
    const first = await part(0, 1);
    if (first.all) whole = first.bytes;
    length = first.all ? first.bytes.length : (first.total ?? (await lengthOf(url, name, net)));
  }
  const known = length;
  return windowed({
    name,
    byteLength: known,
    slice: async (start, end) => {
      if (start >= end) return new Uint8Array();
      if (whole === null) {
        const { bytes, all } = await part(start, end);
        if (!all) return bytes;
        if (bytes.length !== known) throw new InputError(`the file has ${bytes.length} bytes instead of ${known}.`, { file: name, fix: 'Open it again.' });
        whole = bytes;
      }
      return whole.subarray(start, end);
    },
  });
}

/** Content-Length of a file, which other origins may see, unlike Content-Range. */
async function lengthOf(url: string, name: string, net: NetOptions): Promise<number> {
  const send = net.fetch ?? fetch;
  const answer = await send(url, { method: 'HEAD', credentials: 'omit', referrerPolicy: 'no-referrer', ...(net.signal === undefined ? {} : { signal: net.signal }) }).catch(() => null);
  const length = answer?.ok === true && !answer.headers.has('content-encoding') ? Number(answer.headers.get('content-length') ?? Number.NaN) : Number.NaN;
  if (!Number.isSafeInteger(length) || length < 1) throw new InputError('the server does not say how long the file is.', { file: name, fix: 'Download it and open the file.' });
  return length;
}

/** Keeps the last few stretches that were read, so that neighbouring small slices are one request. */
function windowed(source: ByteSource): ByteSource {
  const kept: { readonly start: number; readonly end: number; readonly bytes: Promise<Uint8Array> }[] = [];
  return {
    ...source,
    slice: async (start, end) => {
      const hit = kept.find((one) => one.start <= start && end <= one.end);
      if (hit !== undefined) return (await hit.bytes).subarray(start - hit.start, end - hit.start);
      if (end - start >= 4 * WINDOW) return source.slice(start, end);
      const stop = Math.min(source.byteLength, Math.max(end, start + WINDOW));
      const one = { start, end: stop, bytes: source.slice(start, stop) };
      kept.unshift(one);
      kept.length = Math.min(kept.length, WINDOWS);
      try {
        return (await one.bytes).subarray(0, end - start);
      } catch (error) {
        if (kept.includes(one)) kept.splice(kept.indexOf(one), 1);
        throw error;
      }
    },
  };
}

async function bodyOf(answer: Answer, name: string, max: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let piece = await answer.read(); piece !== null; piece = await answer.read()) {
    length += piece.length;
    refuseLonger(name, length, max);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function patiently<T>(name: string, net: NetOptions, once: () => Promise<T>): Promise<T> {
  const patience = new Patience(name, { attempts: TRIES, ...net });
  for (;;) {
    try {
      return await once();
    } catch (error) {
      await patience.after(error);
    }
  }
}
