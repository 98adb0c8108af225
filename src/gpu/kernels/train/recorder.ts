import { tileEdge, trainKernels } from './kernels.ts';
import type { ShaderPipelines } from '../../compile.ts';
import type { Tile, TrainKernels } from './kernels.ts';
import type { ListBuffers, Lists, StateBuffers, WorkBuffers } from './memory.ts';
import type { Sizes } from './sizes.ts';

/** Workgroups of kernels whose threads loop over their share: enough to fill a large GPU. */
const LOOP_GROUPS = 1024;
/** Entries at once of a workgroup of `products`, GROUP / TEAM there. */
const PRODUCTS = 8;
/** Workgroups of the first of two dimensions; kernels fold them back. */
const MOST_GROUPS = 32_768;

/** What a run does in its steps; decides which kernels run. */
export interface StepShape {
  readonly activation: 'relu' | 'batch' | 'rows';
  readonly auxiliary: boolean;
  /** Whether column sums over the batch are needed: for b_dec, reanimation, nudge. */
  readonly sums: boolean;
  readonly tile: Tile;
}

/** Parts of a step, as the benchmark lists them. */
export type Part = 'gather' | 'pre-codes' | 'threshold' | 'lists' | 'decode' | 'gradients' | 'auxiliary' | 'update';

interface Dispatch {
  readonly part: Part;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly size: (rows: number) => readonly [x: number, y?: number, z?: number];
}

/** All buffers of a run. */
export interface RunBuffers {
  readonly state: StateBuffers;
  readonly work: WorkBuffers;
  readonly lists: Lists;
  readonly shard: GPUBuffer;
}

type Variants = { readonly [K in keyof TrainKernels]: TrainKernels[K] extends ShaderPipelines<infer V> ? V : never };

/** The dispatches of one step over fixed buffers, recorded again for every step. */
export class StepRecorder {
  private readonly buffers: RunBuffers;
  private readonly dispatches: readonly Dispatch[];

  /** Compiles what the step needs. */
  static async create(device: GPUDevice, sizes: Sizes, shape: StepShape, buffers: RunBuffers): Promise<StepRecorder> {
    const steps = listSteps(sizes, shape, buffers);
    const kernels = trainKernels(device);
    const pipelines = await Promise.all(steps.map(async ({ kernel, variant }) => (kernels[kernel] as ShaderPipelines<string>).get(variant)));
    const dispatches = steps.map(({ part, kernel, bound, size }, i) => ({
      part,
      pipeline: pipelines[i] as GPUComputePipeline,
      group: device.createBindGroup({
        label: `train ${kernel}`,
        layout: kernels[kernel].bindings,
        entries: [buffers.work.params, ...bound].map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
      size,
    }));
    return new StepRecorder(buffers, dispatches);
  }

  private constructor(buffers: RunBuffers, dispatches: readonly Dispatch[]) {
    this.buffers = buffers;
    this.dispatches = dispatches;
  }

  /** Records a step on `rows` rows, whose parameters and row numbers are in their buffers when it runs. */
  record(encoder: GPUCommandEncoder, rows: number): void {
    const { histogram, counts, auxiliaryCounts } = this.buffers.work;
    for (const buffer of [histogram, counts, auxiliaryCounts]) encoder.clearBuffer(buffer);
    const pass = encoder.beginComputePass({ label: 'train step' });
    for (const { pipeline, group, size } of this.dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...size(rows));
    }
    pass.end();
  }
}

interface Step {
  readonly part: Part;
  readonly kernel: keyof TrainKernels;
  readonly variant: string;
  /** Storage buffers in the order of the kernel's bindings. */
  readonly bound: readonly GPUBuffer[];
  readonly size: Dispatch['size'];
}

function listSteps(sizes: Sizes, shape: StepShape, { state, work, lists, shard }: RunBuffers): Step[] {
  const { concepts, quads, vectors, columnGroups, segment } = sizes;
  const steps: Step[] = [];
  const add = <K extends keyof Variants>(part: Part, kernel: K, variant: Variants[K], bound: readonly GPUBuffer[], size: Dispatch['size']): void => {
    steps.push({ part, kernel, variant, bound, size });
  };
  const loop = (threads: number, group: number) => [Math.min(LOOP_GROUPS, Math.ceil(threads / group))] as const;
  const perConcept = () => folded(concepts);
  const once = () => [1] as const;

  add('gather', 'gather', 'gather', [shard, work.picks, state.biases, work.batch], (rows) => loop(rows * vectors, 256));
  const edge = tileEdge[shape.tile];
  add('pre-codes', 'precodes', shape.tile, [work.batch, state.weights, state.encoderBias, work.pre], (rows) => [Math.ceil(concepts / edge), Math.ceil(rows / edge)]);
  if (shape.activation === 'batch') {
    for (const level of ['first', 'second', 'third'] as const) {
      add('threshold', 'histogram', level, [work.pre, state.control, work.histogram], (rows) => loop(rows * quads, 256 * 4));
      add('threshold', 'pick', level, [work.histogram, state.control], once);
    }
  }

  /** Mask and lists, forward and backward, of the codes or of the auxiliary loss. */
  const sparse = (kind: 'codes' | 'auxiliary', parts: readonly [lists: Part, decode: Part, gradients: Part]): void => {
    const codes = kind === 'codes';
    const { rowList, keys, values, extraConcept }: ListBuffers = lists[kind];
    const mask = codes ? work.mask : work.auxiliaryMask;
    const counts = codes ? work.counts : work.auxiliaryCounts;
    const offsets = codes ? work.offsets : work.auxiliaryOffsets;
    const residuals = codes ? work.residuals : work.auxiliaryResiduals;
    const extras = Math.floor(values.size / 8 / segment);
    add(parts[0], 'mask', codes ? shape.activation : 'auxiliary', [work.pre, state.control, work.rowLimits, state.silent, codes ? work.auxiliaryMask : work.mask, mask, counts], (rows) => [
      Math.ceil(quads / 64),
      Math.ceil(rows / 32),
    ]);
    add(parts[0], 'scan', kind, [counts, offsets, state.control], once);
    add(parts[0], 'rows', kind, [mask, work.pre, offsets, state.control, rowList], folded);
    add(parts[0], 'columns', kind, [mask, offsets, state.control, keys, extraConcept], () => loop(concepts, 64));
    const target = codes ? work.batch : work.residuals;
    add(parts[1], 'decode', codes && sizes.prefixes.length > 1 ? 'nested' : kind, [offsets, rowList, state.atoms, state.biases, target, residuals, work.rowErrors, state.control], (rows) => {
      const [x, y] = folded(rows);
      return [x, y, columnGroups];
    });
    add(parts[1], 'products', kind, [state.control, keys, work.pre, residuals, state.atoms, values], () => loop(values.size / 8, PRODUCTS));
    const [x, y] = folded(concepts + extras);
    add(parts[2], 'gradients', kind, [offsets, keys, values, extraConcept, work.batch, residuals, lists.gradients, state.control], () => [x, y, columnGroups]);
  };
  sparse('codes', ['lists', 'decode', 'gradients']);
  if (shape.sums) {
    const bound = [work.residuals, work.batch, work.blocks, work.sums];
    add('gradients', 'sums', 'rows', bound, (rows) => [Math.ceil(rows / 64), columnGroups]);
    add('gradients', 'sums', 'blocks', bound, () => [Math.ceil((2 * vectors) / 64)]);
  }
  const shared = [state.control, lists.gradients];
  add('update', 'combine', 'combine', [state.control, work.offsets, work.auxiliaryOffsets, work.sums, state.weights, state.encoderBias, lists.gradients, work.shares], perConcept);
  add('update', 'finish', 'finish', [work.offsets, work.rowErrors, work.shares, work.sums, state.silent, state.control, work.log], once);
  add('update', 'adam', 'weights', [...shared, state.weights, state.weightsFirst, state.weightsSecond], perConcept);
  add('update', 'adam', 'atoms', [...shared, state.atoms, state.atomsFirst, state.atomsSecond], perConcept);
  add('update', 'biases', 'biases', [...shared, work.sums, state.encoderBias, state.biases, state.biasMoments], () => [Math.ceil((concepts + 4 * vectors) / 64)]);
  return steps;
}

function folded(groups: number): [x: number, y: number] {
  const x = Math.min(groups, MOST_GROUPS);
  return [x, Math.ceil(groups / x)];
}
