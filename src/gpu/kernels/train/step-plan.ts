import { tileEdge } from './kernels.ts';
import { extraSegments } from './sizes.ts';
import type { ShaderPipelines } from '../../compile.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { Tile, TrainKernels } from './kernels.ts';
import type { ListBuffers, PlaceBuffers, StateBuffers, WorkBuffers } from './memory.ts';
import type { Sizes } from './sizes.ts';

/** Parts of a step, as the benchmark lists them. */
export type Part = 'gather' | 'pre-codes' | 'select' | 'lists' | 'decode' | 'gradients' | 'auxiliary' | 'thresholds' | 'update';

/** The codes, or the dead units that reconstruct the residual. */
export type ListKind = 'codes' | 'auxiliary';

/** All buffers of a run. */
export interface RunBuffers {
  readonly state: StateBuffers;
  readonly work: WorkBuffers;
  readonly places: Readonly<Record<ListKind, PlaceBuffers>>;
  readonly lists: Readonly<Record<ListKind, ListBuffers>>;
  readonly gradients: GPUBuffer;
  readonly shard: GPUBuffer;
}

/** One dispatch of a step. */
export interface PlannedDispatch {
  readonly part: Part;
  readonly kernel: keyof TrainKernels;
  readonly variant: string;
  /** Storage buffers in the order of the kernel's bindings. */
  readonly bound: readonly GPUBuffer[];
  /** Workgroups for a number of rows. */
  readonly size: (rows: number) => readonly [x: number, y?: number, z?: number];
}

type Variants = { readonly [K in keyof TrainKernels]: TrainKernels[K] extends ShaderPipelines<infer V> ? V : never };

/** Workgroups of kernels whose threads loop over their share: enough to fill a large GPU. */
const LOOP_GROUPS = 2048;
/** Entries at once of a workgroup of `products`, GROUP / TEAM there. */
const PRODUCTS = 8;
/** Workgroups of the first of two dimensions; kernels fold them back. */
const MOST_GROUPS = 32_768;

/** What the methods do to pick their codes. */
const selections = { batchtopk: 'batch', matryoshka: 'batch', topk: 'rows', relu: 'relu', jumprelu: 'jump' } as const;
export type GpuMethod = keyof typeof selections;

/** Whether the method has kernels. */
export function isGpuMethod(method: Recipe['method']): method is GpuMethod {
  return Object.hasOwn(selections, method);
}

/** The dispatches of one step, in their order. */
export function planStep(recipe: Recipe & { readonly method: GpuMethod }, sizes: Sizes, tile: Tile, buffers: RunBuffers): PlannedDispatch[] {
  const { state, work, places, lists, gradients, shard } = buffers;
  const { concepts, quads, vectors, columnGroups } = sizes;
  const { method, revival } = recipe;
  const plan: PlannedDispatch[] = [];
  const add = <K extends keyof Variants>(part: Part, kernel: K, variant: Variants[K], bound: readonly GPUBuffer[], size: PlannedDispatch['size']): void => {
    plan.push({ part, kernel, variant, bound, size });
  };
  const once = () => [1] as const;
  const perRow = (rows: number) => folded(rows);
  const perConcept = () => folded(concepts);
  const edge = tileEdge[tile];
  const perTile = (rows: number) => [Math.ceil(concepts / edge), Math.ceil(rows / edge)] as const;

  add('gather', 'gather', 'gather', [shard, work.picks, state.biases, work.batch], (rows) => loop(rows * vectors, 256));
  add('pre-codes', 'precodes', tile, [work.batch, state.weights, state.encoderBias, work.pre], perTile);
  if (selections[method] === 'batch') {
    for (const level of ['first', 'second', 'third'] as const) {
      add('select', 'histogram', level, [work.pre, state.control, work.histogram], (rows) => loop(rows * quads, 256 * 4));
      add('select', 'pick', level, [work.histogram, state.control], once);
    }
  }
  if (selections[method] === 'rows') {
    add('select', 'limits', 'codes', [work.pre, state.control, state.silent, places.auxiliary.mask, work.rowLimits], perRow);
  }
  sparse('codes');
  if (revival.kind === 'auxk') sparse('auxiliary');
  if (method === 'jumprelu') {
    const bound = [work.residuals, state.atoms, work.pre, state.encoderBias, state.control, work.thresholdParts, gradients];
    add('thresholds', 'thresholds', tile, bound, perTile);
    add('thresholds', 'thresholds', `${tile}Total`, bound, () => [Math.ceil(quads / 64)]);
  }
  if (recipe.init.bias === 'mean' || revival.kind === 'reanimation' || revival.kind === 'nudge') {
    const bound = [work.residuals, work.batch, work.blocks, work.sums];
    add('gradients', 'sums', 'rows', bound, (rows) => [Math.ceil(rows / 64), columnGroups]);
    add('gradients', 'sums', 'blocks', bound, () => [Math.ceil((2 * vectors) / 64)]);
  }
  const offsets = places.codes.offsets;
  add('update', 'combine', 'combine', [state.control, offsets, places.auxiliary.offsets, work.sums, state.weights, state.encoderBias, gradients, work.shares], perConcept);
  add('update', 'finish', 'finish', [offsets, work.rowErrors, work.shares, work.sums, state.silent, state.control, work.log], once);
  add('update', 'adam', 'weights', [state.control, gradients, state.weights, state.weightsFirst, state.weightsSecond], perConcept);
  add('update', 'adam', 'atoms', [state.control, gradients, state.atoms, state.atomsFirst, state.atomsSecond], perConcept);
  add('update', 'biases', 'biases', [state.control, gradients, work.sums, state.encoderBias, state.biases, state.biasMoments], () => [
    Math.ceil((2 * concepts + 4 * vectors) / 64),
  ]);
  return plan;

  /** Mask and lists, reconstruction and gradients. */
  function sparse(kind: ListKind): void {
    const codes = kind === 'codes';
    const { mask, counts, offsets } = places[kind];
    const { rowList, keys, values, extraConcept } = lists[kind];
    const entries = values.size / 8;
    const residuals = codes ? work.residuals : places.auxiliary.ownResiduals;
    const taken = places[codes ? 'auxiliary' : 'codes'].mask;
    const part = (name: Part): Part => (codes ? name : 'auxiliary');
    if (!codes) add('auxiliary', 'limits', kind, [work.pre, state.control, state.silent, taken, work.rowLimits], perRow);
    add(part('lists'), 'mask', codes ? selections[method] : kind, [work.pre, state.control, work.rowLimits, state.silent, taken, mask, counts, state.encoderBias], (rows) => [
      Math.ceil(quads / 64),
      Math.ceil(rows / 32),
    ]);
    add(part('lists'), 'scan', kind, [counts, offsets, state.control], once);
    add(part('lists'), 'rows', kind, [mask, work.pre, offsets, state.control, rowList], perRow);
    add(part('lists'), 'columns', kind, [mask, offsets, state.control, keys, extraConcept], () => loop(concepts, 64));
    if (codes && revival.kind === 'nudge') {
      const bound = [offsets, state.atoms, work.blocks, state.biases];
      add('decode', 'nudge', 'atoms', bound, () => [Math.ceil(concepts / 64), columnGroups]);
      add('decode', 'nudge', 'offset', bound, () => [columnGroups]);
    }
    const target = codes ? work.batch : work.residuals;
    add(part('decode'), 'decode', codes && sizes.prefixes.length > 1 ? 'nested' : kind, [offsets, rowList, state.atoms, state.biases, target, residuals, work.rowErrors, state.control], (rows) => {
      const [x, y] = folded(rows);
      return [x, y, columnGroups];
    });
    add(part('gradients'), 'products', kind, [state.control, keys, work.pre, residuals, state.atoms, values], () => loop(entries, PRODUCTS));
    const [x, y] = folded(concepts + extraSegments(sizes, entries));
    add(part('gradients'), 'gradients', kind, [offsets, keys, values, extraConcept, work.batch, residuals, gradients, state.control], () => [x, y, columnGroups]);
  }
}

function loop(threads: number, group: number): readonly [number] {
  return [Math.min(LOOP_GROUPS, Math.ceil(threads / group))];
}

function folded(groups: number): readonly [x: number, y: number] {
  const x = Math.min(groups, MOST_GROUPS);
  return [x, Math.ceil(groups / x)];
}
