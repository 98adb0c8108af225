import { isTelling, segmentsOf, singular, type Word } from './words.ts';

/** What the label of a concept may be taken from: a name or keyword of the vocabulary, words in some of them, a drawing style. */
export type LabelSource = 'name' | 'keyword' | 'word' | 'style';

/** A word or text that could name a concept, with the items it applies to (ascending). */
export interface Candidate {
  readonly label: string;
  readonly ja: string | null;
  readonly from: LabelSource;
  /** Images that carry it as name or keyword, or have the word in their name. */
  readonly images: readonly number[];
  /** Texts that are it, or contain it. */
  readonly texts: readonly number[];
  /** Factor on its score when candidates are compared. */
  readonly weight: number;
}

/** What candidates are made from. */
export interface LabelMaterial {
  readonly texts: readonly { readonly text: string; readonly kind: 'name' | 'keyword'; readonly ja: string | null }[];
  /** `pairs[image]` = the texts it carries, as name or keyword. */
  readonly pairs: readonly (readonly number[])[];
  /** Drawing style of each image. */
  readonly styles: readonly string[];
}

/** A keyword that is no word of any name is often an association ("celebrate" for a tree): it has to be clearly better. */
const ASSOCIATION = 0.85;
/** Of candidates that apply to the same items, whole texts and phrases say more than a word of them. */
const PHRASE = 0.98;
const WORD = 0.97;
/** A style explains a concept only where words do not. */
const STYLE = 0.7;
/** What applies to many items ("face") says little: a tenfold of items costs this much, from this number of items on. */
const COMMON_COST = 0.1;
const COMMON_FROM = 30;
/** A phrase that is no text of the vocabulary has to occur in this many. */
const PHRASE_TEXTS = 3;

interface Draft {
  readonly images: Set<number>;
  readonly texts: Set<number>;
  readonly shown: Map<string, number>;
  inNames: boolean;
}

/**
 * The candidates of a gallery: every text of its vocabulary; every telling word in them, plurals folded in;
 * every phrase of two or three words that keeps coming back; every style. A label may have two candidates.
 * In the order of first appearance, so that equal scores always fall the same way.
 */
export function labelCandidates({ texts, pairs, styles }: LabelMaterial): Candidate[] {
  const parsed = texts.map(({ text }) => segmentsOf(text));
  const known = new Set(parsed.flat(2).map((word) => word.key));
  const whole = new Map(parsed.map((segments, t) => [keyOf(segments.flat()), t]));
  const drafts = new Map<string, Draft>();
  const draftOf = (key: string): Draft => {
    const draft = drafts.get(key) ?? { images: new Set(), texts: new Set(), shown: new Map(), inNames: false };
    drafts.set(key, draft);
    return draft;
  };

  const keysOfText = parsed.map((segments, t) => {
    const keys = new Set([keyOf(segments.flat())]);
    for (const word of segments.flat().filter(isTelling)) {
      for (const key of [word.key, singular(word.key, known)]) keys.add(key);
      count(draftOf(word.key).shown, word.shown);
    }
    for (const phrase of segments.flatMap(phrasesOf)) {
      keys.add(keyOf(phrase));
      count(draftOf(keyOf(phrase)).shown, phrase.map((word) => word.shown).join(' '));
    }
    for (const key of keys) {
      const draft = draftOf(key);
      draft.texts.add(t);
      draft.inNames ||= texts[t]?.kind === 'name';
    }
    return keys;
  });
  for (const [image, carried] of pairs.entries()) {
    for (const t of carried) {
      // Every word of its name applies to a picture, but of its keywords only the whole: "red hair" is no "red".
      const key = keyOf((parsed[t] ?? []).flat());
      const applying = texts[t]?.kind === 'name' ? (keysOfText[t] ?? []) : [key, singular(key, known)];
      for (const each of applying) draftOf(each).images.add(image);
    }
  }

  const candidates: Candidate[] = [];
  for (const [key, draft] of drafts) {
    const text = texts[whole.get(key) ?? -1];
    const label = text?.text ?? commonest(draft.shown);
    if (label === undefined || (text === undefined && key.includes(' ') && draft.texts.size < PHRASE_TEXTS)) continue;
    candidates.push({
      label,
      ja: text?.ja ?? null,
      from: text?.kind ?? 'word',
      images: ascending(draft.images),
      texts: ascending(draft.texts),
      weight: weightOf(key, text !== undefined, draft),
    });
  }
  return [...candidates, ...exactCandidates(texts, pairs), ...styleCandidates(styles)];
}

/** Texts of one word once more, without the longer ones that contain it: some concepts know just "wheelchair". */
function exactCandidates(texts: LabelMaterial['texts'], pairs: LabelMaterial['pairs']): Candidate[] {
  const named = new Map<number, number[]>();
  for (const [image, [name]] of pairs.entries()) {
    if (name !== undefined && texts[name]?.kind === 'name') named.set(name, [...(named.get(name) ?? []), image]);
  }
  return texts.flatMap(({ text, kind, ja }, t) =>
    text.includes(' ') ? [] : [{ label: text, ja, from: kind, images: named.get(t) ?? [], texts: [t], weight: kind === 'name' ? 1 : ASSOCIATION }],
  );
}

function weightOf(key: string, isText: boolean, { inNames, images, texts }: Draft): number {
  const wording = isText ? 1 : key.includes(' ') ? PHRASE : WORD;
  const common = 1 - COMMON_COST * Math.log10(Math.max(1, (images.size + texts.size) / COMMON_FROM));
  return wording * common * (inNames ? 1 : ASSOCIATION);
}

function styleCandidates(styles: readonly string[]): Candidate[] {
  return [...new Set(styles)].map((style) => ({
    label: style,
    ja: null,
    from: 'style',
    images: styles.flatMap((other, image) => (other === style ? [image] : [])),
    texts: [],
    weight: STYLE,
  }));
}

function keyOf(words: readonly Word[]): string {
  return words.map((word) => word.key).join(' ');
}

/** Runs of two and three words that begin and end with a telling one. */
function phrasesOf(words: readonly Word[]): Word[][] {
  const runs = words.flatMap((_, at) => [words.slice(at, at + 2), words.slice(at, at + 3)]);
  return runs.filter((run, i) => run.length === 2 + (i % 2) && [run[0], run.at(-1)].every((word) => word !== undefined && isTelling(word)));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function commonest(shown: ReadonlyMap<string, number>): string | undefined {
  return [...shown].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function ascending(numbers: ReadonlySet<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
