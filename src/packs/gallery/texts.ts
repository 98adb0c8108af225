import type { GalleryItem } from './list.ts';

/** A text of the vocabulary: the name of a pictogram, or only ever a keyword. */
export interface GalleryText {
  readonly text: string;
  readonly kind: 'name' | 'keyword';
  /** The Japanese label of the pictogram of that name, where one is known. */
  readonly ja: string | null;
}

/** The vocabulary of a gallery, and which texts each picture carries: its name first, then its keywords. */
export interface Vocabulary {
  readonly texts: readonly GalleryText[];
  /** `pairs[image]` = text numbers. */
  readonly pairs: readonly (readonly number[])[];
}

/** Category slugs of `streamline-ultimate-color`, which run their words together; unlisted keywords stay as they are. */
const RUN_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  arrowsdiagrams: ['arrows', 'diagrams'],
  businessproducts: ['business', 'products'],
  computersdeviceselectronics: ['computers', 'devices', 'electronics'],
  entertainmenteventshobbies: ['entertainment', 'events', 'hobbies'],
  filesfolders: ['files', 'folders'],
  fooddrinks: ['food', 'drinks'],
  healthbeauty: ['health', 'beauty'],
  imagesphotography: ['images', 'photography'],
  interfaceessential: ['interface'],
  internetnetworksservers: ['internet', 'networks', 'servers'],
  mapsnavigation: ['maps', 'navigation'],
  messageschatsmileys: ['messages', 'chat', 'smileys'],
  moneypaymentsfinance: ['money', 'payments', 'finance'],
  musicaudio: ['music', 'audio'],
  phonesmobiledevices: ['phones', 'mobile devices'],
  programingappswebsites: ['programming', 'apps', 'websites'],
  shippingdelivery: ['shipping', 'delivery'],
  shoppingecommerce: ['shopping', 'e-commerce'],
  socialmediasrewardsrating: ['social media', 'rewards', 'rating'],
  videomoviestv: ['video', 'movies', 'tv'],
  workofficecompanies: ['work', 'office', 'companies'],
};

/** Lower case, single spaces. */
function tidy(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

/** mini-clip's tokenizer keeps Latin letters and digits only: a text needs two letters to say anything to it. */
function sayable(text: string): boolean {
  return /[a-z].*[a-z]/.test(text.normalize('NFD').replace(/\p{M}/gu, ''));
}

/** The keywords of an item as words a person would type: `date / time` is two, run-together slugs are taken apart. */
function keywordsOf(item: GalleryItem): string[] {
  return item.keywords.flatMap((keyword) => RUN_TOGETHER[keyword] ?? keyword.split(/ [/+] /)).map(tidy);
}

/**
 * Collects the vocabulary of a gallery: unique names and keywords in the order of first appearance, names of all
 * pictures before the keywords. A text's Japanese is the commonest label of the pictures of that name.
 */
export function collectTexts(items: readonly GalleryItem[]): Vocabulary {
  const numbers = new Map<string, number>();
  const texts: { text: string; kind: 'name' | 'keyword' }[] = [];
  const numberOf = (text: string, kind: 'name' | 'keyword'): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.length);
    return texts.push({ text, kind }) - 1;
  };
  const names = items.map((item) => tidy(item.name)).map((name) => (sayable(name) ? [numberOf(name, 'name')] : []));
  const pairs = items.map((item, i) => {
    const keywords = keywordsOf(item).filter(sayable);
    return [...new Set([...(names[i] ?? []), ...keywords.map((keyword) => numberOf(keyword, 'keyword'))])];
  });
  const ja = japaneseNames(items);
  return { texts: texts.map(({ text, kind }) => ({ text, kind, ja: ja.get(text) ?? null })), pairs };
}

function japaneseNames(items: readonly GalleryItem[]): Map<string, string> {
  const votes = new Map<string, Map<string, number>>();
  for (const { name, label } of items) {
    if (label.ja === null) continue;
    const counts = votes.get(tidy(name)) ?? new Map<string, number>();
    counts.set(label.ja, (counts.get(label.ja) ?? 0) + 1);
    votes.set(tidy(name), counts);
  }
  // The sort is stable, so that of equally common labels the first in the list is taken.
  const commonest = (counts: Map<string, number>): string => [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  return new Map([...votes].map(([name, counts]) => [name, commonest(counts)]));
}
