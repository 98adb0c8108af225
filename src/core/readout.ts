/** What a probe shows: its concepts, how well they explain it, and what lies near it. This is all that a permalink carries. */

/** A gallery item near a probe. */
export interface Neighbour {
  /** Number of the item in the gallery's list of its modality. */
  readonly item: number;
  readonly cosine: number;
}

/** The reading of one image or text. */
export interface ProbeReadout {
  readonly kind: 'image' | 'text';
  /** The text itself; `null` for images, whose pixels and names never leave the page. */
  readonly text: string | null;
  /** Gallery item when the probe is one. */
  readonly item: number | null;
  /** Active concepts, ascending, and their activations. */
  readonly code: { readonly indices: Uint32Array; readonly values: ArrayLike<number> };
  /** `cos(x, x̂)`: how much of the embedding's direction the code explains. */
  readonly cosine: number;
  readonly neighbours: { readonly images: readonly Neighbour[]; readonly texts: readonly Neighbour[] };
}

/** The readings of n probes. */
export interface Readout {
  readonly probes: readonly ProbeReadout[];
  /** Cosines of the embeddings of probe pairs, upper triangle row by row, n(n − 1)/2; NaN where an embedding is not known. */
  readonly similarities: readonly number[];
}
