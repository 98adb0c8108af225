import { csvText } from '../plots/csv.ts';
import type { FigureData } from './figure-data.ts';

/** A figure's columns as CSV; shorter columns end in empty fields. */
export function figureCsv({ columns }: FigureData): string {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  return csvText(
    columns.map(({ name }) => name),
    Array.from({ length: rows }, (_, row) => columns.map(({ values }) => values[row] ?? null)),
  );
}
