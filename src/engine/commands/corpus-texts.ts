import type { GalleryItem } from '../../packs/gallery/list.ts';
import { collectTexts } from '../../packs/gallery/texts.ts';

/** How a person may ask for a pictogram; each name is put into one of them, in turn. */
const TEMPLATES = ['{} icon', 'an emoji of {}', 'a drawing of {}', 'a picture of a {}', 'a photo of a {}', 'a {}'];
/** Ends of icon names that say how large or in which variant a pictogram is drawn, not what it shows. */
const VARIANT = /-(?:16|20|24|28|32|48|fill)$/;

/**
 * Texts to train a dictionary on, each once: the vocabulary of the gallery in its order, then each of its names in a phrase and with two
 * of its keywords, then the names of the other icons as words.
 */
export function corpusTexts(items: readonly GalleryItem[], icons: readonly string[]): string[] {
  const { texts, pairs } = collectTexts(items);
  const vocabulary = texts.map(({ text }) => text);
  const names = texts.flatMap(({ text, kind }) => (kind === 'name' ? [text] : []));
  const phrases = names.map((name, i) => (TEMPLATES[i % TEMPLATES.length] ?? '{}').replace('{}', () => name));
  const carried = pairs.flatMap((texts, i) => {
    const [name, ...keywords] = texts.map((text) => vocabulary[text] ?? '');
    if (name === undefined || keywords.length < 2) return [];
    // Another pair for each style of the same pictogram.
    const at = i % (keywords.length - 1);
    return [`${name}, ${keywords.slice(at, at + 2).join(', ')}`];
  });
  return [...new Set([...vocabulary, ...phrases, ...carried, ...icons.map(iconWords)])];
}

/** `arrow-up-bold` as a person would write it. */
function iconWords(icon: string): string {
  return icon.replace(VARIANT, '').replaceAll('-', ' ');
}
