import type { Dictionary } from '../core/dictionary.ts';
import { decode } from '../core/decode.ts';
import { cosine } from '../core/metrics.ts';
import type { ProbeReadout } from '../core/readout.ts';
import { codeRow, rowOf, type Matrix, type SparseCodes } from '../core/tensor.ts';

/** What a row of a batch is: an image or a text, and the gallery item it is, if any. */
export interface RowIdentity {
  readonly kind: 'image' | 'text';
  readonly text: string | null;
  readonly item: number | null;
}

/** Finds the gallery items nearest to an embedding, leaving out the gallery picture that it is itself. */
export type NeighbourSearch = (embedding: Float32Array, except: number | null) => ProbeReadout['neighbours'];

/** Readouts of embedded and encoded rows: embeddings `(n, d)`, codes `(n, c)`, one identity a row. */
export function makeReadouts(
  dictionary: Dictionary,
  embeddings: Matrix,
  codes: SparseCodes,
  identities: readonly RowIdentity[],
  search: NeighbourSearch,
): ProbeReadout[] {
  const reconstruction = decode(dictionary, codes, embeddings);
  return identities.map((identity, row) => {
    const embedding = rowOf(embeddings, row);
    const { indices, values } = codeRow(codes, row);
    return {
      ...identity,
      code: { indices: indices.slice(), values: Array.from(values) },
      cosine: cosine(embedding, rowOf(reconstruction, row)),
      neighbours: search(embedding, identity.item),
    };
  });
}
