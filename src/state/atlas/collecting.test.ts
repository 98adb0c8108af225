import { beforeEach, describe, expect, it } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppState } from '../model.ts';
import type { PageStorage } from '../pictures.ts';
import { collecting, type Collecting } from './collecting.ts';
import { chosenCollection, loadCollections, parseCollections } from './collections.ts';
import type { AtlasState, Collection } from './model.ts';
import type { AtlasParts } from './parts.ts';

const PACK = 'gallery@0123456789ab';
const C = 10;

let stored: Map<string, string>;
let storage: PageStorage;
let state: StoreApi<AtlasState>;
let part: Collecting;

/** The part alone, on as much of the page as it reads. */
function open(on: PageStorage): { state: StoreApi<AtlasState>; part: Collecting } {
  const atlas = createStore(() => ({ pack: PACK, collections: [] as readonly Collection[], collection: null, ownLabels: new Map([[3, 'my cat']]), undoable: null })) as unknown as StoreApi<AtlasState>;
  const page = createStore(() => ({ pack: { c: C, concepts: { label: Array.from({ length: C }, (_, i) => `label ${i}`) } } })) as unknown as StoreApi<AppState>;
  const made = collecting({ get: atlas.getState, set: atlas.setState, storage: on, page } as unknown as AtlasParts);
  made.load();
  return { state: atlas, part: made };
}

beforeEach(() => {
  stored = new Map();
  storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) };
  ({ state, part } = open(storage));
});

const concepts = (): number[] => chosenCollection(state.getState())?.items.map(({ concept }) => concept) ?? [];
const undo = (): void => { state.getState().undoable?.undo(); };

describe('stars', () => {
  it('make a first collection, then add to the chosen one, once', () => {
    part.actions.star(3);
    part.actions.star(5);
    part.actions.star(3);
    expect(state.getState().collections).toMatchObject([{ name: 'Starred', pack: PACK, items: [{ concept: 3, note: '' }, { concept: 5, note: '' }] }]);
    part.actions.addCollection(' Later ');
    part.actions.star(3);
    expect(state.getState().collections.map(({ name, items }) => [name, items.length])).toEqual([['Starred', 2], ['Later', 1]]);
    expect(loadCollections(storage)).toEqual(state.getState().collections);
  });

  it('take only numbers that the pack has', () => {
    for (const concept of [-1, C, 1.5, Number.NaN]) part.actions.star(concept);
    expect(state.getState().collections).toEqual([]);
    part.actions.star(C - 1);
    expect(concepts()).toEqual([C - 1]);
  });

  it('come back with their note and place', () => {
    for (const concept of [1, 3, 5]) part.actions.star(concept);
    part.actions.note(3, 'fluffy');
    part.actions.unstar(3);
    expect(concepts()).toEqual([1, 5]);
    expect(state.getState().undoable?.what).toBe('my cat');
    undo();
    expect(chosenCollection(state.getState())?.items[1]).toEqual({ concept: 3, note: 'fluffy' });
    expect(loadCollections(storage)).toEqual(state.getState().collections);
    part.actions.unstar(5);
    expect(state.getState().undoable?.what).toBe('label 5');
    // Starred anew in the meantime: nothing is there twice.
    part.actions.star(5);
    undo();
    expect(concepts()).toEqual([1, 3, 5]);
  });

  it('that were not there leave nothing to undo', () => {
    part.actions.unstar(4);
    part.actions.star(1);
    part.actions.unstar(4);
    expect(state.getState().undoable).toBeNull();
  });
});

describe('collections', () => {
  it('are renamed, noted and bounded', () => {
    part.actions.star(1);
    const [{ id } = { id: '' }] = state.getState().collections;
    part.actions.renameCollection(id, ` ${'n'.repeat(300)}`);
    part.actions.note(1, 'x'.repeat(3000));
    part.actions.renameCollection(id, '  ');
    part.actions.addCollection(' ');
    expect(state.getState().collections).toMatchObject([{ name: 'n'.repeat(200), items: [{ concept: 1, note: 'x'.repeat(2000) }] }]);
  });

  it('removed come back in their place, with later changes kept', () => {
    for (const name of ['a', 'b', 'c']) part.actions.addCollection(name);
    const b = state.getState().collections[1];
    part.actions.chooseCollection(b?.id ?? '');
    part.actions.star(2);
    part.actions.removeCollection(b?.id ?? '');
    expect(state.getState().undoable?.what).toBe('b');
    part.actions.addCollection('d');
    undo();
    undo();
    expect(state.getState().collections.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(concepts()).toEqual([2]);
    expect(loadCollections(storage)).toEqual(state.getState().collections);
  });

  it('that another tab changed are not overwritten', () => {
    part.actions.addCollection('mine');
    const tab = open(storage);
    tab.part.actions.addCollection('theirs');
    part.actions.star(4);
    expect(loadCollections(storage)?.map(({ name }) => name)).toEqual(['mine', 'theirs']);
    tab.part.actions.addCollection('more');
    expect(loadCollections(storage)?.map(({ name, items }) => [name, items.length])).toEqual([['mine', 1], ['theirs', 0], ['more', 0]]);
  });

  it('stay on the page when storage is full or switched off', () => {
    part.actions.addCollection('kept');
    storage.setItem = () => { throw new Error('quota'); };
    part.actions.star(1);
    part.actions.star(2);
    expect(concepts()).toEqual([1, 2]);
    storage.getItem = () => { throw new Error('off'); };
    part.actions.star(3);
    expect(concepts()).toEqual([1, 2, 3]);
    expect(parseCollections(part.actions.exportCollections(), 'x')).toMatchObject([{ name: 'kept', items: [{}, {}, {}] }]);
  });
});

describe('files of collections', () => {
  const file = (items: unknown, pack = PACK): string => JSON.stringify({ format: 'vlm-explore-collections', version: 1, collections: [{ name: 'filed', pack, items }] });

  it('come back beside what is there, under new ids', () => {
    part.actions.star(3);
    part.actions.note(3, 'fluffy');
    const before = state.getState().collections;
    const json = part.actions.exportCollections();
    part.actions.note(3, 'changed since');
    expect(part.actions.importCollections(json, 'mine.json')).toBeNull();
    const [first, second, ...rest] = state.getState().collections;
    expect(first?.items[0]?.note).toBe('changed since');
    expect(second).toEqual({ ...before[0], id: second?.id });
    expect(second?.id).not.toBe(first?.id);
    expect(rest).toEqual([]);
    expect(chosenCollection(state.getState())).toBe(second);
    expect(loadCollections(storage)).toEqual(state.getState().collections);
  });

  it('of another pack are kept but not chosen', () => {
    part.actions.star(3);
    expect(part.actions.importCollections(file([{ concept: 5000, note: '' }], 'other@0123456789ab'), 'mine.json')).toBeNull();
    expect(state.getState().collections).toHaveLength(2);
    expect(concepts()).toEqual([3]);
  });

  it('say what is wrong with them and change nothing', () => {
    part.actions.star(3);
    const before = state.getState().collections;
    expect(part.actions.importCollections('{', 'mine.json')).toMatchObject({ name: 'InputError', place: { file: 'mine.json' } });
    expect(part.actions.importCollections(file([{ concept: C, note: '' }]), 'mine.json')).toMatchObject({ place: { field: 'collections.0.items.0.concept' }, message: expect.stringContaining('10 concepts') as string });
    const many = JSON.stringify({ format: 'vlm-explore-collections', version: 1, collections: Array.from({ length: 1000 }, (_, i) => ({ name: `n${i}`, pack: PACK, items: [] })) });
    expect(part.actions.importCollections(many, 'mine.json')).toMatchObject({ place: { field: 'collections' } });
    expect(state.getState().collections).toEqual(before);
  });
});
