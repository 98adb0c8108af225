import { cosine } from '../metrics.ts';
import type { Dictionary } from '../dictionary.ts';

/**
 * `(c)` |cos(D_i, v)| of each atom with a direction `(d)`: that of the modality gap μ_img − μ_txt, or the normal of a linear probe,
 * whose span is then the modality subspace. 0 for atoms or directions of zero.
 */
export function cosinesTo({ c, d, W_dec }: Dictionary, direction: Float64Array): Float64Array {
  return Float64Array.from({ length: c }, (_, i) => Math.abs(cosine(W_dec.subarray(i * d, (i + 1) * d), direction)));
}

/** `√(2/(πd))`: the mean of |cos| of a random direction with a fixed one, to within 1/(4d) of its size. */
export function randomCosine(d: number): number {
  return Math.sqrt(2 / (Math.PI * d));
}
