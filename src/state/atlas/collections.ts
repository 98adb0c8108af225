import * as v from 'valibot';
import { InputError } from '../../core/errors.ts';
import { MAX_INDEX } from '../../core/permalink/limits.ts';
import type { PageStorage } from '../pictures.ts';
import type { AtlasState, Collection } from './model.ts';

/** UTF-16 units of a name and of a note. */
export const MAX_NAME = 200;
export const MAX_NOTE = 2000;
/** Collections, and concepts in one of them. */
export const MAX_COLLECTIONS = 1000;
export const MAX_ITEMS = 20_000;
/** Bytes of a file. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

const FORMAT = 'vlm-explore-collections';
const VERSION = 1;
const KEY = 'vlm-explore.collections';
const EXPORTED_HERE = 'Choose a file that “Export JSON” of the collections wrote.';

const item = v.object({
  concept: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_INDEX - 1)),
  note: v.pipe(v.string(), v.maxLength(MAX_NOTE)),
});
const fields = {
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_NAME)),
  pack: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}@[0-9a-f]{12}$/, 'Invalid pack: expected <id>@<12 hex digits>')),
  items: v.pipe(v.array(item), v.maxLength(MAX_ITEMS)),
};
const stored = v.object({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)), ...fields });
const file = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  collections: v.pipe(v.array(v.object(fields)), v.maxLength(MAX_COLLECTIONS)),
});

/** A collection as a file has it. */
type FiledCollection = v.InferOutput<typeof file>['collections'][number];

/** The collections kept in this browser; null when there are none to be read. What is broken is left out: it must not hide the rest. */
export function loadCollections(storage: PageStorage): Collection[] | null {
  try {
    const found = JSON.parse(storage.getItem(KEY) ?? 'null') as unknown;
    if (!Array.isArray(found)) return null;
    const kept = new Map<string, Collection>();
    for (const entry of found.slice(0, MAX_COLLECTIONS) as unknown[]) {
      const parsed = v.safeParse(stored, entry);
      if (parsed.success && !kept.has(parsed.output.id) && doubled(parsed.output.items) === -1) kept.set(parsed.output.id, parsed.output);
    }
    return [...kept.values()];
  } catch {
    return null;
  }
}

/** Keeps the collections in this browser, and says whether it could: storage that is full or switched off keeps what it had. */
export function saveCollections(storage: PageStorage, collections: readonly Collection[]): boolean {
  try {
    storage.setItem(KEY, JSON.stringify(collections));
    return true;
  } catch {
    return false;
  }
}

/** Collections as a file's text; identifiers stay here, they mean nothing elsewhere. */
export function formatCollections(collections: readonly Collection[]): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, collections: collections.map(({ name, pack, items }) => ({ name, pack, items })) }, null, 2);
}

/**
 * Collections in the text of `name`, a file.
 * @throws InputError naming the file, the field and the next step.
 */
export function parseCollections(json: string, name: string): readonly FiledCollection[] {
  // A string of so many units is at least so many bytes.
  if (json.length > MAX_FILE_BYTES) throw new InputError('the file is larger than 8 MB.', { file: name, fix: 'Split it into smaller files.' });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new InputError('the text is not valid JSON.', { file: name, fix: EXPORTED_HERE });
  }
  const parsed = v.safeParse(file, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue) ?? undefined;
    const top = field === undefined || field === 'format' || field === 'version';
    throw new InputError(`${issue.message}.`, { file: name, field, fix: top ? EXPORTED_HERE : 'Mend the field, or export the file anew.' });
  }
  for (const [k, { items }] of parsed.output.collections.entries()) {
    const at = doubled(items);
    if (at !== -1) throw new InputError(`concept ${items[at]?.concept ?? at} is in the collection twice.`, { file: name, field: `collections.${k}.items.${at}.concept`, fix: 'Take one of the two out.' });
  }
  return parsed.output.collections;
}

/** The collection that the star adds to: the chosen one, or the first of the open pack; null while the pack has none. */
export function chosenCollection({ collections, collection, pack }: Pick<AtlasState, 'collections' | 'collection' | 'pack'>): Collection | null {
  const own = collections.filter((one) => one.pack === pack);
  return own.find(({ id }) => id === collection) ?? own[0] ?? null;
}

/** Position of the first concept that was there before; -1 without. */
function doubled(items: Collection['items']): number {
  const seen = new Set<number>();
  return items.findIndex(({ concept }) => seen.size === seen.add(concept).size);
}
