import { energy, frequency, modalityScore } from '../core/metrics.ts';
import { codeRow, type SparseCodes } from '../core/tensor.ts';

/** An item of the pack and a concept's activation on it. */
export interface Activated {
  readonly item: number;
  readonly activation: number;
}

/** What a pack knows about each concept from its codes; every array has one entry a concept. */
export interface ConceptStatistics {
  /** `E[z_i]` over the images, and over the texts. */
  readonly energyImages: Float64Array;
  readonly energyTexts: Float64Array;
  /** Share of images, and of texts, with `z_i > 0`. */
  readonly frequencyImages: Float64Array;
  readonly frequencyTexts: Float64Array;
  /** `E_img / (E_img + E_txt)` of the two means, so that the number of texts does not tilt it; NaN for dead concepts. */
  readonly modality: Float64Array;
  readonly topImages: readonly (readonly Activated[])[];
  readonly topTexts: readonly (readonly Activated[])[];
}

/** Statistics of the codes `(n, c)` of a pack's images and texts (method.md, "Metrics"), with `top` examples of each modality. */
export function conceptStatistics(images: SparseCodes, texts: SparseCodes, top: number): ConceptStatistics {
  const energyImages = energy(images);
  const energyTexts = energy(texts);
  return {
    energyImages,
    energyTexts,
    frequencyImages: frequency(images),
    frequencyTexts: frequency(texts),
    modality: modalityScore(energyImages, energyTexts),
    topImages: byConcept(images).map((items) => items.slice(0, top)),
    topTexts: byConcept(texts).map((items) => items.slice(0, top)),
  };
}

/** The codes turned round: for each concept the items it is active on, highest activation first, ties by item. */
export function byConcept(codes: SparseCodes): Activated[][] {
  const active: Activated[][] = Array.from({ length: codes.cols }, () => []);
  for (let item = 0; item < codes.rows; item++) {
    const { indices, values } = codeRow(codes, item);
    for (const [e, index] of indices.entries()) {
      const activation = values[e] ?? 0;
      if (activation > 0) active[index]?.push({ item, activation });
    }
  }
  for (const items of active) items.sort((a, b) => b.activation - a.activation || a.item - b.item);
  return active;
}
