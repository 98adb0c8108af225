import { kthLargest } from './select.ts';
import type { RowActivation } from './threshold.ts';

/**
 * TopK: the k largest pre-codes of a row of `c`, after ReLU unless `keepNegative` (saev). Exactly k candidates are kept:
 * of equal ones at the boundary, those with the lowest concept number.
 */
export function topK(k: number, c: number, keepNegative: boolean): RowActivation {
  const kept = Math.min(k, c);
  const scratch = new Float64Array(c);
  return (pre, out) => {
    if (kept === 0) return;
    scratch.set(pre);
    const limit = kthLargest(scratch, kept);
    let ties = kept;
    for (let j = 0; j < c; j++) if ((pre[j] ?? 0) > limit) ties -= 1;
    for (let j = 0; j < c; j++) {
      const value = pre[j] ?? 0;
      if (value < limit) continue;
      if (value === limit) {
        if (ties === 0) continue;
        ties -= 1;
      }
      if (value > 0 || keepNegative) out.push(j, value);
    }
  };
}
