import { describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import type { PageStorage } from '../pictures.ts';
import { chosenCollection, formatCollections, loadCollections, MAX_FILE_BYTES, parseCollections, saveCollections } from './collections.ts';
import type { Collection } from './model.ts';

const PACK = 'gallery@0123456789ab';
const cats: Collection = { id: 'a', name: 'Cats, 猫', pack: PACK, items: [{ concept: 9, note: 'fur\n"and" more' }, { concept: 2, note: '' }] };
const other: Collection = { id: 'b', name: '__proto__', pack: 'other.pack-1@ba9876543210', items: [] };

const holding = (text: string): PageStorage => ({ getItem: () => text, setItem: () => undefined });

describe('collections kept in the browser', () => {
  it('come back as they were', () => {
    const stored = new Map<string, string>();
    const storage: PageStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) };
    expect(loadCollections(storage)).toBeNull();
    expect(saveCollections(storage, [cats, other])).toBe(true);
    expect(loadCollections(storage)).toEqual([cats, other]);
  });

  it('are read past what is broken', () => {
    const broken = [
      null, 3, [], { ...cats, id: '' }, { ...cats, id: 7 }, { ...cats, name: ' ' }, { ...cats, name: 'x'.repeat(201) }, { ...cats, pack: 'gallery' },
      { ...cats, items: [{ concept: 1, note: '' }, { concept: 1, note: 'again' }] }, { ...cats, items: [{ concept: -1, note: '' }] },
    ];
    expect(loadCollections(holding(JSON.stringify([...broken, other, { ...other, name: 'same id' }])))).toEqual([other]);
    for (const text of ['', '{', '3', '{"__proto__":[]}', '['.repeat(100_000)]) expect(loadCollections(holding(text)), text.slice(0, 20)).toBeNull();
  });

  it('do without a storage that is full or switched off', () => {
    const off: PageStorage = { getItem: () => { throw new Error('off'); }, setItem: () => { throw new Error('quota'); } };
    expect(loadCollections(off)).toBeNull();
    expect(saveCollections(off, [cats])).toBe(false);
  });
});

describe('a file of collections', () => {
  const filed = (change: object): string => JSON.stringify({ format: 'vlm-explore-collections', version: 1, collections: [{ name: 'x', pack: PACK, items: [], ...change }] });
  const problem = (json: string): InputError => {
    try {
      parseCollections(json, 'mine.json');
    } catch (error) {
      if (error instanceof InputError) return error;
      throw error;
    }
    throw new Error(`it was taken: ${json.slice(0, 80)}`);
  };

  it('holds name, pack, concepts and notes, and no identifiers', () => {
    const json = formatCollections([cats, other]);
    expect(parseCollections(json, 'mine.json')).toEqual([cats, other].map(({ name, pack, items }) => ({ name, pack, items })));
    expect(JSON.parse(json)).toEqual({
      format: 'vlm-explore-collections',
      version: 1,
      collections: [{ name: 'Cats, 猫', pack: PACK, items: [{ concept: 9, note: 'fur\n"and" more' }, { concept: 2, note: '' }] }, { name: '__proto__', pack: 'other.pack-1@ba9876543210', items: [] }],
    });
  });

  it.each([
    ['an item’s number', filed({ items: [{ concept: 3, note: '' }, { concept: '4', note: '' }] }), 'collections.0.items.1.concept'],
    ['a number below 0', filed({ items: [{ concept: -1, note: '' }] }), 'collections.0.items.0.concept'],
    ['a number too large', filed({ items: [{ concept: 2 ** 24, note: '' }] }), 'collections.0.items.0.concept'],
    ['a missing note', filed({ items: [{ concept: 3 }] }), 'collections.0.items.0.note'],
    ['a long note', filed({ items: [{ concept: 3, note: 'x'.repeat(2001) }] }), 'collections.0.items.0.note'],
    ['a concept twice', filed({ items: [{ concept: 3, note: '' }, { concept: 4, note: '' }, { concept: 3, note: 'b' }] }), 'collections.0.items.2.concept'],
    ['too many items', filed({ items: Array.from({ length: 20_001 }, (_, concept) => ({ concept, note: '' })) }), 'collections.0.items'],
    ['items that are none', filed({ items: { length: 1e9 } }), 'collections.0.items'],
    ['an empty name', filed({ name: '  ' }), 'collections.0.name'],
    ['a long name', filed({ name: 'x'.repeat(201) }), 'collections.0.name'],
    ['a name that is none', filed({ name: { toString: 'x' } }), 'collections.0.name'],
    ['a pack that is none', filed({ pack: '../../x' }), 'collections.0.pack'],
    ['too many collections', JSON.stringify({ format: 'vlm-explore-collections', version: 1, collections: Array.from({ length: 1001 }, () => ({ name: 'x', pack: PACK, items: [] })) }), 'collections'],
    ['another version', '{"format":"vlm-explore-collections","version":2,"collections":[]}', 'version'],
    ['another format', '{"format":"vlm-explore-labels","version":1,"labels":{}}', 'format'],
    ['fields of the prototype', '{"__proto__":{"format":"vlm-explore-collections","version":1,"collections":[]}}', 'format'],
  ])('names %s', (_what, json, field) => {
    const error = problem(json);
    expect(error.place).toMatchObject({ file: 'mine.json', field });
    expect(error.place.fix).toMatch(/\.$/u);
  });

  it.each([['nothing', ''], ['half a text', '{"format":'], ['deep nesting', '['.repeat(200_000)], ['a number', '3'], ['null', 'null']])('names the file when it holds %s', (_what, json) => {
    expect(problem(json).message).toMatch(/^mine\.json: .*“Export JSON”/u);
  });

  it('is refused when it is larger than 8 MB, before it is read', () => {
    expect(problem(' '.repeat(MAX_FILE_BYTES + 1)).reason).toContain('8 MB');
  });

  it('changes no prototype', () => {
    const json = `{"__proto__":{"polluted":1},"format":"vlm-explore-collections","version":1,"collections":[{"__proto__":{"polluted":1},"name":"x","pack":"${PACK}","items":[]}]}`;
    const [read] = parseCollections(json, 'mine.json');
    expect(read).toEqual({ name: 'x', pack: PACK, items: [] });
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the chosen collection', () => {
  it('is of the open pack: the one chosen, else the first', () => {
    const second = { ...cats, id: 'c' };
    const collections = [other, cats, second];
    expect(chosenCollection({ collections, collection: 'c', pack: PACK })).toBe(second);
    expect(chosenCollection({ collections, collection: 'b', pack: PACK })).toBe(cats);
    expect(chosenCollection({ collections, collection: null, pack: 'new@0123456789ab' })).toBeNull();
  });
});
