import { InputError } from '../errors.ts';
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
