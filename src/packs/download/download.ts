import { InputError } from '../../core/errors.ts';
import { finishedDigest } from './finished.ts';
import { checkName, partOf, stateOf } from './paths.ts';
import { throwIfCancelled } from './request.ts';
import { writeState } from './state.ts';
import { OutOfRoom } from './store.ts';
import { Transfer, type DownloadFile, type DownloadOptions } from './transfer.ts';

/** A file that is in the store, whole and checked. */
export interface Downloaded {
  readonly name: string;
  readonly byteLength: number;
  /** SHA-256, 64 hex digits. */
  readonly sha256: string;
  /** Bytes that came over the network this time; 0 when it was there. */
  readonly fetched: number;
}

/**
 * Fetches a file into the store, from where an earlier session stopped. Under its name it appears only whole and checked; until then
 * it is `NAME.part`, with notes in `NAME.state.json`. Aborting `signal` pauses: what has come stays.
 * @throws InputError for a server that does not give the file, too little room, or a connection that stays broken (what has come
 * stays); IntegrityError when the bytes are not the expected ones (they are removed); CancelledError.
 */
export async function download(file: DownloadFile, options: DownloadOptions): Promise<Downloaded> {
  const { store, signal } = options;
  const { name } = file;
  checkName(name);
  if (!/^https?:\/\//.test(file.url) || !URL.canParse(file.url)) throw new InputError('this is not an address that can be downloaded.', { file: name });
  throwIfCancelled(signal);
  const present = await finishedDigest(file, store, signal);
  if (present !== null) return { ...present, name, fetched: 0 };

  const part = await store.write(partOf(name));
  const transfer = new Transfer(file, part, options);
  let sha256: string;
  try {
    sha256 = await transfer.run();
    await part.flush();
  } catch (error) {
    await transfer.leave();
    await part.close();
    // An empty part and notes on it are no use to anybody.
    if (part.byteLength === 0) await Promise.all([store.remove(partOf(name)), transfer.wroteState ? store.remove(stateOf(name)) : undefined]);
    throw error;
  }
  const { byteLength } = part;
  await part.close();
  await store.rename(partOf(name), name);
  const { url, size, gitOid = null } = file;
  await writeState(store, name, { version: 1, url, etag: null, size, sha256: file.sha256, gitOid, done: byteLength, digest: sha256 }).catch((error: unknown) => {
    // Without notes the file is hashed again when it is next asked for.
    if (!(error instanceof OutOfRoom)) throw error;
  });
  return { name, byteLength, sha256, fetched: transfer.fetched };
}
