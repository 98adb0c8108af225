import { csvText } from '../plots/csv.ts';
import { evenColumns, type FigureData } from './figure-data.ts';

/** A figure's columns as CSV; shorter columns end in empty fields. */
export function figureCsv(data: FigureData): string {
  const columns = evenColumns(data);
  const rows = columns[0]?.values ?? [];
  return csvText(
    columns.map(({ name }) => name),
    rows.map((_, row) => columns.map(({ values }) => values[row] ?? null)),
  );
}
