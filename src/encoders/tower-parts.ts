import type { Backend, Dtype, TowerName, TowerStatus } from './port.ts';
import type { Queue } from './queue.ts';
import type { Feeds, Runtime, Session } from './session.ts';

/** Inputs of one run; they may differ by backend (padding) and by what the session asks for. */
export type FeedMaker = (backend: Backend, session: Session) => Feeds;

/** What a tower is made of. */
export interface TowerParts {
  readonly name: TowerName;
  /** What messages call it: the model and its half. */
  readonly label: string;
  readonly runtime: Runtime;
  readonly queue: Queue;
  /** Name of the embedding among the model's outputs. */
  readonly output: string;
  readonly dim: number;
  /** Weights to try, in this order. */
  readonly dtypes: readonly Dtype[];
  /** One item to measure with, and the vector it must give, null where the model brings none. */
  readonly test: { readonly feeds: FeedMaker; readonly expected: Float32Array | null };
  /** Asked for only when nothing works on the processor. */
  readonly lastResort: () => Promise<GPUDevice | null>;
  readonly onStatus: (status: TowerStatus) => void;
}
