import { invariant } from '../../../core/errors.ts';
import { paddedWidth } from '../../buffers.ts';
import { destroyAll, gradientBuffer, listBuffers, placeBuffers, stateBuffers, workBuffers } from './memory.ts';
import { firstCapacities, grownCapacities } from './sizes.ts';
import { padRows } from './state.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { Matrix } from '../../../core/tensor.ts';
import type { ListBuffers, PlaceBuffers, StateBuffers, WorkBuffers } from './memory.ts';
import type { Capacities } from './sizes.ts';
import type { StepLog } from './log.ts';
import type { Sizes } from './sizes.ts';
import type { ListKind, RunBuffers } from './step-plan.ts';

/** Bytes of one upload to the GPU. */
const UPLOAD_BYTES = 2 ** 26;

/** The GPU's memory of one run; the lists grow, the shard is replaced. */
export class TrainMemory {
  readonly state: StateBuffers;
  readonly work: WorkBuffers;
  /** Zero at the beginning of each step. */
  readonly cleared: readonly GPUBuffer[];
  readonly #device: GPUDevice;
  readonly #sizes: Sizes;
  readonly #places: Readonly<Record<ListKind, PlaceBuffers>>;
  #capacities: Capacities;
  #lists: Readonly<Record<ListKind, ListBuffers>>;
  #gradients: GPUBuffer;
  #shard: { readonly buffer: GPUBuffer; readonly rows: number } | null = null;

  /** `capacities` replaces the room that the recipe gets at first. */
  constructor(device: GPUDevice, recipe: Recipe, sizes: Sizes, capacities: Capacities | null) {
    this.#device = device;
    this.#sizes = sizes;
    this.state = stateBuffers(device, sizes);
    this.work = workBuffers(device, sizes, recipe.method === 'jumprelu');
    this.#places = {
      codes: placeBuffers(device, sizes, 'codes'),
      auxiliary: placeBuffers(device, sizes, recipe.revival.kind === 'auxk' ? 'auxiliary' : 'nothing'),
    };
    this.cleared = [this.work.histogram, this.#places.codes.counts, this.#places.auxiliary.counts];
    this.#capacities = capacities ?? firstCapacities(recipe, sizes);
    this.#lists = this.#makeLists();
    this.#gradients = gradientBuffer(device, sizes, this.#capacities);
  }

  get capacities(): Capacities {
    return this.#capacities;
  }

  get shardRows(): number {
    return this.#shard?.rows ?? 0;
  }

  buffers(): RunBuffers {
    invariant(this.#shard !== null, 'a step before its rows');
    return { state: this.state, work: this.work, places: this.#places, lists: this.#lists, gradients: this.#gradients, shard: this.#shard.buffer };
  }

  /** Replaces the rows that steps index. */
  uploadShard({ rows, cols, data }: Matrix): void {
    this.#shard?.buffer.destroy();
    const bytes = paddedWidth(cols) * 4;
    const buffer = this.#device.createBuffer({ label: 'train shard', size: Math.max(16, rows * bytes), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    this.#shard = { buffer, rows };
    const piece = Math.max(1, Math.floor(UPLOAD_BYTES / bytes));
    for (let first = 0; first < rows; first += piece) {
      const end = Math.min(rows, first + piece);
      this.#device.queue.writeBuffer(buffer, first * bytes, padRows(data.subarray(first * cols, end * cols), cols));
    }
  }

  /** Makes room for what a step found that did not fit, and lets steps run again. Throws InputError when the device has none. */
  grow({ entries, auxiliaryEntries }: StepLog): void {
    this.#capacities = grownCapacities(this.#sizes, this.#capacities, { codes: entries, auxiliary: auxiliaryEntries });
    this.#destroyLists();
    this.#lists = this.#makeLists();
    this.#gradients = gradientBuffer(this.#device, this.#sizes, this.#capacities);
    // `halted`, the first word of Control.
    this.#device.queue.writeBuffer(this.state.control, 0, new Uint32Array(1));
  }

  dispose(): void {
    for (const buffers of [this.state, this.work, this.#places.codes, this.#places.auxiliary]) destroyAll(buffers);
    this.#destroyLists();
    this.#shard?.buffer.destroy();
  }

  #makeLists(): Record<ListKind, ListBuffers> {
    const { codes, auxiliary } = this.#capacities;
    return { codes: listBuffers(this.#device, this.#sizes, codes), auxiliary: listBuffers(this.#device, this.#sizes, auxiliary) };
  }

  #destroyLists(): void {
    destroyAll(this.#lists.codes);
    destroyAll(this.#lists.auxiliary);
    this.#gradients.destroy();
  }
}
