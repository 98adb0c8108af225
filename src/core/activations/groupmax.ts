import { InputError } from '../errors.ts';
import type { RowActivation } from './threshold.ts';

/**
 * Groupmax: the `c` pre-codes of a row in `k` contiguous groups of c/k, and of each group the largest, after ReLU; of equal ones
 * that with the lowest concept number (sparsify `fused_encoder`, `activation: groupmax`). A group without a positive one has no code.
 * Throws InputError when c is not a multiple of k.
 */
export function groupMax(k: number, c: number): RowActivation {
  if (k < 1 || c % k !== 0) throw new InputError(`groupmax needs ${c} concepts in ${k} groups of one size`, { field: 'k' });
  const size = c / k;
  return (pre, out) => {
    for (let start = 0; start < c; start += size) {
      let best = start;
      for (let j = start + 1; j < start + size; j++) if ((pre[j] ?? 0) > (pre[best] ?? 0)) best = j;
      const value = pre[best] ?? 0;
      if (value > 0) out.push(best, value);
    }
  };
}
