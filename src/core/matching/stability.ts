// Placeholder of the lead, to be overwritten.
import type { Matrix } from '../tensor.ts';
import type { Work } from '../work.ts';
export async function stability(_reference: Matrix, _others: readonly Matrix[], _energy: ArrayLike<number>, _options: { readonly seed: number; readonly work: Work }): Promise<{ perConcept: number[]; mean: number[]; curve: { top: number; stability: number }[]; random: { mean: number; quantile99: number }; exact: boolean; gap: number }> {
  return Promise.reject(new Error('to come'));
}
