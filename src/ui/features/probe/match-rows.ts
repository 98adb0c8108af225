import { BIAS, type Contribution } from '../../../core/pair.ts';

/** One bar of the chart: a concept pair, or one concept with its halves of all its pairs. */
export interface MatchRow {
  /** One concept, or two. */
  readonly concepts: readonly number[];
  readonly value: number;
}

/** Concept pairs, strongest first; the bias has a line of its own. */
export function pairRows(contributions: readonly Contribution[]): MatchRow[] {
  return contributions
    .filter(({ i, j }) => i !== BIAS && j !== BIAS)
    .map(({ i, j, value }) => ({ concepts: i === j ? [i] : [i, j], value }));
}

/** Every concept with half of each pair it is in (all of a pair with itself), strongest first; the sum stays the same. */
export function conceptRows(contributions: readonly Contribution[]): MatchRow[] {
  const sums = new Map<number, number>();
  for (const { i, j, value } of contributions) {
    if (i === BIAS || j === BIAS) continue;
    for (const concept of [i, j]) sums.set(concept, (sums.get(concept) ?? 0) + value / 2);
  }
  return [...sums].map(([concept, value]) => ({ concepts: [concept], value })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}
