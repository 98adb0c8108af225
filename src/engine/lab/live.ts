import type { Dictionary } from '../../core/dictionary.ts';
import { matrix, rowOf, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import type { Work } from '../../core/work.ts';
import { conceptStatistics, type ConceptStatistics } from '../../packs/statistics.ts';
import { encodeRows } from '../encode-rows.ts';
import type { LiveConcept } from './protocol.ts';
import type { LabRows } from './rows.ts';

/** Rows of each modality that the concepts in formation are looked at with. */
const SAMPLE = 256;
/** Concepts that are followed, and examples shown of each. */
const FOLLOWED = 12;
const EXAMPLES = 6;

/** Concepts as they form: the same rows and, once chosen, the same concepts at every look, so that change is the training's. */
export class LiveConcepts {
  readonly #images: { readonly rows: Matrix; readonly items: Uint32Array };
  readonly #texts: { readonly rows: Matrix; readonly items: Uint32Array };
  #followed: readonly number[] | null = null;

  constructor({ images, texts }: Pick<LabRows, 'images' | 'texts'>) {
    this.#images = sample(images);
    this.#texts = sample(texts);
  }

  /** Looks at a dictionary in training. */
  async look(dictionary: Dictionary, work: Work): Promise<LiveConcept[]> {
    const images = await encodeRows(dictionary, this.#images.rows, work);
    const texts = await encodeRows(dictionary, this.#texts.rows, work);
    const statistics = conceptStatistics(images, texts, EXAMPLES);
    this.#followed ??= byEnergy(statistics).slice(0, FOLLOWED);
    const items = (of: Uint32Array) => (top: { readonly item: number; readonly activation: number }) => ({ item: of[top.item] ?? 0, activation: top.activation });
    return this.#followed.map((concept) => {
      const seen = liveConcept(statistics, concept);
      return { ...seen, topImages: seen.topImages.map(items(this.#images.items)), topTexts: seen.topTexts.map(items(this.#texts.items)) };
    });
  }
}

/** The `count` concepts with most energy of finished codes, with their examples. */
export function topConcepts(images: SparseCodes, texts: SparseCodes, count: number): LiveConcept[] {
  const statistics = conceptStatistics(images, texts, EXAMPLES);
  return byEnergy(statistics).slice(0, count).map((concept) => liveConcept(statistics, concept));
}

function byEnergy({ energyImages, energyTexts }: ConceptStatistics): number[] {
  const energy = (i: number): number => (energyImages[i] ?? 0) + (energyTexts[i] ?? 0);
  return Array.from(energyImages, (_, i) => i).sort((a, b) => energy(b) - energy(a) || a - b);
}

function liveConcept({ energyImages, energyTexts, modality, topImages, topTexts }: ConceptStatistics, concept: number): LiveConcept {
  const score = modality[concept] ?? Number.NaN;
  return {
    concept,
    energy: ((energyImages[concept] ?? 0) + (energyTexts[concept] ?? 0)) / 2,
    modality: Number.isNaN(score) ? null : score,
    topImages: topImages[concept] ?? [],
    topTexts: topTexts[concept] ?? [],
  };
}

/** Evenly spread rows. */
function sample(x: Matrix): { rows: Matrix; items: Uint32Array } {
  const count = Math.min(SAMPLE, x.rows);
  const items = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * x.rows) / count));
  const rows = matrix(count, x.cols);
  items.forEach((item, r) => { rowOf(rows, r).set(rowOf(x, item)); });
  return { rows, items };
}
