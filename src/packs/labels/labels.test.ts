import { describe, expect, it } from 'vitest';
import { item } from '../../../tests/support/tiny-pack.ts';
import { collectTexts } from '../gallery/texts.ts';
import type { GalleryItem } from '../gallery/list.ts';
import { labelCandidates } from './candidates.ts';
import { labelConcepts, type Label, type LabelSubject } from './labels.ts';

const items: readonly GalleryItem[] = [
  item('red heart', ['love'], { label: { en: 'red heart', ja: '赤いハート' } }),
  item('blue heart', ['love']),
  item('red apple', ['fruit']),
  item('green apple', ['fruit']),
  item('red car'),
  item('blue car', [], { style: 'weather icon' }),
  item('green frog', [], { style: 'weather icon' }),
  item('dogs', ['pet'], { style: 'weather icon' }),
  item('dog face', ['pet']),
  item('boat', ['sea'], { label: { en: 'boat', ja: '舟' } }),
];
const vocabulary = collectTexts(items);
const candidates = labelCandidates({ ...vocabulary, styles: items.map(({ style }) => style) });

function imagesOf(names: Readonly<Record<string, number>>): LabelSubject['images'] {
  const active = Object.entries(names).map(([name, activation]) => ({ item: items.findIndex((i) => i.name === name), activation }));
  return active.sort((a, b) => b.activation - a.activation);
}

function textsOf(texts: readonly string[]): LabelSubject['texts'] {
  return texts.map((text) => ({ item: vocabulary.texts.findIndex((t) => t.text === text), activation: 1 }));
}

function label(subject: Partial<LabelSubject>): Label {
  const [found] = labelConcepts([{ images: [], texts: [], modality: subject.texts === undefined ? 1 : 0, ...subject }], candidates);
  if (found === undefined) throw new Error('no label');
  return found;
}

describe('labelConcepts', () => {
  it('finds the word that applies to exactly the items, with a perfect score', () => {
    expect(label({ images: imagesOf({ 'red heart': 2, 'red apple': 2, 'red car': 2 }) })).toMatchObject({ label: 'red', score: 1, from: 'word' });
    expect(label({ images: imagesOf({ 'red apple': 0.1, 'green apple': 0.1 }) })).toMatchObject({ label: 'apple', score: 1 });
    expect(label({ texts: textsOf(['red heart', 'blue heart']) })).toMatchObject({ label: 'heart', score: 1 });
  });

  it('folds a plural into its singular', () => {
    expect(label({ texts: textsOf(['dogs', 'dog face']) })).toMatchObject({ label: 'dog', score: 1 });
  });

  it('joins what is needed: both for an intersection, either for a union', () => {
    expect(label({ images: imagesOf({ boat: 1, 'red heart': 1, 'blue heart': 1 }) })).toMatchObject({ label: 'heart, boat', score: 1 });
    expect(label({ texts: textsOf(['boat', 'green frog']) }).label.split(', ').sort()).toEqual(['boat', 'green frog']);
    const both = labelCandidates({
      texts: ['a cat', 'red', 'cat', 'dog'].map((text) => ({ text, kind: 'keyword', ja: null })),
      pairs: [[1, 2], [1, 2], [1, 3], [1], [1], [2], [2, 3], [2]],
      styles: new Array<string>(8).fill('x'),
    });
    const images = [0, 1].map((n) => ({ item: n, activation: 1 }));
    expect(labelConcepts([{ images, texts: [], modality: 1 }], both)[0]).toMatchObject({ label: expect.stringMatching(/^(red · cat|cat · red)$/) as string, score: 1 });
  });

  it('prefers what fires strongly and specifically over what is there too', () => {
    expect(label({ images: imagesOf({ 'red heart': 1, 'blue heart': 1, 'red apple': 0.1, 'red car': 0.1 }) }).label).toMatch(/heart|love/);
    const weak = label({ images: imagesOf({ 'red heart': 1, 'green frog': 1, boat: 1, 'dog face': 1, 'blue car': 1 }) });
    expect(weak.score).toBeLessThan(1);
  });

  it('names a style where no word does', () => {
    expect(label({ images: imagesOf({ 'blue car': 1, 'green frog': 1, dogs: 1 }) })).toMatchObject({ label: 'weather icon', score: 1, from: 'style' });
  });

  it('weighs the modalities by the modality score', () => {
    const images = imagesOf({ boat: 1 });
    const texts = textsOf(['green frog']);
    expect(label({ images, texts, modality: 0.9 })).toMatchObject({ label: 'boat', ja: '舟', score: 0.9 });
    expect(label({ images, texts, modality: 0.1 })).toMatchObject({ label: 'green frog', ja: null, score: 0.9 });
  });

  it('gives a dead concept no score, and two concepts different labels where there are any', () => {
    const images = imagesOf({ 'red heart': 1, 'blue heart': 1 });
    const dead = { images: [], texts: [], modality: Number.NaN };
    const found = labelConcepts([{ images, texts: [], modality: 1 }, dead, { images, texts: [], modality: 1 }], candidates);
    expect(found.map(({ score }) => score)).toEqual([1, null, 1]);
    expect(found[1]).toMatchObject({ from: 'none' });
    expect(found[0]?.label).not.toBe(found[2]?.label);
  });

  it('has a label with a score from 0 to 1 for every item alone', () => {
    const subjects = items.map((_, n): LabelSubject => ({ images: [{ item: n, activation: 1 }], texts: [], modality: 1 }));
    for (const { score, label: text } of labelConcepts(subjects, candidates)) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(text).not.toBe('');
    }
  });
});
