import { kthLargest } from '../../core/activations/select.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { SparseCodes } from '../../core/tensor.ts';

/**
 * The `count`-th largest positive code of any number of rows, in memory for 2·`count` codes: those below the `count`-th largest so far
 * can never be it, and need not even be computed.
 */
export class ThresholdSearch {
  readonly #count: number;
  readonly #values: Float64Array;
  #size = 0;
  #bound = 0;
  /** Codes equal to the bound that were put out: only as many as are needed are kept, so that memory stays bounded however many tie. */
  #ties = 0;

  /** `count` at least 1. */
  constructor(count: number) {
    this.#count = count;
    this.#values = new Float64Array(2 * count);
  }

  /** `dictionary` with an activation that leaves out the codes that no longer matter. */
  narrowed(dictionary: Dictionary): Dictionary {
    return { ...dictionary, act: this.#bound === 0 ? { kind: 'relu' } : { kind: 'batchtopk', k: null, theta: this.#bound, cmp: '>=' } };
  }

  add({ values }: SparseCodes): void {
    for (const value of values) {
      if (value <= 0 || value < this.#bound) continue;
      if (this.#size === this.#values.length) this.#shrink();
      this.#values[this.#size] = value;
      this.#size += 1;
    }
    if (this.#size > this.#count) this.#shrink();
  }

  /** θ and how many codes reach it, ties with it included; null where there are fewer than `count` positive codes. */
  finish(): { theta: number; reached: number } | null {
    if (this.#size < this.#count) return null;
    this.#shrink();
    return { theta: this.#bound, reached: this.#size + this.#ties };
  }

  #shrink(): void {
    const held = this.#values.subarray(0, this.#size);
    const bound = kthLargest(held.slice(), this.#count);
    if (bound > this.#bound) this.#ties = 0;
    let kept = 0;
    let equal = 0;
    for (const value of held) {
      if (value > bound) {
        this.#values[kept] = value;
        kept += 1;
      } else if (value === bound) {
        equal += 1;
      }
    }
    const needed = Math.min(equal, this.#count - kept);
    this.#values.fill(bound, kept, kept + needed);
    this.#ties += equal - needed;
    this.#size = kept + needed;
    this.#bound = bound;
  }
}
