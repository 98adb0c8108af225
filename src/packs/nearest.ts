import { invariant } from '../core/errors.ts';
import type { Neighbour } from '../core/readout.ts';
import type { Matrix } from '../core/tensor.ts';

/**
 * The `top` rows of `matrix` `(n, d)` nearest to `query` `(d)` by cosine, nearest first; ties by row number. Rows and query
 * need not be of unit norm (stored rows are rounded to 16 bits); a zero vector has cosine 0. `except` is a row to leave out,
 * for a query that is itself an item.
 */
export function nearest(query: ArrayLike<number>, matrix: Matrix, top: number, except: number | null = null): Neighbour[] {
  invariant(query.length === matrix.cols, `a query of ${query.length} against rows of ${matrix.cols}`);
  const best: Neighbour[] = [];
  const length = Math.hypot(...Array.from(query));
  for (let r = 0; r < matrix.rows; r++) {
    if (r === except) continue;
    let dot = 0;
    let squares = 0;
    for (let i = 0, at = r * matrix.cols; i < matrix.cols; i++, at++) {
      const value = matrix.data[at] ?? 0;
      dot += value * (query[i] ?? 0);
      squares += value * value;
    }
    const norms = Math.sqrt(squares) * length;
    const cosine = norms === 0 ? 0 : Math.max(-1, Math.min(1, dot / norms));
    if (best.length === top && cosine <= (best.at(-1)?.cosine ?? Infinity)) continue;
    let at = best.length;
    while (at > 0 && cosine > (best[at - 1]?.cosine ?? Infinity)) at--;
    best.splice(at, 0, { item: r, cosine });
    if (best.length > top) best.pop();
  }
  return best;
}
