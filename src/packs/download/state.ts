import * as v from 'valibot';
import { partOf, stateOf } from './paths.ts';
import type { DownloadStore } from './store.ts';

const MAX_BYTES = 64 * 1024;
const natural = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const stateSchema = v.strictObject({
  version: v.literal(1),
  url: v.string(),
  /** Of the answer that the bytes came with; null when the server gave none. */
  etag: v.nullable(v.string()),
  /** As expected before the download; null when nobody said. */
  size: v.nullable(natural),
  sha256: v.nullable(sha256),
  gitOid: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/))),
  /** Bytes that were safely stored when this was written; there may be more by now. */
  done: natural,
  /** SHA-256 of the finished file; null while it is not finished. */
  digest: v.nullable(sha256),
});

/** The notes on a file, in `NAME.state.json` beside it. */
export type DownloadState = v.InferOutput<typeof stateSchema>;

/** Reads notes; null when they are damaged or of another version, so that the download starts over. */
export function parseState(text: string): DownloadState | null {
  try {
    const read = v.safeParse(stateSchema, JSON.parse(text));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/** The notes on the file `name`; null when there are none that can be read. */
export async function readState(store: DownloadStore, name: string): Promise<DownloadState | null> {
  const source = await store.open(stateOf(name));
  if (source === null || source.byteLength > MAX_BYTES) return null;
  return parseState(new TextDecoder().decode(await source.slice(0, source.byteLength)));
}

/** Replaces the notes; a crash leaves the old ones. @throws OutOfRoom. */
export async function writeState(store: DownloadStore, name: string, state: DownloadState): Promise<void> {
  const path = stateOf(name);
  const file = await store.write(partOf(path));
  try {
    await file.append(0, new TextEncoder().encode(JSON.stringify(state)));
    await file.flush();
  } finally {
    await file.close();
  }
  await store.rename(partOf(path), path);
}
