/** The numbers behind a figure: columns of equal length, for CSV. */
export interface FigureData {
  /** One or two sentences below the figure, in the page's language: what is drawn, of what, N of M. */
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly values: ArrayLike<string | number | null> }[];
}
