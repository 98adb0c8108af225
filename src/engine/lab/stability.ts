import { InputError } from '../../core/errors.ts';
import { matrix } from '../../core/tensor.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { Matrix } from '../../core/tensor.ts';

/** Atoms `(c, d)` of dictionaries that are to be matched. Throws InputError when there are fewer than two, or of several spaces. */
export function atomsOf(dictionaries: readonly { readonly name: string; readonly dictionary: Dictionary }[]): Matrix[] {
  const [first, ...others] = dictionaries;
  if (first === undefined || others.length === 0) {
    throw new InputError('stability compares at least two finished runs.', { field: 'runs', fix: 'Train the same recipe with another seed, and show both.' });
  }
  const odd = others.find(({ dictionary }) => dictionary.d !== first.dictionary.d);
  if (odd !== undefined) {
    throw new InputError(`its concepts have ${odd.dictionary.d} dimensions, those of “${first.name}” have ${first.dictionary.d}.`, { file: odd.name, fix: 'Show only runs on embeddings of one model.' });
  }
  return dictionaries.map(({ dictionary: { c, d, W_dec } }) => matrix(c, d, W_dec));
}
