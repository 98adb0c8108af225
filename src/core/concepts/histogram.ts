/** Counts of a concept's pre-codes among images and among texts, in common bins. */
export interface ConceptHistogram {
  /** One more than there are bins, from 0 to the largest pre-code of both; bin b holds `edges[b] ≤ p < edges[b + 1]`, the last one also its end. */
  readonly edges: readonly number[];
  readonly images: readonly number[];
  readonly texts: readonly number[];
  /** Items whose pre-code is 0: they are in no bin. */
  readonly silentImages: number;
  readonly silentTexts: number;
}

/**
 * Histogram of the pre-codes `(n)` (not below 0, as `conceptPrecodes` gives them) of both modalities in `bins` bins of equal width. They
 * are those of all items, also of the ones that θ keeps silent, so that θ can be marked on the same axis.
 */
export function conceptHistogram(images: Float32Array, texts: Float32Array, bins: number): ConceptHistogram {
  const top = Math.max(maximum(images), maximum(texts)) || 1;
  const edges = Array.from({ length: bins + 1 }, (_, b) => (top * b) / bins);
  const ofImages = counted(images, edges);
  const ofTexts = counted(texts, edges);
  return { edges, images: ofImages.counts, texts: ofTexts.counts, silentImages: ofImages.silent, silentTexts: ofTexts.silent };
}

/** Number b of the bin with `edges[b] ≤ value < edges[b + 1]`, the last one also with its end; edges are evenly spaced from 0, the value lies between them. */
export function binOf(value: number, edges: ArrayLike<number>): number {
  const bins = edges.length - 1;
  let bin = Math.min(bins - 1, Math.floor((value / (edges[bins] ?? 1)) * bins));
  // This product rounds otherwise than the edge did; the edge decides.
  if (value < (edges[bin] ?? 0)) bin -= 1;
  else if (bin < bins - 1 && value >= (edges[bin + 1] ?? Infinity)) bin += 1;
  return bin;
}

function counted(values: Float32Array, edges: readonly number[]): { counts: number[]; silent: number } {
  const bins = edges.length - 1;
  const counts = new Array<number>(bins).fill(0);
  let silent = 0;
  for (const value of values) {
    if (!(value > 0)) {
      silent += 1;
      continue;
    }
    const bin = binOf(value, edges);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { counts, silent };
}

function maximum(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
