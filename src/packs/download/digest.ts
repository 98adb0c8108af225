import { Sha256 } from './sha256-stream.ts';

/** Files up to this many bytes are hashed whole by the browser; larger ones piece by piece, as memory is dear. */
export const WHOLE_BYTES = 64 * 2 ** 20;
const PIECE_BYTES = 4 * 2 ** 20;

/** Reads the bytes `start … end` of a stored file. */
export type ReadSlice = (start: number, end: number) => Promise<Uint8Array>;

/** SHA-256 of a stored file as 64 hex digits; at most `WHOLE_BYTES` of it are in memory. `check` is called between pieces and may throw. */
export async function sha256OfFile(read: ReadSlice, byteLength: number, check: () => void): Promise<string> {
  if (byteLength <= WHOLE_BYTES) return hex(await crypto.subtle.digest('SHA-256', Uint8Array.from(await read(0, byteLength))));
  const sum = new Sha256();
  await hashSlices(sum, read, byteLength, check);
  return sum.digest();
}

/** Takes a stored file from where `sum` stands to `end`. */
export async function hashSlices(sum: Sha256, read: ReadSlice, end: number, check: () => void): Promise<void> {
  while (sum.byteLength < end) {
    check();
    sum.update(await read(sum.byteLength, Math.min(end, sum.byteLength + PIECE_BYTES)));
  }
}

/** Git's name for a file with these bytes: SHA-1 of "blob SIZE\0" and the bytes, 40 hex digits. */
export async function gitBlobOid(bytes: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const blob = new Uint8Array(head.length + bytes.length);
  blob.set(head);
  blob.set(bytes, head.length);
  return hex(await crypto.subtle.digest('SHA-1', blob));
}

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
