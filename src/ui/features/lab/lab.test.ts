import { describe, expect, it } from 'vitest';
import { captionLines, matchCaptions } from '../../../core/captions.ts';
import { sortDropped } from './data/sort-dropped.ts';
import { isCount, isShare, parseList } from './frontier/plan.ts';

describe('captions', () => {
  const pictures = ['cat.png', 'Dog.JPG'];
  it('go by file name where lines begin with one, several a picture', () => {
    const match = matchCaptions(pictures, 'dog.jpg\ta dog\n\ncat\ta cat\ncat.png\tanother cat\r\nno picture of mine\n');
    expect(match).toEqual({ texts: ['a dog', 'a cat', 'another cat', 'no picture of mine'], pairs: [[1, 0], [0, 1], [0, 2]], how: 'name' });
  });
  it('go by order where there are as many of both, else not at all', () => {
    expect(matchCaptions(pictures, 'a cat\na dog')).toMatchObject({ pairs: [[0, 0], [1, 1]], how: 'order' });
    expect(matchCaptions(pictures, 'a cat')).toEqual({ texts: ['a cat'], pairs: [], how: 'none' });
    expect(matchCaptions([], '')).toEqual({ texts: [], pairs: [], how: 'none' });
  });
  it('keep a tab in a line that names no picture', () => {
    expect(matchCaptions(pictures, 'fish\ta fish').texts).toEqual(['fish\ta fish']);
  });
  it('of a file beside a picture are about that picture', () => {
    expect(captionLines('dog.txt', 'a dog\n\na puppy\n', pictures)).toBe('Dog.JPG\ta dog\nDog.JPG\ta puppy');
    expect(captionLines('captions.txt', ' a cat \n', pictures)).toBe('a cat');
  });
});

describe('dropped files', () => {
  const named = (...names: string[]): { name: string; blob: Blob }[] => names.map((name) => ({ name, blob: new Blob() }));
  const names = (files: readonly { name: string }[]): string[] => files.map(({ name }) => name);
  it('are sorted by what they can be', () => {
    const sorted = sortDropped(named('clip_images.npy', 'clip_text.npy', 'captions.safetensors', 'context.npz', 'pairs.csv'));
    expect([names(sorted.images), names(sorted.texts), sorted.pairs?.name]).toEqual([['clip_images.npy', 'context.npz'], ['clip_text.npy', 'captions.safetensors'], 'pairs.csv']);
    const items = sortDropped(named('cat.png', 'cat.txt', 'photo.jpeg'));
    expect([names(items.pictures), names(items.captions), items.pairs]).toEqual([['cat.png', 'photo.jpeg'], ['cat.txt'], null]);
  });
});

describe('lists typed by hand', () => {
  it('take any separator, once each, and nothing that does not fit', () => {
    expect(parseList('4, 8;16 8、32', isCount)).toEqual([4, 8, 16, 32]);
    expect(parseList('', isShare)).toEqual([]);
    for (const wrong of ['4, x', '0', '1.5', '-2', '5000']) expect(parseList(wrong, isCount)).toBeNull();
    expect(parseList('0, 0.5, 1', isShare)).toEqual([0, 0.5, 1]);
    expect(parseList('1.1', isShare)).toBeNull();
    expect(parseList(Array.from({ length: 25 }, (_, i) => String(i + 1)).join(' '), isCount)).toBeNull();
  });
});
