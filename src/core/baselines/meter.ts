import type { Work } from '../work.ts';

/** Multiply-adds between two looks at the clock: 1 to 2 ms. */
const PIECE = 2 ** 21;

/** Counts multiply-adds, to report progress in proportion to time and to pause often enough. */
export class Meter {
  readonly #work: Work;
  readonly #total: number;
  #done = 0;
  #sincePause = 0;

  /** `total` multiply-adds are expected; a guess will do. */
  constructor(work: Work, total: number) {
    this.#work = work;
    this.#total = total;
  }

  /** Counts `amount` more; what it returns is to be awaited when it is a promise. Throws what `Work.pause` throws. */
  spend(amount: number): Promise<void> | undefined {
    this.#done += amount;
    this.#sincePause += amount;
    if (this.#sincePause < PIECE) return undefined;
    this.#sincePause = 0;
    this.#work.progress(Math.min(this.#done, this.#total), this.#total);
    return this.#work.pause();
  }

  /** Says that all is done, also where fewer multiply-adds were needed. */
  finish(): void {
    this.#work.progress(this.#total, this.#total);
  }
}
