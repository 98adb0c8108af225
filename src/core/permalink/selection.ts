import { InputError } from '../errors.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { MAX_INDEX } from './limits.ts';

/** Concepts that a link carries at most: about 55 000 characters when they lie far apart. */
export const MAX_SELECTION = 20_000;

/**
 * Chosen concepts as base64url of varints: how many, then every concept's distance from the one before it, less one. The count
 * is there so that a link that was cut off is told from one with fewer concepts. Null when there are none, more than a link
 * carries, or numbers that are not a concept's: half a selection would be another selection.
 */
export function formatSelection(concepts: readonly number[]): string | null {
  const rising = [...new Set(concepts)].sort((a, b) => a - b);
  if (rising.length === 0 || rising.length > MAX_SELECTION) return null;
  if (!rising.every((concept) => Number.isInteger(concept) && concept >= 0 && concept < MAX_INDEX)) return null;
  const out = new ByteWriter();
  out.varint(rising.length);
  let before = -1;
  for (const concept of rising) {
    out.varint(concept - before - 1);
    before = concept;
  }
  return toBase64Url(out.finish());
}

/** The concepts that `formatSelection` wrote, rising; null for anything else. */
export function parseSelection(text: string): number[] | null {
  try {
    return readSelection(new ByteReader(fromBase64Url(text)));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function readSelection(bytes: ByteReader): number[] | null {
  const count = bytes.varint();
  if (count === 0 || count > MAX_SELECTION) return null;
  const concepts: number[] = [];
  let before = -1;
  for (let n = 0; n < count; n++) {
    before += bytes.varint() + 1;
    if (before >= MAX_INDEX) return null;
    concepts.push(before);
  }
  return bytes.left === 0 ? concepts : null;
}
