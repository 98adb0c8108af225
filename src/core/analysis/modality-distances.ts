import { matrix } from '../tensor.ts';
import { frechet } from './frechet.ts';
import { wasserstein1d } from './wasserstein.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix, SparseCodes } from '../tensor.ts';
import type { SampledRow } from './row-sample.ts';

/** How far the images' rows are from the texts' as distributions, on samples of so many. */
export interface ModalityDistances {
  readonly images: number;
  readonly texts: number;
  /** Of the codes, see `wasserstein1d`. */
  readonly wasserstein: number;
  /** Of the embeddings, see `frechet`. */
  readonly frechet: number;
}

/** Distances between sampled rows of the two modalities; null where one has none. */
export function modalityDistances(dictionary: Dictionary, images: readonly SampledRow[], texts: readonly SampledRow[]): ModalityDistances | null {
  if (images.length === 0 || texts.length === 0) return null;
  const { c, d } = dictionary;
  return {
    images: images.length,
    texts: texts.length,
    wasserstein: wasserstein1d(codesOf(images, c), codesOf(texts, c)),
    frechet: frechet(embeddingsOf(images, d), embeddingsOf(texts, d)),
  };
}

function embeddingsOf(rows: readonly SampledRow[], d: number): Matrix {
  const x = matrix(rows.length, d);
  for (const [r, row] of rows.entries()) x.data.set(row.x, r * d);
  return x;
}

function codesOf(rows: readonly SampledRow[], c: number): SparseCodes {
  const indptr = new Uint32Array(rows.length + 1);
  for (const [r, row] of rows.entries()) indptr[r + 1] = (indptr[r] ?? 0) + row.indices.length;
  const indices = new Uint32Array(indptr[rows.length] ?? 0);
  const values = new Float32Array(indices.length);
  for (const [r, row] of rows.entries()) {
    indices.set(row.indices, indptr[r]);
    values.set(row.values, indptr[r]);
  }
  return { rows: rows.length, cols: c, indptr, indices, values };
}
