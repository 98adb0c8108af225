import type { GroupNode } from './tree.ts';

/** Words that name nothing. */
const STOP = new Set(['and', 'the', 'of', 'with', 'in', 'on', 'at', 'by', 'an', 'to', 'for', 'or']);
/** One letter or digit says nothing, but one character of Chinese or Japanese is a word. */
const MEANS_NOTHING = /^[\p{Script=Latin}\p{N}]$/u;
/** Words of a name. */
const WORDS = 3;
/** A word that is nowhere else counts as if this share of it were. */
const ELSEWHERE = 1e-3;

/** Concepts' labels as words, and the summed weight of those that have each. */
interface Vocabulary {
  readonly words: readonly ReadonlySet<string>[];
  readonly weights: ArrayLike<number>;
  readonly total: ReadonlyMap<string, number>;
}

/**
 * A name for each group: the up to three words of its concepts' `labels` `(c)` that weigh most in it and least outside it, by
 * `w_in · log(1 + w_all / (w_out + 0.001·w_all))`, w the summed `weights` `(c)` of the concepts whose label has the word (tf-idf). Siblings
 * do not get the same name: the later one gets further words, and its first concept's number where they do not suffice. Never empty: a
 * group without words is called by the number of its first concept.
 */
export function groupNames(groups: readonly GroupNode[], labels: readonly string[], weights: ArrayLike<number>): string[] {
  const words = labels.map(wordsIn);
  const vocabulary = { words, weights, total: weigh(words.keys(), words, weights) };
  const taken = new Map<number | null, Set<string>>();
  return groups.map(({ parent, members }) => {
    const others = taken.get(parent) ?? new Set();
    taken.set(parent, others);
    const ranked = ranking(members, vocabulary);
    let count = Math.min(WORDS, ranked.length);
    while (count < ranked.length && others.has(joined(ranked, count))) count += 1;
    const some = joined(ranked, count);
    const number = String(members[0] ?? '');
    const name = some === '' ? number : others.has(some) ? `${some} · ${number}` : some;
    others.add(name);
    return name;
  });
}

function joined(ranked: readonly string[], count: number): string {
  return ranked.slice(0, count).join(', ');
}

/** Words of the members' labels, those that tell the group best first, ties by spelling. */
function ranking(members: readonly number[], { words, weights, total }: Vocabulary): string[] {
  const scores = [...weigh(members, words, weights)].map(([word, inside]) => {
    const all = total.get(word) ?? inside;
    // Words of nothing but weightless concepts score 0, not NaN.
    return { word, score: all > 0 ? inside * Math.log(1 + all / (Math.max(0, all - inside) + ELSEWHERE * all)) : 0 };
  });
  return scores.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1)).map(({ word }) => word);
}

function weigh(concepts: Iterable<number>, words: readonly ReadonlySet<string>[], weights: ArrayLike<number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const i of concepts) for (const word of words[i] ?? []) sums.set(word, (sums.get(word) ?? 0) + (weights[i] ?? 0));
  return sums;
}

function wordsIn(label: string): ReadonlySet<string> {
  const words = label.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u);
  return new Set(words.filter((word) => word !== '' && !MEANS_NOTHING.test(word) && !STOP.has(word)));
}
