import { invariant } from '../../core/errors.ts';
import type { Activated } from '../statistics.ts';
import type { Candidate, LabelSource } from './candidates.ts';
import { both, either, score, side, type Side } from './score.ts';

/** The automatic label of a concept. */
export interface Label {
  readonly label: string;
  readonly ja: string | null;
  /** 0 … 1, see `labelConcepts`; null where there are no examples to judge by. */
  readonly score: number | null;
  readonly from: LabelSource | 'none';
}

/** Label of a concept that no item of the pack activates; pictures of other kinds may. */
const NOWHERE: Label = { label: 'not in the gallery', ja: 'ギャラリーにない概念', score: null, from: 'none' };

/** A concept as the labeller sees it: where it is active, highest activation first. */
export interface LabelSubject {
  readonly images: readonly Activated[];
  readonly texts: readonly Activated[];
  /** Modality score, the weight of the images; NaN for dead concepts. */
  readonly modality: number;
}

/** A label has to apply to one of this many top examples, in a modality that has at least this share of the energy. */
const EXAMPLES = 8;
const SPEAKING_SHARE = 0.2;
/** How many of the best single candidates are tried in pairs. */
const PAIRED = 24;
/** A pair has to be this much better than the best single label, as a ratio and absolutely, and short enough to read. */
const PAIR_GAIN = 1.2;
const PAIR_STEP = 0.04;
const PAIR_LENGTH = 40;
/** A label that another concept has already is replaced by one of at least this share of its score. */
const OTHER_SCORE = 0.7;

/**
 * Labels every concept with the candidate, among those that apply to one of its top examples, that best separates the items
 * it is active on from the rest. In each modality, with activations relative to the concept's largest, z ∈ [0, 1], and the
 * candidate applying to the items T: precision `P = Σ_T z² / Σ z²` (squares, because the top examples are what a concept is
 * known by), recall `R = Σ_T z / |T|`, `F = 2PR / (P + R)`. The score is `m·F_images + (1 − m)·F_texts`, m = modality score;
 * 1: active on exactly T, equally; 0: nowhere on T. Two candidates make a label when that is clearly better: "a · b" for items
 * that both apply to, "a, b" for either. When two concepts come out the same, the one with the lower score takes its best
 * other label that is not much worse. Concepts without any activity are `NOWHERE`.
 */
export function labelConcepts(subjects: readonly LabelSubject[], candidates: readonly Candidate[]): Label[] {
  const scorer = new Scorer(candidates);
  const ranked = subjects.map((subject) => (isDead(subject) ? [] : scorer.labels(subject)));
  const taken = new Set<string>();
  const labels: Label[] = [];
  const byScore = [...ranked.entries()].sort(([, a], [, b]) => (b[0]?.score ?? 0) - (a[0]?.score ?? 0));
  for (const [concept, own] of byScore) {
    const [first] = own;
    if (first === undefined) {
      labels[concept] = NOWHERE;
      continue;
    }
    const enough = first.score * OTHER_SCORE;
    const chosen = own.find((other) => other.score >= enough && !taken.has(other.label) && (other === first || saysMore(other.label, first.label))) ?? first;
    taken.add(chosen.label);
    labels[concept] = chosen;
  }
  return labels;
}

function isDead({ images, texts }: LabelSubject): boolean {
  return images.length + texts.length === 0;
}

interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
}

/** A label of a living concept; `rank` is its score times the weight of its candidates. */
interface ScoredLabel extends Label {
  readonly score: number;
  readonly rank: number;
}

class Scorer {
  readonly #candidates: readonly Candidate[];
  /** Numbers of the candidates that apply to each image, and to each text. */
  readonly #ofImage: Map<number, number[]>;
  readonly #ofText: Map<number, number[]>;

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
    this.#ofImage = inverted(candidates.map((c) => c.images));
    this.#ofText = inverted(candidates.map((c) => c.texts));
  }

  /** The labels a living concept can have, the one it should have first. */
  labels(subject: LabelSubject): ScoredLabel[] {
    const images = side(subject.images, subject.modality);
    const texts = side(subject.texts, 1 - subject.modality);
    const touched = new Set<number>();
    for (const [of, { z, share }] of [[this.#ofImage, images], [this.#ofText, texts]] as const) {
      if (share < SPEAKING_SHARE) continue;
      for (const item of [...z.keys()].slice(0, EXAMPLES)) for (const candidate of of.get(item) ?? []) touched.add(candidate);
    }
    const scored = [...touched]
      .sort((a, b) => a - b)
      .flatMap((n) => {
        const candidate = this.#candidates[n];
        return candidate === undefined ? [] : [{ candidate, score: score(images, texts, candidate.images, candidate.texts) }];
      })
      .sort((a, b) => b.score * b.candidate.weight - a.score * a.candidate.weight);
    const best = scored[0];
    invariant(best !== undefined, 'every active item has a candidate: its own text, or its style');
    const singles = scored.slice(0, PAIRED).map(toLabel);
    const bar = best.score * best.candidate.weight;
    const pairs = pairLabels(images, texts, scored);
    const better = pairs.filter(({ rank }) => rank > Math.max(bar * PAIR_GAIN, bar + PAIR_STEP));
    const others = [...singles, ...pairs].sort((a, b) => b.rank - a.rank);
    return [...better.slice(0, 1), ...singles.slice(0, 1), ...others];
  }
}

/** Pairs of the best candidates, best first. */
function pairLabels(images: Side, texts: Side, scored: readonly Scored[]): ScoredLabel[] {
  const found: ScoredLabel[] = [];
  const pool = scored.filter(({ candidate }) => candidate.from !== 'style').slice(0, PAIRED);
  for (const [n, { candidate: a }] of pool.entries()) {
    for (const { candidate: b } of pool.slice(n + 1)) {
      if (a.label.length + b.label.length > PAIR_LENGTH || overlapping(a.label, b.label)) continue;
      for (const [mark, markJa, join] of [[' · ', '・', both], [', ', '、', either]] as const) {
        const inImages = join(a.images, b.images);
        const inTexts = join(a.texts, b.texts);
        const size = inImages.length + inTexts.length;
        // An intersection that is all of one of them says that the other goes without saying.
        if (size < 2 || (join === both && size === Math.min(sizeOf(a), sizeOf(b)))) continue;
        const joint = score(images, texts, inImages, inTexts);
        const ja = a.ja === null || b.ja === null ? null : `${a.ja}${markJa}${b.ja}`;
        found.push({ label: `${a.label}${mark}${b.label}`, ja, score: round(joint), from: a.from === b.from ? a.from : 'word', rank: joint * Math.min(a.weight, b.weight) });
      }
    }
  }
  return found.sort((a, b) => b.rank - a.rank);
}

function sizeOf({ images, texts }: Candidate): number {
  return images.length + texts.length;
}

/** "red heart, heart" says the same word twice. */
function overlapping(a: string, b: string): boolean {
  const words = wordSet(a);
  return [...wordSet(b)].some((word) => words.has(word));
}

/** True unless every word of `other` is in `label` already. */
function saysMore(other: string, label: string): boolean {
  const words = wordSet(label);
  return [...wordSet(other)].some((word) => !words.has(word));
}

function wordSet(label: string): Set<string> {
  return new Set(label.match(/[\p{L}\p{N}]+/gu) ?? []);
}

function toLabel({ candidate, score: value }: Scored): ScoredLabel {
  return { label: candidate.label, ja: candidate.ja, score: round(value), from: candidate.from, rank: value * candidate.weight };
}

function inverted(lists: readonly (readonly number[])[]): Map<number, number[]> {
  const of = new Map<number, number[]>();
  for (const [n, items] of lists.entries()) {
    for (const item of items) {
      const list = of.get(item);
      if (list === undefined) of.set(item, [n]);
      else list.push(n);
    }
  }
  return of;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
