/** Words that say nothing by themselves. */
const EMPTY = new Set('with of on and in the an for to at by or from is up as its it'.split(' '));

/** A word of a text: how it is compared and how it is shown. */
export interface Word {
  /** Without case, accents, apostrophes and hyphens. */
  readonly key: string;
  readonly shown: string;
}

/** The words of a text in order, split where punctuation parts it; hyphenated ones stay whole. */
export function segmentsOf(text: string): Word[][] {
  return text.toLowerCase().split(/[^\p{L}\p{N}’'\s-]+/u).map((segment) => {
    const shown = segment.match(/[\p{L}\p{N}]+(?:[’'-][\p{L}\p{N}]+)*/gu) ?? [];
    return shown.map((word) => ({ key: word.normalize('NFD').replace(/[^a-z0-9]/g, ''), shown: word })).filter(({ key }) => key !== '');
  });
}

/** True for words that can be a label: two letters or more, no number, none of the little words. */
export function isTelling({ key }: Word): boolean {
  return /[a-z].*[a-z]/.test(key) && !EMPTY.has(key);
}

/** `key` without its plural s, when the vocabulary also knows the word without it. */
export function singular(key: string, known: ReadonlySet<string>): string {
  const stem = key.slice(0, -1);
  return key.length > 3 && key.endsWith('s') && !key.endsWith('ss') && known.has(stem) ? stem : key;
}
