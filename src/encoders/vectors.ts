import { IntegrityError } from '../core/errors.ts';

/** Cosine of two vectors of the same length; NaN when one of them is zero or not finite. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Scales each row of `data` `(n, dim)` to length 1, in place. Throws IntegrityError when a row is zero or not finite. */
export function normaliseRows(data: Float32Array, dim: number, what: string): void {
  for (let start = 0; start < data.length; start += dim) {
    let sum = 0;
    for (let i = start; i < start + dim; i++) sum += (data[i] ?? 0) ** 2;
    const norm = Math.sqrt(sum);
    if (!(norm > 0 && norm < Infinity)) {
      throw new IntegrityError(`gave an embedding that is ${norm === 0 ? 'zero' : 'not finite'}.`, {
        file: what,
        fix: 'The model file may be damaged; load it again.',
      });
    }
    for (let i = start; i < start + dim; i++) data[i] = (data[i] ?? 0) / norm;
  }
}
