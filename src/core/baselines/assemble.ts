import type { Activation, Dictionary } from '../dictionary.ts';

/**
 * The rows of `directions` `(count, d)` that are not 0, at unit norm, as float32 `(c, d)` with c ≥ 1: where all are 0, since the
 * rows they were fitted to do not differ, the first axis stands in, which then has no code either.
 */
export function unitAtoms(directions: Float64Array, d: number): { readonly atoms: Float32Array; readonly c: number } {
  const count = directions.length / d;
  const atoms = new Float32Array(Math.max(1, count) * d);
  let c = 0;
  for (let i = 0; i < count; i++) {
    const direction = directions.subarray(i * d, i * d + d);
    const norm = Math.hypot(...direction);
    if (norm === 0) continue;
    for (let j = 0; j < d; j++) atoms[c * d + j] = (direction[j] ?? 0) / norm;
    c += 1;
  }
  if (c === 0) {
    atoms[0] = 1;
    c = 1;
  }
  return { atoms: atoms.slice(0, c * d), c };
}

/** A dictionary of unit atoms without an encoder network, `b_pre` = `b_dec` = `bias` `(d)`. */
export function pursuitDictionary(
  { atoms, c }: { readonly atoms: Float32Array; readonly c: number },
  bias: Float32Array,
  act: Extract<Activation, { kind: 'mp' | 'omp' }>,
  notes: readonly string[],
): Dictionary {
  const none = new Float32Array(0);
  return { d: bias.length, c, W_enc: none, b_enc: none, W_dec: atoms, b_dec: bias, b_pre: bias, act, norm: { kind: 'none' }, notes, source: SOURCE };
}

/** `Dictionary.source` of what this tool fitted itself. */
export const SOURCE = 'vlm-explore';

/** The note of a dictionary that came out smaller than asked for; none when it did not. */
export function fewerNote(asked: number, got: number, why: string): string[] {
  return got === asked ? [] : [`${got} of the ${asked} concepts asked for: ${why}.`];
}
