/** Columns that the table of the map can be sorted by. */
export type SortKey = 'concept' | 'label' | 'modality' | 'energy' | 'frequency' | 'stability' | 'gap';

/** Values of all concepts, by number. */
export interface RowColumns {
  readonly label: (concept: number) => string;
  readonly modality: ArrayLike<number>;
  readonly energy: ArrayLike<number>;
  readonly frequency: ArrayLike<number>;
  readonly stability: ArrayLike<number>;
  readonly gap: ArrayLike<number>;
}

/** Rising or falling by a column. */
export interface Sort {
  readonly key: SortKey;
  readonly rising: boolean;
}

/** The concepts in the order of a table: by the column, those without a value last either way, then by number. */
export function sortedConcepts(concepts: readonly number[], columns: RowColumns, { key, rising }: Sort): number[] {
  const sign = rising ? 1 : -1;
  const numbers = (a: number, b: number, values: (concept: number) => number): number => {
    const [x, y] = [values(a), values(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  };
  const compare: (a: number, b: number) => number =
    key === 'concept' ? (a, b) => sign * (a - b)
    : key === 'label' ? (a, b) => sign * columns.label(a).localeCompare(columns.label(b))
    : (a, b) => numbers(a, b, (concept) => columns[key][concept] ?? Number.NaN);
  return [...concepts].sort((a, b) => compare(a, b) || a - b);
}

/** What a click on a column's head asks for: the other way round, or a column's usual first way (most first, but numbers and names rising). */
export function nextSort({ key, rising }: Sort, clicked: SortKey): Sort {
  return clicked === key ? { key, rising: !rising } : { key: clicked, rising: clicked === 'concept' || clicked === 'label' };
}

/** The rows of one page, counted from 0, and how many pages there are; a page beyond the last is the last. */
export function pageOf<T>(rows: readonly T[], page: number, size: number): { readonly rows: readonly T[]; readonly page: number; readonly pages: number; readonly first: number } {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(Math.max(0, page), pages - 1);
  return { rows: rows.slice(at * size, (at + 1) * size), page: at, pages, first: at * size };
}
