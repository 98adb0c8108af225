/** What a training step has to compute and move, by part: the numbers beside measured times. */
import type { Part } from '../../src/gpu/kernels/train/step-plan.ts';

/** Sizes of a BatchTopK step. */
export interface StepSizes {
  readonly d: number;
  readonly concepts: number;
  readonly k: number;
  readonly batch: number;
}

/** Floating-point operations, and bytes of every load and store that the kernels ask for at least once. */
export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

const FLOAT = 4;

/**
 * Work of each part of a step. Bytes of `decode` and `gradients` are rows that are gathered once for each code: most of them come
 * from the GPU's cache, not from its memory.
 */
export function stepWork({ d, concepts, k, batch }: StepSizes): ReadonlyMap<Part, Work> {
  const codes = k * batch;
  const rows = batch * d * FLOAT;
  const weights = concepts * d * FLOAT;
  const pre = batch * concepts * FLOAT;
  const mask = pre / 32;
  return new Map<Part, Work>([
    ['gather', { flops: batch * d, bytes: 2 * rows }],
    ['pre-codes', { flops: 2 * batch * concepts * d, bytes: rows + weights + pre }],
    // Three levels of the histogram.
    ['select', { flops: 0, bytes: 3 * pre }],
    // The mask, which both lists read; an entry of a row and of a concept.
    ['lists', { flops: 0, bytes: pre + 3 * mask + codes * 16 }],
    ['decode', { flops: 2 * codes * d, bytes: codes * d * FLOAT + 2 * rows }],
    // Gradients of codes from residuals and atoms, of weights from inputs, of atoms from residuals; column sums.
    ['gradients', { flops: 6 * codes * d, bytes: 4 * codes * d * FLOAT + 2 * weights + 2 * rows }],
    // Norm; AdamW of two matrices: gradient, weight and two moments in, three out.
    ['update', { flops: 2 * 16 * concepts * d, bytes: 4 * weights + 14 * weights }],
  ]);
}

/** The same step where nothing is sparse: five dense products, as automatic differentiation does them. */
export function denseFlops({ d, concepts, batch }: StepSizes): number {
  return 5 * 2 * batch * concepts * d;
}
