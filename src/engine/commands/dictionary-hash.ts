import { createHash, type Hash } from 'node:crypto';
import type { Dictionary } from '../../core/dictionary.ts';

/** SHA-256 of everything that decides a dictionary's codes and reconstructions; where it came from does not count. */
export function dictionaryHash({ notes: _, source: __, ...dictionary }: Dictionary): string {
  const hash = createHash('sha256');
  addValue(hash, dictionary);
  return hash.digest('hex');
}

function addValue(hash: Hash, value: unknown): void {
  if (value instanceof Float32Array) {
    hash.update(`f32 ${value.length} `).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (typeof value === 'object' && value !== null) {
    // Fields that are undefined and those that are absent are the same.
    const fields = Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`{${fields.length} `);
    for (const [name, field] of fields) {
      hash.update(`${name}:`);
      addValue(hash, field);
    }
  } else {
    hash.update(`${JSON.stringify(value)};`);
  }
}
