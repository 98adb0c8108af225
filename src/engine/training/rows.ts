import { Random } from '../../core/random.ts';
import type { Matrix } from '../../core/tensor.ts';
import { BatchOrder } from '../../core/training/batches.ts';
import { MomentsAccumulator, type Moments } from '../../core/training/moments.ts';
import type { Work } from '../../core/work.ts';

/** Stream of random numbers of the order of the shards. */
const SHARD_STREAM = 500;

/** Rows to train on, in shards of which only one has to be in memory. */
export interface TrainingRows {
  readonly rows: number;
  readonly cols: number;
  readonly shards: readonly { readonly rows: number }[];
  read(shard: number): Promise<Matrix>;
}

/** Rows that are in memory, cut into shards of at most `most` rows. */
export function inMemory(x: Matrix, most = x.rows): TrainingRows {
  const size = Math.max(1, Math.min(most, x.rows));
  const shards = Array.from({ length: Math.ceil(x.rows / size) }, (_, i) => ({ rows: Math.min(size, x.rows - i * size) }));
  return {
    rows: x.rows,
    cols: x.cols,
    shards,
    read: (i) => {
      const rows = shards[i]?.rows ?? 0;
      return Promise.resolve({ rows, cols: x.cols, data: x.data.subarray(i * size * x.cols, (i * size + rows) * x.cols) });
    },
  };
}

/** Moments of all rows, read once. */
export async function momentsOf(rows: TrainingRows, work: Work): Promise<Moments> {
  const moments = new MomentsAccumulator(rows.cols);
  for (const i of rows.shards.keys()) {
    moments.add(await rows.read(i));
    await work.pause();
  }
  return moments.finish();
}

/** The batch of one optimiser step: which shard, and which of its rows. */
export interface StepRows {
  readonly shard: number;
  readonly rows: Uint32Array;
}

/**
 * Which rows each optimiser step sees. With one shard a new seeded order every epoch; with several, a new seeded order of the shards,
 * each of which is gone through in a seeded order of its own: every row once an epoch, but for short last batches. Any step can be
 * asked for, so that a resumed run sees the same.
 */
export class StepOrder {
  readonly stepsPerEpoch: number;
  readonly #shards: readonly { readonly shard: number; readonly order: BatchOrder }[];
  readonly #seed: number;

  /** Throws InputError when a batch fits in no shard. */
  constructor({ shards }: Pick<TrainingRows, 'shards'>, batch: number, seed: number) {
    const largest = Math.max(0, ...shards.map(({ rows }) => rows));
    this.#shards = shards.flatMap(({ rows }, shard) =>
      // A shard below one batch is a short last batch as a whole; if all are, the order says so.
      rows < batch && largest >= batch ? [] : [{ shard, order: new BatchOrder(rows, batch, seed + shard) }],
    );
    this.#seed = seed;
    this.stepsPerEpoch = this.#shards.reduce((sum, { order }) => sum + order.stepsPerEpoch, 0);
  }

  /** Rows of step `step`, counted from 0 over all epochs; a view that lasts until the next call. */
  at(step: number): StepRows {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    let left = step % this.stepsPerEpoch;
    const sequence = new Random(this.#seed, SHARD_STREAM + epoch).shuffle(Uint32Array.from(this.#shards.keys()));
    for (const i of sequence) {
      const entry = this.#shards[i];
      if (entry === undefined) continue;
      const { shard, order } = entry;
      if (left < order.stepsPerEpoch) return { shard, rows: order.rowsOf(epoch * order.stepsPerEpoch + left) };
      left -= order.stepsPerEpoch;
    }
    throw new Error(`Invariant broken: step ${step} is in no shard`);
  }
}
