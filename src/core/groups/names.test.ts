import { describe, expect, it } from 'vitest';
import { groupNames } from './names.ts';
import type { GroupNode } from './tree.ts';

function group(id: number, parent: number | null, members: readonly number[]): GroupNode {
  return { id, parent, level: parent === null ? 0 : 1, height: 0, members };
}

const even = (n: number): number[] => new Array<number>(n).fill(1);

describe('groupNames', () => {
  it('takes words that are frequent inside and rare outside', () => {
    const labels = ['photo of a dog', 'Dog; puppy', 'dog, photo', 'photo of a boat', 'boat', 'photo of the sea'];
    const [dogs, boats] = groupNames([group(0, null, [0, 1, 2]), group(1, null, [3, 4, 5])], labels, even(6));
    expect(dogs?.split(', ')).toEqual(['dog', 'puppy', 'photo']);
    expect(boats?.split(', ')).toEqual(['boat', 'sea', 'photo']);
  });

  it('weighs words with the concepts that have them', () => {
    const groups = [group(0, null, [0, 1]), group(1, null, [2])];
    expect(groupNames(groups, ['rare', 'common', 'x'], [1, 9, 1])[0]).toBe('common, rare');
    expect(groupNames(groups, ['rare', 'common', 'x'], [9, 1, 1])[0]).toBe('rare, common');
  });

  it('gives siblings different names by further words, then by a number', () => {
    const labels = ['red green blue', 'red green blue gold', 'red green blue'];
    const names = groupNames([group(0, null, [0]), group(1, null, [1]), group(2, null, [2])], labels, even(3));
    expect(new Set(names).size).toBe(3);
    expect(names[0]).toBe('blue, green, red');
    expect(names[1]).toContain('gold');
    expect(names[2]).toBe('blue, green, red · 2');
    const same = ['a word', 'a word', 'a word', 'a word'].map((_, i) => group(i, null, [i]));
    expect(new Set(groupNames(same, new Array<string>(4).fill('a word'), even(4))).size).toBe(4);
  });

  it('lets groups of different parents share a name', () => {
    const groups = [group(0, null, [0, 1]), group(1, null, [2]), group(2, 0, [0]), group(3, 0, [1])];
    const names = groupNames(groups, ['cat', 'cup', 'cat'], even(3));
    expect(names[1]).toBe('cat');
    expect(names[2]).toBe('cat');
  });

  it('is never empty: groups without words go by their first concept', () => {
    expect(groupNames([group(0, null, [3, 5]), group(1, null, [4])], ['', '', '', 'the', '—', 'a'], even(6))).toEqual(['3', '4']);
    expect(groupNames([group(0, null, [7])], [], [])).toEqual(['7']);
  });

  it('does not need weights above 0', () => {
    expect(groupNames([group(0, null, [0, 1])], ['owl', 'bat'], [0, 0])).toEqual(['bat, owl']);
  });

  it('keeps words of one character in Japanese', () => {
    expect(groupNames([group(0, null, [0, 1]), group(1, null, [2])], ['猫', 'ケーキ、猫', '犬'], even(3))).toEqual(['猫, ケーキ', '犬']);
  });
});
