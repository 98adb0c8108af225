import { ALWAYS_ON, type AtlasFilters, type Range } from '../../core/permalink/atlas-view.ts';
import type { PackView } from '../../engine/protocol.ts';

/** A pack's concepts as columns, one value a concept; NaN where undefined. */
export interface ConceptColumns {
  readonly n: number;
  /** Mean of the modalities' mean activations. */
  readonly energy: Float64Array;
  /** Share of all items. */
  readonly frequency: Float64Array;
  /** NaN for dead concepts. */
  readonly modality: Float64Array;
  /** NaN where it was not measured. */
  readonly stability: Float64Array;
}

const made = new WeakMap<PackView, ConceptColumns>();

/** The columns of a pack; the same object as long as the pack is open. */
export function columnsOf(pack: PackView): ConceptColumns {
  const before = made.get(pack);
  if (before !== undefined) return before;
  const { c, concepts, counts } = pack;
  const of = (value: (i: number) => number | null | undefined): Float64Array => Float64Array.from({ length: c }, (_, i) => value(i) ?? Number.NaN);
  const total = Math.max(1, counts.images + counts.texts);
  const columns: ConceptColumns = {
    n: c,
    energy: of((i) => ((concepts.energyImages[i] ?? 0) + (concepts.energyTexts[i] ?? 0)) / 2),
    frequency: of((i) => ((concepts.frequencyImages[i] ?? 0) * counts.images + (concepts.frequencyTexts[i] ?? 0) * counts.texts) / total),
    modality: of((i) => concepts.modality[i]),
    stability: of((i) => concepts.stability?.[i]),
  };
  made.set(pack, columns);
  return columns;
}

/** Which concepts the filters keep, and how many each of them leaves out (a concept counts once, for the first that leaves it out). */
export interface Shown {
  /** `(c)` 1 where the concept is shown. */
  readonly mask: Uint8Array;
  readonly shown: number;
  readonly of: number;
  readonly dead: number;
  readonly alwaysOn: number;
  readonly filtered: number;
}

/** Applies the filters; `group` are the members of the chosen group, null without. */
export function shownConcepts(columns: ConceptColumns, filters: AtlasFilters, group: readonly number[] | null): Shown {
  const mask = new Uint8Array(columns.n);
  const members = group === null ? null : new Set(group);
  const counts = { shown: 0, dead: 0, alwaysOn: 0, filtered: 0 };
  for (let i = 0; i < columns.n; i++) {
    const [energy, frequency, modality] = [columns.energy[i] ?? 0, columns.frequency[i] ?? 0, columns.modality[i] ?? Number.NaN];
    if (!filters.dead && frequency === 0) counts.dead++;
    else if (!filters.alwaysOn && frequency >= ALWAYS_ON) counts.alwaysOn++;
    else if (!within(energy, filters.energy) || !within(frequency, filters.frequency) || !within(modality, filters.modality) || members?.has(i) === false) counts.filtered++;
    else {
      mask[i] = 1;
      counts.shown++;
    }
  }
  return { mask, of: columns.n, ...counts };
}

/** Open bounds keep everything; a bound keeps only what has a value. */
function within(value: number, [low, high]: Range): boolean {
  return (low === null || value >= low) && (high === null || value <= high);
}
