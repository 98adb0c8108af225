import { IntegrityError } from '../../core/errors.ts';
import { gitBlobOid, hashSlices, sha256OfFile, WHOLE_BYTES } from './digest.ts';
import { checkStatus, Passing, Patience, request, throwIfCancelled, type Answer, type NetOptions } from './request.ts';
import { Sha256 } from './sha256-stream.ts';
import { readState, writeState, type DownloadState } from './state.ts';
import { noRoom, OutOfRoom, type DownloadStore, type PartFile } from './store.ts';

/** A file to fetch, and what is known of it beforehand. */
export interface DownloadFile {
  readonly url: string;
  /** Where the store keeps it. */
  readonly name: string;
  /** Bytes; null when nobody said. */
  readonly size: number | null;
  /** Expected SHA-256, 64 hex digits; null when nobody said. */
  readonly sha256: string | null;
  /** Git's name for the content, 40 hex digits, for small files of the hub; looked at where there is no SHA-256. */
  readonly gitOid?: string | null;
}

/** How far one file is. */
export interface DownloadProgress {
  readonly name: string;
  /** Bytes in the store, those of earlier sessions too. */
  readonly done: number;
  readonly size: number | null;
}

export interface DownloadOptions extends NetOptions {
  readonly store: DownloadStore;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

const EMPTY = new Uint8Array(0);
/** An attempt that brought this many new bytes was not in vain: the count of failures starts again. */
const HEADWAY_BYTES = 64 * 1024;

/** One download into an open part: takes up what is there, fetches the rest, checks it. */
export class Transfer {
  readonly #file: DownloadFile;
  readonly #part: PartFile;
  readonly #options: DownloadOptions;
  /** Follows the bytes as they come; null when the browser hashes the file whole at the end. */
  #sum: Sha256 | null = null;
  #etag: string | null = null;
  /** The stored bytes come from more than one answer, or from an earlier session. */
  #pieced = false;
  /** Whether to ask for the rest only, and whether to say of what: either is given up where it does not work. */
  #useRange = true;
  #useIfRange = true;
  /** The most bytes that were ever stored. */
  #high = 0;
  #ended = false;
  #fetched = 0;
  #wroteState = false;

  constructor(file: DownloadFile, part: PartFile, options: DownloadOptions) {
    this.#file = file;
    this.#part = part;
    this.#options = options;
    this.#resetSum();
  }

  /** Bytes that came over the network. */
  get fetched(): number {
    return this.#fetched;
  }

  /** True when this transfer changed the notes. */
  get wroteState(): boolean {
    return this.#wroteState;
  }

  /**
   * Ends with all bytes in the part, checked.
   * @returns SHA-256 of the file.
   * @throws InputError, IntegrityError when they are not the expected ones, CancelledError.
   */
  async run(): Promise<string> {
    await this.#adopt();
    await this.#checkRoom();
    for (let again = false; ; again = true) {
      await this.#fetchRest();
      const digest = await this.#digest();
      const reason = await this.#damage(digest);
      if (reason === null) return digest;
      const pieced = this.#pieced;
      await this.#startOver();
      // Pieces that do not belong together, or a disk that lost some: once more from the start. What was damaged in one piece stays so.
      if (again || !pieced) throw new IntegrityError(reason, { file: this.#file.name, fix: 'Try again later; if it stays so, the file on the server is damaged.' });
      this.#high = 0;
    }
  }

  /** Leaves notes from which the next session goes on; never throws. */
  async leave(): Promise<void> {
    if (this.#part.byteLength > 0 && this.#wroteState) await this.#save().catch(() => undefined);
  }

  /** Takes up the bytes of an earlier session when they belong to this file; else starts from none. */
  async #adopt(): Promise<void> {
    const { size, sha256, gitOid = null, url } = this.#file;
    const state = await readState(this.#options.store, this.#file.name);
    const kept = this.#part.byteLength;
    const same = state?.url === url && state.size === size && state.sha256 === sha256 && state.gitOid === gitOid && state.digest === null;
    if (!same || kept < state.done || kept > (size ?? Infinity) || !this.#canTell(state.etag)) {
      if (kept > 0) await this.#startOver();
      return;
    }
    this.#etag = state.etag;
    this.#pieced = kept > 0;
    this.#high = kept;
    this.#wroteState = true;
    if (this.#sum !== null) await hashSlices(this.#sum, (start, end) => this.#part.read(start, end), kept, this.#check);
  }

  async #checkRoom(): Promise<void> {
    const { size, name } = this.#file;
    const free = await this.#options.store.room();
    const needed = size === null ? 0 : size - this.#part.byteLength;
    if (free !== null && needed > free) throw noRoom(name, needed, free);
  }

  async #fetchRest(): Promise<void> {
    const { size, name } = this.#file;
    const patience = new Patience(name, this.#options);
    this.#ended = false;
    this.#tell();
    while (size === null ? !this.#ended : this.#part.byteLength < size) {
      throwIfCancelled(this.#options.signal);
      const high = this.#high;
      try {
        await this.#exchange();
      } catch (error) {
        if (this.#high >= high + HEADWAY_BYTES) patience.reset();
        await patience.after(await this.#roomError(error));
      }
    }
  }

  /** One request and its answer. @throws Passing when the next may bring more. */
  async #exchange(): Promise<void> {
    if (!this.#useRange && this.#part.byteLength > 0) await this.#startOver();
    const from = this.#part.byteLength;
    // A weak ETag promises the same meaning, not the same bytes.
    const ifRange = from > 0 && this.#useIfRange && this.#etag?.startsWith('"') === true ? this.#etag : null;
    const headers = { ...(from > 0 ? { Range: `bytes=${from}-` } : {}), ...(ifRange === null ? {} : { 'If-Range': ifRange }) };
    const answer = await request(this.#file.url, headers, this.#options).catch((error: unknown) => {
      // Servers elsewhere may forbid this header to pages (CORS), which looks like a lost connection.
      if (ifRange !== null && error instanceof Passing) this.#useIfRange = false;
      throw error;
    });
    try {
      checkStatus(answer, this.#file.name);
      if (answer.status === 416) await this.#notSatisfiable(answer, from);
      else await this.#receive(answer, answer.status === 206 ? await this.#acceptPiece(answer, from) : await this.#acceptWhole(answer, from));
    } finally {
      answer.close();
    }
  }

  /** The server sends the file from its start. @returns its size where that is said. */
  async #acceptWhole(answer: Answer, from: number): Promise<null> {
    if (from > 0) await this.#startOver();
    this.#etag = answer.headers.get('etag');
    await this.#save();
    return null;
  }

  /** The server sends the rest: it has to be that of the same file. @returns the size of the whole file, null when not said. */
  async #acceptPiece({ headers }: Answer, from: number): Promise<number | null> {
    const { size } = this.#file;
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    // Pages may not see this header of every server, but they see how long the answer is.
    const sameStart = start === undefined ? size !== null && Number(headers.get('content-length')) === size - from : Number(start) === from;
    const etag = headers.get('etag');
    if (!sameStart || !this.#canTell(etag)) {
      this.#useRange = false;
      throw new Passing('the server does not say which part of the file it sends');
    }
    if (from > 0 && etag !== null && this.#etag !== null && etag !== this.#etag) {
      await this.#startOver();
      throw new Passing('the file has changed on the server');
    }
    if (total !== undefined && total !== '*') this.#checkTotal(Number(total));
    this.#pieced ||= from > 0;
    this.#etag ??= etag;
    await this.#save();
    return total === undefined || total === '*' ? null : Number(total);
  }

  /** There is nothing beyond what is stored: all of it is there, or it is of another file. */
  async #notSatisfiable({ headers }: Answer, from: number): Promise<void> {
    const total = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
    if (total !== undefined) this.#checkTotal(Number(total));
    this.#ended = from > 0 && Number(total) === from;
    if (this.#ended) return;
    this.#useRange = false;
    throw new Passing('the server has no more of the file');
  }

  async #receive(answer: Answer, total: number | null): Promise<void> {
    const { size, name } = this.#file;
    for (let piece = await answer.read(); piece !== null; piece = await answer.read()) {
      this.#fetched += piece.length;
      const at = this.#part.byteLength;
      if (at + piece.length > (size ?? total ?? Infinity)) {
        await this.#startOver();
        throw new IntegrityError(`the server sends more than the ${size ?? total ?? 0} bytes that it should have.`, { file: name });
      }
      await this.#part.append(at, piece);
      if (this.#sum?.byteLength === at) this.#sum.update(piece);
      this.#high = Math.max(this.#high, this.#part.byteLength);
      this.#tell();
    }
    if (this.#part.byteLength < (size ?? total ?? 0)) throw new Passing(`the connection ended after ${this.#part.byteLength} of ${size ?? total ?? 0} bytes`);
    this.#ended = true;
  }

  #checkTotal(total: number): void {
    const { size, name } = this.#file;
    if (size !== null && total !== size)
      throw new IntegrityError(`the server's file has ${total} bytes and should have ${size}.`, { file: name, fix: 'Load the list of files again: it may have been replaced.' });
  }

  async #digest(): Promise<string> {
    const read = (start: number, end: number): Promise<Uint8Array> => this.#part.read(start, end);
    if (this.#sum === null) return sha256OfFile(read, this.#part.byteLength, this.#check);
    await hashSlices(this.#sum, read, this.#part.byteLength, this.#check);
    return this.#sum.digest();
  }

  /** What is wrong with the bytes; null when nothing is. */
  async #damage(digest: string): Promise<string | null> {
    const { sha256, gitOid = null } = this.#file;
    if (sha256 !== null) return digest === sha256 ? null : 'the bytes that arrived are not those of the file (SHA-256 differs).';
    if (gitOid === null) return null;
    if (this.#part.byteLength > WHOLE_BYTES) return 'git keeps no files of this size, and the server gives no SHA-256.';
    return (await gitBlobOid(await this.#part.read(0, this.#part.byteLength))) === gitOid ? null : 'the bytes that arrived are not those of the file (git’s SHA-1 differs).';
  }

  /** True when bytes that do not belong together would be noticed: by a hash of the whole, or because both say what they are of. */
  #canTell(etag: string | null): boolean {
    return this.#file.sha256 !== null || (this.#file.gitOid ?? null) !== null || etag?.startsWith('"') === true;
  }

  async #startOver(): Promise<void> {
    await this.#part.append(0, EMPTY);
    this.#etag = null;
    this.#pieced = false;
    this.#resetSum();
  }

  #resetSum(): void {
    const { size } = this.#file;
    this.#sum = size !== null && size <= WHOLE_BYTES ? null : new Sha256();
  }

  async #save(): Promise<void> {
    const { url, size, sha256, gitOid = null, name } = this.#file;
    await this.#part.flush();
    const state: DownloadState = { version: 1, url, etag: this.#etag, size, sha256, gitOid, done: this.#part.byteLength, digest: null };
    await writeState(this.#options.store, name, state);
    this.#wroteState = true;
  }

  /** A full disk in words; other errors as they are. */
  async #roomError(error: unknown): Promise<unknown> {
    const { size, name } = this.#file;
    return error instanceof OutOfRoom ? noRoom(name, size === null ? null : size - this.#part.byteLength, await this.#options.store.room()) : error;
  }

  readonly #check = (): void => throwIfCancelled(this.#options.signal);

  #tell(): void {
    this.#options.onProgress?.({ name: this.#file.name, done: this.#part.byteLength, size: this.#file.size });
  }
}
