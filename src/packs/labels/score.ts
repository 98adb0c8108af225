import type { Activated } from '../statistics.ts';

/** Activations of one concept in one modality, and the sums that F needs. */
export interface Side {
  readonly share: number;
  readonly z: Map<number, number>;
  readonly squares: number;
}

/** Activations relative to the largest; `active` is in falling order, `share` the weight of the modality. */
export function side(active: readonly Activated[], share: number): Side {
  const largest = active[0]?.activation ?? 1;
  const z = new Map(active.map(({ item, activation }) => [item, activation / largest]));
  let squares = 0;
  for (const value of z.values()) squares += value * value;
  return { share, z, squares };
}

/** Score of the items that a label applies to, 0 … 1: `share`-weighted soft F of both modalities (labels.ts). */
export function score(images: Side, texts: Side, inImages: readonly number[], inTexts: readonly number[]): number {
  return images.share * softF1(images, inImages) + texts.share * softF1(texts, inTexts);
}

/** `2PR / (P + R)` of precision `P = Σ_T z² / Σ z²` and recall `R = Σ_T z / |T|` over the items T. */
function softF1({ z, squares }: Side, items: readonly number[]): number {
  let sum = 0;
  let inside = 0;
  for (const item of items) {
    const value = z.get(item) ?? 0;
    sum += value;
    inside += value * value;
  }
  if (sum === 0) return 0;
  const precision = inside / squares;
  const recall = sum / items.length;
  return (2 * precision * recall) / (precision + recall);
}

/** Items of `a` and `b`. */
export function both(a: readonly number[], b: readonly number[]): number[] {
  const inB = new Set(b);
  return a.filter((item) => inB.has(item));
}

/** Items of `a` or `b`. */
export function either(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])];
}
