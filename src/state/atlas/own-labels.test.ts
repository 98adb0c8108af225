import { describe, expect, it } from 'vitest';
import type { PageStorage } from '../pictures.ts';
import { cut, loadLabels, saveLabels } from './own-labels.ts';

const PACK = 'gallery@0123456789ab';

function memory(): PageStorage & { readonly stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return { stored, getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) };
}
const holding = (text: string): PageStorage => ({ getItem: () => text, setItem: () => undefined });

describe('own labels', () => {
  it('come back for their own pack only', () => {
    const storage = memory();
    const labels = new Map([[7, '猫'], [0, '__proto__'], [1023, 'a "quoted" label']]);
    saveLabels(storage, PACK, labels);
    expect(loadLabels(storage, PACK)).toEqual(labels);
    expect(loadLabels(storage, 'gallery@ba9876543210').size).toBe(0);
    saveLabels(storage, PACK, new Map());
    expect(loadLabels(storage, PACK).size).toBe(0);
  });

  it('are read past what is broken', () => {
    const broken = [[-1, 'a'], [1.5, 'a'], ['2', 'a'], [2, 3], [2], [2, 'a', 'b'], null, { 2: 'a' }, [2, ' '], [2, 'x'.repeat(201)], [1e300, 'a'], [4, ' kept ']];
    expect(loadLabels(holding(JSON.stringify(broken)), PACK)).toEqual(new Map([[4, 'kept']]));
    for (const text of ['', '{', 'null', '3', '{"__proto__":[[1,"a"]]}', '{"length":1e9}', '['.repeat(100_000)]) expect(loadLabels(holding(text), PACK).size, text.slice(0, 20)).toBe(0);
  });

  it('are bounded in length and number', () => {
    const storage = memory();
    saveLabels(storage, PACK, new Map([[1, 'x'.repeat(500)], [2, `${'x'.repeat(199)}😀`]]));
    expect(loadLabels(storage, PACK)).toEqual(new Map([[1, 'x'.repeat(200)], [2, 'x'.repeat(199)]]));
    const many = JSON.stringify(Array.from({ length: 100_001 }, (_, i) => [i, 'a']));
    expect(loadLabels(holding(many), PACK).size).toBe(100_000);
  });

  it('do without a storage that is full or switched off', () => {
    const off: PageStorage = { getItem: () => { throw new Error('off'); }, setItem: () => { throw new Error('quota'); } };
    expect(loadLabels(off, PACK).size).toBe(0);
    expect(() => { saveLabels(off, PACK, new Map([[1, 'a']])); }).not.toThrow();
  });
});

describe('cut', () => {
  it('leaves no half character', () => {
    expect(cut('a😀b', 2)).toBe('a');
    expect(cut('a😀b', 3)).toBe('a😀');
    expect(cut('a😀b', 4)).toBe('a😀b');
  });
});
