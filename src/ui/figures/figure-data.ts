/** The numbers behind a figure: columns, for CSV and Parquet. */
export interface FigureData {
  /** One or two sentences below the figure, in the page's language: what is drawn, of what, N of M. */
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly values: ArrayLike<string | number | null> }[];
}

/** The columns filled up with nulls to the longest of them. */
export function evenColumns({ columns }: FigureData): { name: string; values: (string | number | null)[] }[] {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  return columns.map(({ name, values }) => ({ name, values: Array.from({ length: rows }, (_, row) => values[row] ?? null) }));
}
