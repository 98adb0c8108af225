import uFuzzy from '@leeoniya/ufuzzy';

/** What a concept can be found by. */
export interface ConceptTexts {
  /** `(c)` labels in every language that there is, one's own first. */
  readonly labels: readonly (readonly string[])[];
}

/** What was found, best first. */
export interface FoundConcepts {
  readonly concepts: readonly number[];
  /** How many of them are there because of their number. */
  readonly byNumber: number;
}

/** Terms with letters that do not stand in words are looked for as they are. */
const WORDS_ONLY = /^[\p{Script=Latin}\p{M}\p{N}\p{P}\p{S}\s]*$/u;

/** One letter of a term may be wrong; the package's constant enum `IntraMode` has no value at run time. */
const ONE_WRONG: object = { intraMode: 1 };

/**
 * Concepts whose number or labels fit a query: the number itself first, then labels by ufuzzy (every term, misspelt by one letter at
 * most), or, for scripts without spaces, labels that hold the query. The same query finds the same, in the same order.
 */
export function findConcepts(query: string, { labels }: ConceptTexts): FoundConcepts {
  const asked = query.trim();
  if (asked === '') return { concepts: [], byNumber: 0 };
  const number = /^#?\d{1,9}$/u.test(asked) ? Number(asked.replace('#', '')) : Number.NaN;
  const numbered = number < labels.length ? [number] : [];
  const named = WORDS_ONLY.test(asked) ? byWords(asked, labels) : bySubstring(asked, labels);
  return { concepts: [...new Set([...numbered, ...named])], byNumber: numbered.length };
}

function byWords(query: string, labels: ConceptTexts['labels']): number[] {
  const owners: number[] = [];
  const haystack = labels.flatMap((texts, concept) => texts.map((text) => { owners.push(concept); return uFuzzy.latinize(text); }));
  const fuzzy = new uFuzzy(ONE_WRONG);
  const [found, info, order] = fuzzy.search(haystack, uFuzzy.latinize(query), 1, 10_000);
  if (found === null) return [];
  const ranked = order === null ? found : order.map((n) => info.idx[n] ?? 0);
  return ranked.map((at) => owners[at] ?? 0);
}

function bySubstring(query: string, labels: ConceptTexts['labels']): number[] {
  const asked = query.normalize('NFKC').toLowerCase();
  const at = labels.map((texts) => Math.min(...texts.map((text) => { const found = text.normalize('NFKC').toLowerCase().indexOf(asked); return found === -1 ? Infinity : found; }), Infinity));
  return [...labels.keys()].filter((concept) => at[concept] !== Infinity).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
}
