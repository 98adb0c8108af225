import * as v from 'valibot';
import { IntegrityError } from '../core/errors.ts';
import type { Label } from './labels/labels.ts';
import { checkSchema } from './schema.ts';
import type { Activated, ConceptStatistics } from './statistics.ts';

/** The most examples of a concept that a pack stores for each modality. */
export const TOP = 8;

/** What a pack says about each concept: columns of one value a concept. */
export interface ConceptTable {
  readonly label: readonly string[];
  readonly labelJa: readonly (string | null)[];
  /** How well the label separates the concept's examples, 0 … 1 (labels.ts); null for dead concepts. */
  readonly labelScore: readonly (number | null)[];
  /** Where the label comes from; `none`: no item activates it. */
  readonly labelFrom: readonly Label['from'][];
  readonly energyImages: readonly number[];
  readonly energyTexts: readonly number[];
  readonly frequencyImages: readonly number[];
  readonly frequencyTexts: readonly number[];
  /** Null for dead concepts, where it is undefined. */
  readonly modality: readonly (number | null)[];
  /** How well each concept comes back under other seeds (mean matched cosine); null where it was not measured. */
  readonly stability: readonly (number | null)[] | null;
  /** Items with the highest activation, best first. */
  readonly topImages: readonly (readonly Activated[])[];
  readonly topTexts: readonly (readonly Activated[])[];
}

const nonNegative = v.pipe(v.number(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = v.pipe(v.string(), v.maxLength(200));
const examples = v.strictObject({
  item: v.array(v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(TOP))),
  activation: v.array(v.pipe(v.array(nonNegative), v.maxLength(TOP))),
});
const tableSchema = v.strictObject({
  label: v.array(text),
  labelJa: v.array(v.nullable(text)),
  labelScore: v.array(v.nullable(share)),
  labelFrom: v.array(v.picklist(['name', 'keyword', 'word', 'style', 'none'])),
  energyImages: v.array(nonNegative),
  energyTexts: v.array(nonNegative),
  frequencyImages: v.array(share),
  frequencyTexts: v.array(share),
  modality: v.array(v.nullable(share)),
  stability: v.optional(v.array(v.nullable(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))))),
  topImages: examples,
  topTexts: examples,
});
type StoredTable = v.InferOutput<typeof tableSchema>;

/** `concepts.json` of a pack, as a JSON value: energies to four significant digits, the rest to four decimals. */
export function storeConcepts(statistics: ConceptStatistics, labels: readonly Label[], stability: readonly (number | null)[] | null): StoredTable {
  const numbers = (values: Float64Array): number[] => Array.from(values, (value) => Number(value.toPrecision(4)));
  const store = (lists: ConceptStatistics['topImages']): StoredTable['topImages'] => ({
    item: lists.map((list) => list.map(({ item }) => item)),
    activation: lists.map((list) => list.map(({ activation }) => Number(activation.toFixed(4)))),
  });
  return {
    label: labels.map(({ label }) => label),
    labelJa: labels.map(({ ja }) => ja),
    labelScore: labels.map(({ score }) => score),
    labelFrom: labels.map(({ from }) => from),
    energyImages: numbers(statistics.energyImages),
    energyTexts: numbers(statistics.energyTexts),
    frequencyImages: numbers(statistics.frequencyImages),
    frequencyTexts: numbers(statistics.frequencyTexts),
    modality: Array.from(statistics.modality, (score) => (Number.isNaN(score) ? null : Number(score.toFixed(4)))),
    ...(stability === null ? {} : { stability: stability.map((value) => (value === null ? null : Number(value.toFixed(4)))) }),
    topImages: store(statistics.topImages),
    topTexts: store(statistics.topTexts),
  };
}

/** Reads `concepts.json`. @throws IntegrityError naming the column when it does not fit `c` concepts or the items there are. */
export function parseConcepts(value: unknown, file: string, c: number, counts: { readonly images: number; readonly texts: number }): ConceptTable {
  const { topImages, topTexts, stability = null, ...columns } = checkSchema(tableSchema, value, file);
  for (const [field, column] of Object.entries({ ...columns, ...(stability === null ? {} : { stability }) })) {
    if (column.length !== c) throw new IntegrityError(`${column.length} values for ${c} concepts.`, { file, field });
  }
  return {
    ...columns,
    stability,
    topImages: readExamples(topImages, { file, field: 'topImages' }, c, counts.images),
    topTexts: readExamples(topTexts, { file, field: 'topTexts' }, c, counts.texts),
  };
}

function readExamples(stored: StoredTable['topImages'], place: { file: string; field: string }, c: number, items: number): Activated[][] {
  if (stored.item.length !== c || stored.activation.length !== c) throw new IntegrityError(`examples of ${stored.item.length} concepts for ${c}.`, place);
  return stored.item.map((list, concept) => {
    const activations = stored.activation[concept] ?? [];
    if (list.length !== activations.length || list.some((item) => item >= items)) {
      throw new IntegrityError(`the examples of concept ${concept} do not fit the ${items} items.`, place);
    }
    return list.map((item, n) => ({ item, activation: activations[n] ?? 0 }));
  });
}
