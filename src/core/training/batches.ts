import { InputError } from '../errors.ts';
import { Random } from '../random.ts';

/** Stream of random numbers of an epoch's order: apart from those of the initialisation. */
const ORDER_STREAM = 1000;

/**
 * Which rows each optimiser step sees: every epoch in a new seeded order. A short last batch is left out, since it would skew θ. Any
 * step can be asked for, so that a resumed run sees the batches of an uninterrupted one.
 */
export class BatchOrder {
  readonly stepsPerEpoch: number;
  readonly #rows: number;
  readonly #batch: number;
  readonly #seed: number;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array(0);

  /** Throws InputError when a batch is not a positive whole number or there are fewer rows than one batch. */
  constructor(rows: number, batch: number, seed: number) {
    if (!Number.isInteger(batch) || batch < 1) {
      throw new InputError(`a batch has ${batch} rows`, { field: 'batch', fix: 'Use a whole number of at least 1.' });
    }
    if (rows < batch) {
      throw new InputError(`a batch of ${batch} does not fit in ${rows} rows`, { field: 'batch', fix: `Use a batch of at most ${rows}.` });
    }
    this.stepsPerEpoch = Math.floor(rows / batch);
    this.#rows = rows;
    this.#batch = batch;
    this.#seed = seed;
  }

  /** Rows of optimiser step `step`, counted from 0 over all epochs; a view that lasts until another epoch is asked for. */
  rowsOf(step: number): Uint32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = new Random(this.#seed, ORDER_STREAM + epoch).shuffle(Uint32Array.from({ length: this.#rows }, (_, i) => i));
      this.#epoch = epoch;
    }
    const start = (step % this.stepsPerEpoch) * this.#batch;
    return this.#order.subarray(start, start + this.#batch);
  }
}
