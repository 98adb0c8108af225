import { InputError } from '../../core/errors.ts';
import { reportError } from '../../engine/client.ts';
import { chosenCollection, formatCollections, loadCollections, MAX_COLLECTIONS, MAX_ITEMS, MAX_NAME, MAX_NOTE, parseCollections, saveCollections } from './collections.ts';
import type { AtlasActions, Collection } from './model.ts';
import { cut } from './own-labels.ts';
import type { AtlasParts } from './parts.ts';

/** Name of the collection that the first star makes. */
const FIRST = 'Starred';

type Items = Collection['items'];

/** Named sets of starred concepts: kept in this browser, for all packs. */
export interface Collecting {
  readonly actions: Pick<
    AtlasActions,
    'star' | 'unstar' | 'note' | 'addCollection' | 'renameCollection' | 'removeCollection' | 'chooseCollection' | 'exportCollections' | 'importCollections'
  >;
  /** Reads what this browser keeps. */
  load(): void;
}

/** The collecting part of the atlas's store. */
export function collecting({ get, set, storage, page }: AtlasParts): Collecting {
  /** Whether the storage has all that the page has. */
  let kept = true;

  function load(): void {
    const stored = loadCollections(storage);
    if (kept && stored !== null) set({ collections: stored });
  }

  /** Applies a change to what is kept now, which another tab may have changed since, and keeps the result. */
  function change(to: (collections: readonly Collection[]) => readonly Collection[]): void {
    load();
    const collections = to(get().collections);
    set({ collections });
    kept = saveCollections(storage, collections);
    set({ unkept: !kept });
  }

  function changeItems(id: string, to: (items: Items) => Items): void {
    change((all) => all.map((one) => (one.id === id ? { ...one, items: to(one.items) } : one)));
  }

  /** Adds a collection to the open pack and chooses it. @returns its id; null without a pack, or when there are too many. */
  function add(name: string): string | null {
    const { pack } = get();
    const plain = cut(name.trim(), MAX_NAME);
    if (pack === null || plain === '' || get().collections.length >= MAX_COLLECTIONS) return null;
    const id = crypto.randomUUID();
    change((all) => [...all, { id, name: plain, pack, items: [] }]);
    set({ collection: id });
    return id;
  }

  const actions: Collecting['actions'] = {
    star(concept) {
      const { pack } = page.getState();
      if (pack === null || !Number.isInteger(concept) || concept < 0 || concept >= pack.c) return;
      const id = chosenCollection(get())?.id ?? add(FIRST);
      if (id !== null) changeItems(id, (items) => (items.length >= MAX_ITEMS ? items : withItem(items, items.length, { concept, note: '' })));
    },
    unstar(concept) {
      const chosen = chosenCollection(get());
      const at = chosen?.items.findIndex((item) => item.concept === concept) ?? -1;
      const item = chosen?.items[at];
      if (chosen === null || item === undefined) return;
      changeItems(chosen.id, (items) => items.filter((one) => one.concept !== concept));
      const what = get().ownLabels.get(concept) ?? page.getState().pack?.concepts.label[concept] ?? String(concept);
      set({ undoable: { what, undo: () => { changeItems(chosen.id, (items) => withItem(items, at, item)); } } });
    },
    note(concept, note) {
      const chosen = chosenCollection(get());
      if (chosen !== null) changeItems(chosen.id, (items) => items.map((item) => (item.concept === concept ? { concept, note: cut(note, MAX_NOTE) } : item)));
    },
    addCollection(name) {
      add(name);
    },
    renameCollection(id, name) {
      const plain = cut(name.trim(), MAX_NAME);
      if (plain !== '') change((all) => all.map((one) => (one.id === id ? { ...one, name: plain } : one)));
    },
    removeCollection(id) {
      const at = get().collections.findIndex((one) => one.id === id);
      const gone = get().collections[at];
      if (gone === undefined) return;
      const { collection } = get();
      change((all) => all.filter((one) => one.id !== id));
      set({
        undoable: {
          what: gone.name,
          undo: () => {
            change((all) => (all.some((one) => one.id === id) ? all : [...all.slice(0, at), gone, ...all.slice(at)]));
            set({ collection });
          },
        },
      });
    },
    chooseCollection(id) {
      set({ collection: id });
    },
    exportCollections() {
      load();
      return formatCollections(get().collections);
    },
    importCollections(json, file) {
      try {
        load();
        const { collections, pack } = get();
        const read = parseCollections(json, file);
        if (collections.length + read.length > MAX_COLLECTIONS) {
          throw new InputError(`with its ${read.length} collections there would be more than ${MAX_COLLECTIONS}.`, { file, field: 'collections', fix: 'Remove some first.' });
        }
        const c = page.getState().pack?.c ?? 0;
        for (const [k, one] of read.entries()) {
          const beyond = one.pack === pack ? one.items.findIndex(({ concept }) => concept >= c) : -1;
          if (beyond !== -1) throw new InputError(`the pack has ${c} concepts, numbered from 0.`, { file, field: `collections.${k}.items.${beyond}.concept`, fix: 'Mend the field, or export the file anew.' });
        }
        const added = read.map((one) => ({ ...one, id: crypto.randomUUID() }));
        change((all) => [...all, ...added]);
        const chosen = added.find((one) => one.pack === pack);
        if (chosen !== undefined) set({ collection: chosen.id });
        return null;
      } catch (error) {
        return reportError(error);
      }
    },
  };
  return { load, actions };
}

/** The items with one more at a position, unless its concept is among them. */
function withItem(items: Items, at: number, item: Items[number]): Items {
  return items.some(({ concept }) => concept === item.concept) ? items : [...items.slice(0, at), item, ...items.slice(at)];
}
