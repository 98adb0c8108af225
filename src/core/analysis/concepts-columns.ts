import type { MetricsReport } from './metrics-report.ts';

/** One column of a table with a row a concept. */
export interface ConceptColumn {
  readonly name: string;
  readonly type: 'integer' | 'number';
  /** Null where the value is undefined for the concept. */
  readonly values: readonly (number | null)[];
}

/**
 * What is known of each concept, as columns for a table file (Parquet, CSV); row n is concept n. Columns that the data does not allow
 * (the modality's without both modalities) are there and empty, so that files of different runs line up; `stability` `(c)` only where given.
 */
export function conceptColumns(report: MetricsReport, stability?: ArrayLike<number>): ConceptColumn[] {
  const { energyImage, energyText, modality, concepts } = report;
  const number = (name: string, values: readonly (number | null)[]): ConceptColumn => ({ name, type: 'number', values });
  const nothing = energyImage.map(() => null);
  return [
    { name: 'concept', type: 'integer', values: energyImage.map((_, i) => i) },
    number('energyImages', report.images === null ? nothing : energyImage),
    number('energyTexts', report.texts === null ? nothing : energyText),
    number('frequencyImages', report.images === null ? nothing : concepts.frequencyImage),
    number('frequencyTexts', report.texts === null ? nothing : concepts.frequencyText),
    number('modality', modality),
    number('cosineToGap', concepts.cosineToGap ?? nothing),
    number('classifierAccuracy', concepts.classifier.map((classifier) => classifier?.accuracy ?? null)),
    ...(stability === undefined ? [] : [number('stability', Array.from(energyImage, (_, i) => finite(stability[i])))]),
  ];
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
