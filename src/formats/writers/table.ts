import { invariant } from '../../core/errors.ts';

/** One column of a table of concepts or runs; null where a value is undefined. All columns of a table are equally long. */
export type Column =
  | { readonly name: string; readonly type: 'integer' | 'number'; readonly values: ArrayLike<number | null> }
  | { readonly name: string; readonly type: 'text'; readonly values: readonly (string | null)[] };

/** Rows of a table. Broken invariant when the columns disagree, or a name is given twice. */
export function rowCount(columns: readonly Column[]): number {
  const rows = columns[0]?.values.length ?? 0;
  for (const { name, values } of columns) invariant(values.length === rows, `column ${name} has ${values.length} of ${rows} values`);
  invariant(new Set(columns.map(({ name }) => name)).size === columns.length, 'two columns have the same name');
  return rows;
}

/** Values of a column with null for what is undefined: also NaN, which neither JSON nor a CSV reader knows. */
export function cells({ values }: Column): (number | string | null)[] {
  return Array.from<number | string | null, number | string | null>(values, (value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value));
}
