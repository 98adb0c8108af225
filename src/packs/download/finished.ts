import { gitBlobOid, sha256OfFile, WHOLE_BYTES } from './digest.ts';
import { ownerOf, partOf, stateOf } from './paths.ts';
import { throwIfCancelled } from './request.ts';
import { readState } from './state.ts';
import type { DownloadStore } from './store.ts';
import type { DownloadFile } from './transfer.ts';

/** One file of the store, for a page that lists them. */
export interface StoredDownload {
  readonly name: string;
  /** Bytes on the disk. */
  readonly byteLength: number;
  /** Bytes of the whole file; null when not known. */
  readonly size: number | null;
  readonly finished: boolean;
}

/** Size and SHA-256 of the stored file when it is the one that is wanted; null when it is not there, or another. */
export async function finishedDigest(
  file: DownloadFile,
  store: DownloadStore,
  signal?: AbortSignal,
): Promise<{ byteLength: number; sha256: string } | null> {
  const source = await store.open(file.name);
  if (source === null) return null;
  const { byteLength } = source;
  if (byteLength !== (file.size ?? byteLength)) return null;
  const { sha256, gitOid = null } = file;
  const state = await readState(store, file.name);
  // Notes with a digest are written after the file has its name, and are of it.
  if (state?.done === byteLength && state.digest != null) {
    const same = sha256 !== null ? state.digest === sha256 : gitOid !== null ? state.gitOid === gitOid : state.url === file.url;
    if (same) return { byteLength, sha256: state.digest };
  }
  if (sha256 === null && (gitOid === null || byteLength > WHOLE_BYTES)) return null;

  const found = await sha256OfFile((start, end) => source.slice(start, end), byteLength, () => throwIfCancelled(signal));
  const same = sha256 === null ? (await gitBlobOid(await source.slice(0, byteLength))) === gitOid : found === sha256;
  return same ? { byteLength, sha256: found } : null;
}

/** All files of the store, finished or not, sorted by name. */
export async function listDownloads(store: DownloadStore): Promise<StoredDownload[]> {
  const downloads: StoredDownload[] = [];
  for (const { name: stored, byteLength } of await store.list()) {
    const { name, kind } = ownerOf(stored);
    if (kind === 'state') continue;
    const size = kind === 'file' ? byteLength : ((await readState(store, name))?.size ?? null);
    downloads.push({ name, byteLength, size, finished: kind === 'file' });
  }
  return downloads;
}

/** Hashes a finished file again. @returns whether it is as it was when it arrived; `unknown` when its notes are lost. */
export async function verifyDownload(store: DownloadStore, name: string, signal?: AbortSignal): Promise<'intact' | 'damaged' | 'unknown'> {
  const source = await store.open(name);
  const digest = (await readState(store, name))?.digest ?? null;
  if (source === null || digest === null) return 'unknown';
  const found = await sha256OfFile((start, end) => source.slice(start, end), source.byteLength, () => throwIfCancelled(signal));
  return found === digest ? 'intact' : 'damaged';
}

/** Removes a file, finished or not, and its notes. @throws InputError while it is being downloaded. */
export async function removeDownload(store: DownloadStore, name: string): Promise<void> {
  // Opening it shows that nobody else writes it.
  const part = await store.write(partOf(name));
  await part.close();
  for (const stored of [name, partOf(name), stateOf(name), partOf(stateOf(name))]) await store.remove(stored);
}
