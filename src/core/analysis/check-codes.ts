import { InputError, invariant } from '../errors.ts';
import type { SparseCodes } from '../tensor.ts';

/**
 * Codes come from files too.
 * @throws InputError naming `what` and the row when the codes are of another number of concepts, or a value is not finite.
 */
export function checkCodes(codes: SparseCodes, c: number, what: string): void {
  if (codes.cols !== c) {
    throw new InputError(`codes of ${codes.cols} concepts do not belong to a dictionary of ${c}`, { field: what, fix: 'Use the dictionary that made the codes.' });
  }
  for (let r = 0; r < codes.rows; r++) {
    for (let e = codes.indptr[r] ?? 0; e < (codes.indptr[r + 1] ?? 0); e++) {
      const index = codes.indices[e] ?? c;
      const value = codes.values[e] ?? Number.NaN;
      if (index < c && Number.isFinite(value)) continue;
      const reason = index < c ? `the activation of concept ${index} is ${value}` : `concept ${index} is not one of the dictionary's ${c}`;
      throw new InputError(reason, { field: `${what}, row ${r}`, fix: 'Encode the embeddings again with this dictionary.' });
    }
  }
}

/**
 * @param pairs image row and text row in turn `(2·pairs)`.
 * @throws InputError naming the first pair that names a row which is not there.
 */
export function checkPairs(pairs: ArrayLike<number>, images: number, texts: number): void {
  invariant(pairs.length % 2 === 0, 'pairs come as image row and text row in turn');
  for (let p = 0; p < pairs.length; p += 2) {
    const image = pairs[p] ?? images;
    const text = pairs[p + 1] ?? texts;
    if (image < images && text < texts) continue;
    throw new InputError(`pair ${p / 2} joins image ${image} of ${images} and text ${text} of ${texts}`, { field: 'pairs', fix: 'Rows count from 0; use the list that belongs to these embeddings.' });
  }
}
