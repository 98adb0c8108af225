import type { AppState, Probe } from '../../../state/model.ts';

/** At most this many probes have a column of bars; more would be too narrow to read. */
export const MAX_COLUMNS = 6;

/** A probe with its readout. */
export type ReadyProbe = Probe & { readonly readout: NonNullable<Probe['readout']> };

/** True once the probe has been embedded and encoded. */
export function isReady(probe: Probe): probe is ReadyProbe {
  return probe.readout !== null;
}

/** Probes that get a column: the chosen pair first of all, then the others in their order, in page order. */
export function columnsOf(probes: readonly Probe[], pair: AppState['pair']): ReadyProbe[] {
  const ready = probes.filter(isReady);
  const inPair = (p: Probe): boolean => pair !== null && (p.key === pair.a || p.key === pair.b);
  const others = ready.filter((p) => !inPair(p)).slice(0, MAX_COLUMNS - ready.filter(inPair).length);
  return ready.filter((p) => inPair(p) || others.includes(p));
}

/** One row of the concept table. */
export interface ConceptRowData {
  readonly concept: number;
  /** Activation in each column's probe, 0 where inactive. */
  readonly activations: readonly number[];
}

/** Which modalities of the shown probes activate a concept. */
export type Section = 'shared' | 'images' | 'texts' | 'common' | 'single' | 'all';

/** Rows of the concept table by section. With a single probe or a single modality there is nothing to set apart. */
export function sections(
  columns: readonly ReadyProbe[],
  sort: AppState['view']['sort'],
  modality: readonly (number | null)[],
): { section: Section; rows: ConceptRowData[] }[] {
  const table = new Map<number, number[]>();
  columns.forEach((probe, column) => {
    const { indices, values } = probe.readout.code;
    for (let i = 0; i < indices.length; i++) {
      const concept = indices[i] ?? 0;
      const row = table.get(concept) ?? columns.map(() => 0);
      row[column] = values[i] ?? 0;
      table.set(concept, row);
    }
  });
  const rows = [...table].map(([concept, activations]) => ({ concept, activations }));
  const strongest = (row: ConceptRowData): number => Math.max(...row.activations);
  const spread = (row: ConceptRowData): number => row.activations.filter((a) => a > 0).length;
  rows.sort((a, b) => {
    if (sort === 'number') return a.concept - b.concept;
    if (sort === 'modality') return (modality[b.concept] ?? 0.5) - (modality[a.concept] ?? 0.5);
    return strongest(b) - strongest(a);
  });
  const kinds = new Set(columns.map((c) => c.kind));
  const fires = (row: ConceptRowData, kind: 'image' | 'text'): boolean =>
    columns.some((c, i) => c.kind === kind && (row.activations[i] ?? 0) > 0);
  if (columns.length < 2) return [{ section: 'all', rows }];
  if (kinds.size < 2) {
    return [
      { section: 'common' as const, rows: rows.filter((row) => spread(row) > 1) },
      { section: 'single' as const, rows: rows.filter((row) => spread(row) === 1) },
    ].filter((s) => s.rows.length > 0);
  }
  return [
    { section: 'shared' as const, rows: rows.filter((row) => fires(row, 'image') && fires(row, 'text')) },
    { section: 'images' as const, rows: rows.filter((row) => fires(row, 'image') && !fires(row, 'text')) },
    { section: 'texts' as const, rows: rows.filter((row) => !fires(row, 'image') && fires(row, 'text')) },
  ].filter((s) => s.rows.length > 0);
}
