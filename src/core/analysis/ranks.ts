import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';
import type { Dictionary } from '../dictionary.ts';

/** How many directions the atoms really use; at most min(c, d). */
export interface Ranks {
  /** `‖D‖_F²/‖D‖₂²`. */
  readonly stable: number;
  /** exp of the entropy of the singular values over their sum (Roy and Vetterli 2007). */
  readonly effective: number;
}

/** Ranks of the atoms `(c, d)`, as they are; about c·d² operations. NaN for a dictionary of zeros. */
export function ranks({ c, d, W_dec }: Dictionary): Ranks {
  const gram = new Float64Array(d * d);
  for (let i = 0; i < c; i++) {
    for (let a = 0; a < d; a++) {
      const value = W_dec[i * d + a] ?? 0;
      for (let b = 0, at = a * d; b <= a; b++, at++) gram[at] = (gram[at] ?? 0) + value * (W_dec[i * d + b] ?? 0);
    }
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) gram[b * d + a] = gram[a * d + b] ?? 0;
  const squares = symmetricEigenvalues(gram, d).map((value) => Math.max(0, value));
  const roots = squares.map(Math.sqrt);
  const sum = roots.reduce((total, value) => total + value, 0);
  let entropy = 0;
  for (const value of roots) if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  const all = squares.reduce((total, value) => total + value, 0);
  return { stable: all / (squares[d - 1] ?? 0), effective: sum > 0 ? Math.exp(entropy) : Number.NaN };
}
