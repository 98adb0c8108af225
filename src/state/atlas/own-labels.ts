import * as v from 'valibot';
import { MAX_INDEX } from '../../core/permalink/limits.ts';
import type { PageStorage } from '../pictures.ts';

/** UTF-16 units of one label, and labels of one pack, that are kept. */
const MAX_LENGTH = 200;
const MAX_LABELS = 100_000;

const entry = v.strictTuple([v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_INDEX - 1)), v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_LENGTH))]);

/** Labels of one's own for the concepts of `pack` (`<id>@<hash>`); what is broken in the storage is left out, it must not hide the rest. */
export function loadLabels(storage: PageStorage, pack: string): Map<number, string> {
  try {
    const stored = JSON.parse(storage.getItem(keyOf(pack)) ?? '[]') as unknown;
    if (!Array.isArray(stored)) return new Map();
    return new Map(stored.slice(0, MAX_LABELS).flatMap((item: unknown) => {
      const parsed = v.safeParse(entry, item);
      return parsed.success ? [parsed.output] : [];
    }));
  } catch {
    return new Map();
  }
}

/** Keeps the labels of `pack` in this browser, each cut to 200 characters. Storage that is full or switched off keeps what it had. */
export function saveLabels(storage: PageStorage, pack: string, labels: ReadonlyMap<number, string>): void {
  const entries = [...labels].slice(0, MAX_LABELS).map(([concept, label]) => [concept, cut(label, MAX_LENGTH)]);
  try {
    storage.setItem(keyOf(pack), JSON.stringify(entries));
  } catch {
    // The labels stay on the page until it is closed.
  }
}

/** The first `length` UTF-16 units at most, without half a character at the end. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/u, '');
}

function keyOf(pack: string): string {
  return `vlm-explore.labels.${pack}`;
}
