import type { Atlas, ConceptFacts } from '../../../engine/atlas/protocol.ts';
import type { PackView, Samples } from '../../../engine/protocol.ts';
import { textName } from '../../names.ts';

/** What a concept's JSON is made from; what is not there yet is null in it. */
export interface ConceptJsonParts {
  readonly pack: PackView;
  readonly concept: number;
  readonly ownLabel: string | null;
  readonly atlas: Atlas | null;
  readonly facts: ConceptFacts;
  readonly samples: Samples | null;
}

/** Everything that a concept's page shows, as a JSON text; values that are undefined (NaN) are null. Items are the pack's, with their names. */
export function conceptJson({ pack, concept, ownLabel, atlas, facts, samples }: ConceptJsonParts): string {
  const { concepts: table } = pack;
  const at = (values: ArrayLike<number | null> | null | undefined): number | null => values?.[concept] ?? null;
  const named = { images: itemNames(facts.images, (item) => samples?.images[item]?.name ?? `#${String(item)}`), texts: itemNames(facts.texts, (item) => textName(samples, item)) };
  return JSON.stringify({
    format: 'vlm-explore-concept', version: 1, pack: `${pack.id}@${pack.hash}`,
    label: table.label[concept] ?? null, labelFrom: table.labelFrom[concept] ?? null, labelScore: at(table.labelScore), ownLabel,
    modality: at(table.modality), stability: at(table.stability),
    energy: { images: at(table.energyImages), texts: at(table.energyTexts) },
    frequency: { images: at(table.frequencyImages), texts: at(table.frequencyTexts) },
    cosineToGap: at(atlas?.cosineToGap), r2Loss: at(atlas?.r2Loss), classifierAccuracy: at(atlas?.classifierAccuracy),
    ...facts,
    words: facts.words.map(({ text, cosine }) => ({ text, name: textName(samples, text), cosine })),
    names: named,
  }, null, 2);
}

/** Names of all items among the examples, by item. */
function itemNames({ top, quantiles, random, nearMisses, negatives }: ConceptFacts['images'], name: (item: number) => string): Record<string, string> {
  const items = [...top, ...quantiles.map(({ example }) => example), ...random, ...nearMisses, ...negatives].map(({ item }) => item);
  return Object.fromEntries(items.map((item) => [item, name(item)]));
}
