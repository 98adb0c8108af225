import { BINS, binEdges } from './histogram.ts';
import type { ModalitySums } from './modality-sums.ts';

/** One concept as a classifier of modality: rows with z_i at or above the threshold are of one modality, the others of the other. */
export interface ConceptClassifier {
  /** Smallest activation on the upper side. */
  readonly threshold: number;
  /** Which modality lies above. */
  readonly above: 'image' | 'text';
  /** Mean of the shares of held-out images and of held-out texts that are on their side: 0.5 is chance, whatever the numbers of rows. */
  readonly accuracy: number;
}

/**
 * Best single threshold on each concept. The paper's protocol is not known; ours: rows are split 80/20 by a seeded hash of their
 * embedding, the threshold (an edge of the histogram's bins, a quarter of an octave apart) and the side are the best ones on the
 * 80 %, and accuracy is the balanced one on the 20 %. Null for dead concepts, and everywhere where a modality has no row in one of
 * the two parts.
 */
export function conceptClassifiers(images: ModalitySums, texts: ModalitySums, dead: readonly boolean[]): (ConceptClassifier | null)[] {
  const training = { images: images.counts.rows - images.counts.heldOut, texts: texts.counts.rows - texts.counts.heldOut };
  const heldOut = { images: images.counts.heldOut, texts: texts.counts.heldOut };
  if (Math.min(training.images, training.texts, heldOut.images, heldOut.texts) === 0) return dead.map(() => null);
  const edges = binEdges();
  return dead.map((isDead, concept) => {
    if (isDead) return null;
    const fit = lift(images.training.counts, texts.training.counts, concept, training);
    // Of equally good thresholds the lowest one: it is the one that most rows decide.
    let best = 0;
    for (let b = 1; b < BINS; b++) if (Math.abs(fit[b] ?? 0) > Math.abs(fit[best] ?? 0)) best = b;
    const side = (fit[best] ?? 0) >= 0 ? 1 : -1;
    const tested = lift(images.heldOut.counts, texts.heldOut.counts, concept, heldOut)[best] ?? 0;
    // Anything above 0 counts for the first bin, so that its threshold is the smallest float there is.
    return { threshold: best === 0 ? Number.MIN_VALUE : (edges[best] ?? 0), above: side > 0 ? 'image' : 'text', accuracy: 0.5 + (side * tested) / 2 };
  });
}

/** `(BINS)` share of images less share of texts in or above each bin. */
function lift(images: Uint32Array, texts: Uint32Array, concept: number, rows: { readonly images: number; readonly texts: number }): Float64Array {
  const lifts = new Float64Array(BINS);
  let above = 0;
  let aboveTexts = 0;
  for (let b = BINS - 1; b >= 0; b--) {
    above += images[concept * BINS + b] ?? 0;
    aboveTexts += texts[concept * BINS + b] ?? 0;
    lifts[b] = above / rows.images - aboveTexts / rows.texts;
  }
  return lifts;
}
