import { invariant } from '../../core/errors.ts';
import { download, type Downloaded } from './download.ts';
import { finishedDigest } from './finished.ts';
import { partOf } from './paths.ts';
import { noRoom } from './store.ts';
import type { DownloadFile, DownloadOptions } from './transfer.ts';

/** How far several files are together. */
export interface TotalProgress {
  /** Bytes in the store. */
  readonly done: number;
  /** Bytes of all files; null while the size of one is not known. */
  readonly size: number | null;
  /** Files that are finished, of `files`. */
  readonly finished: number;
  readonly files: number;
}

export interface AllOptions extends Omit<DownloadOptions, 'onProgress'> {
  /** Files fetched at once. */
  readonly parallel?: number | undefined;
  readonly onProgress?: ((progress: TotalProgress) => void) | undefined;
}

/**
 * Fetches several files, `parallel` at once. The first that fails, or aborting `signal`, stops all; what has come stays.
 * @returns in the order of `files`.
 * @throws as `download`, and InputError before the first request when all of them do not fit.
 */
export async function downloadAll(files: readonly DownloadFile[], options: AllOptions): Promise<Downloaded[]> {
  invariant(new Set(files.map((file) => file.name)).size === files.length, 'each file has its own name');
  const { parallel = 3, onProgress, signal, ...rest } = options;
  await checkRoom(files, options);

  const own = new AbortController();
  const either = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const sizes = files.map((file) => ({ done: 0, size: file.size }));
  const results: Downloaded[] = [];
  let finished = 0;
  const tell = (): void => {
    const size = sizes.reduce<number | null>((sum, file) => (sum === null || file.size === null ? null : sum + file.size), 0);
    onProgress?.({ done: sizes.reduce((sum, file) => sum + file.done, 0), size, finished, files: files.length });
  };
  const waiting = files.entries();
  const work = async (): Promise<void> => {
    for (const [i, file] of waiting) {
      const result = await download(file, {
        ...rest,
        signal: either,
        onProgress: ({ done, size }) => {
          sizes[i] = { done, size };
          tell();
        },
      });
      results[i] = result;
      sizes[i] = { done: result.byteLength, size: result.byteLength };
      finished += 1;
      tell();
    }
  };
  const failures: unknown[] = [];
  const workers = Array.from({ length: Math.max(1, Math.min(parallel, files.length)) }, () =>
    work().catch((error: unknown) => {
      failures.push(error);
      own.abort();
    }));
  await Promise.all(workers);
  // The first is the cause; the others were stopped because of it.
  if (failures.length > 0) throw failures[0];
  return results;
}

async function checkRoom(files: readonly DownloadFile[], { store, signal }: AllOptions): Promise<void> {
  const free = await store.room();
  if (free === null) return;
  let needed = 0;
  for (const file of files) {
    if (file.size === null || (await finishedDigest(file, store, signal)) !== null) continue;
    needed += Math.max(0, file.size - ((await store.open(partOf(file.name)))?.byteLength ?? 0));
  }
  if (needed > free) throw noRoom(`${files.length} files`, needed, free);
}
