import type { BridgeRow } from './bridge-rows.ts';

/** Rounds of barycentres: the order settles long before. */
const ROUNDS = 24;

/** The concepts of the image side (rows) and of the text side (columns), ordered so that strong bridges lie near the diagonal. */
export interface MatrixOrder {
  readonly images: readonly number[];
  readonly texts: readonly number[];
}

/**
 * Order by barycentres (Sugiyama et al. 1981): in turn, each side is sorted by the mean place of its bridges on the other, weighted with
 * B − null; it starts from the strongest bridge's concepts, ties keep the order before, so that the same bridges give the same order.
 */
export function matrixOrder(rows: readonly BridgeRow[]): MatrixOrder {
  let images = [...new Set(rows.map(({ i }) => i))];
  let texts = [...new Set(rows.map(({ j }) => j))];
  for (let round = 0; round < ROUNDS; round++) {
    texts = sorted(texts, images, rows.map(({ i, j, excess }) => [j, i, excess]));
    images = sorted(images, texts, rows.map(({ i, j, excess }) => [i, j, excess]));
  }
  return { images, texts };
}

/** `side` by the weighted mean places in `other` of its `[own, other's, weight]` links. */
function sorted(side: readonly number[], other: readonly number[], links: readonly (readonly [number, number, number])[]): number[] {
  const places = new Map(other.map((concept, n) => [concept, n]));
  const sums = new Map<number, { place: number; weight: number }>();
  for (const [own, far, weight] of links) {
    const before = sums.get(own) ?? { place: 0, weight: 0 };
    sums.set(own, { place: before.place + weight * (places.get(far) ?? 0), weight: before.weight + weight });
  }
  const centre = (concept: number): number => { const { place, weight } = sums.get(concept) ?? { place: 0, weight: 0 }; return weight > 0 ? place / weight : 0; };
  const rank = new Map(side.map((concept, n) => [concept, n]));
  return [...side].sort((a, b) => centre(a) - centre(b) || (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}
