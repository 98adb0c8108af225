import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../../formats/byte-source.ts';

/**
 * A place for large files: OPFS in the page, a folder in Node, memory where neither is. Names are relative paths with `/` that
 * `checkName` let pass. Whatever has no room throws `OutOfRoom`.
 */
export interface DownloadStore {
  /** False where nothing outlives the session. */
  readonly lasting: boolean;
  /** All files, sorted by name. */
  list(): Promise<StoredFile[]>;
  /** Opens a file for reading, slice by slice; null where there is none. */
  open(name: string): Promise<ByteSource | null>;
  /** Opens a file for writing and makes it where there is none. @throws InputError while it is open elsewhere, in another tab too. */
  write(name: string): Promise<PartFile>;
  /** Gives a file another name; one that has that name is replaced. Whoever opens it sees the old or the new one whole. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(name: string): Promise<void>;
  /** Bytes that may still be written; null where nobody knows. */
  room(): Promise<number | null>;
}

export interface StoredFile {
  readonly name: string;
  readonly byteLength: number;
}

/** A file that is being written; it belongs to its opener until closed. */
export interface PartFile {
  readonly byteLength: number;
  /** Puts `bytes` at `offset`, at most `byteLength`; the file ends after them. */
  append(offset: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  read(start: number, end: number): Promise<Uint8Array>;
  /** What was appended outlives this session from here on. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The disk, or the browser's quota, is full. */
export class OutOfRoom extends Error {
  override readonly name = 'OutOfRoom';
}

/** What to say when `needed` bytes do not fit; null is not known. */
export function noRoom(file: string, needed: number | null, free: number | null): InputError {
  const has = free === null ? 'the storage is full' : `${size(free)} are free`;
  return new InputError(needed === null ? `there is not enough room: ${has}.` : `it needs ${size(needed)} more, and ${has}.`, {
    file,
    fix: 'Delete models or packs that you no longer need, or free some disk space; what has arrived is kept.',
  });
}

/** What to say while another tab or call writes the same file. */
export function inUse(file: string): InputError {
  return new InputError('it is being downloaded already, perhaps in another tab.', { file, fix: 'Wait for that download, or stop it.' });
}

/** Bytes with their count, so that nobody has to guess what a GB is. */
function size(bytes: number): string {
  const digits = Math.round(bytes).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return bytes < 10_000 ? `${digits} bytes` : `${digits} bytes (${bytes < 1e8 ? (bytes / 1e6).toFixed(2) : Math.round(bytes / 1e6)} MB)`;
}
