import { trainKernels } from './kernels.ts';
import type { ShaderPipelines } from '../../compile.ts';
import type { Part, PlannedDispatch } from './step-plan.ts';
import type { WorkBuffers } from './memory.ts';

interface Dispatch extends Pick<PlannedDispatch, 'part' | 'size'> {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** Where the times of the parts of a step go: two marks each, in the order of `parts`. */
export interface PartTimes {
  readonly marks: GPUQuerySet;
}

/** The dispatches of one step over fixed buffers, recorded again for every step. */
export class StepRecorder {
  /** Parts of the step in their order. */
  readonly parts: readonly Part[];
  private readonly cleared: readonly GPUBuffer[];
  private readonly dispatches: readonly Dispatch[];

  /** Compiles what the step needs; `cleared` buffers are zero when it begins. */
  static async create(device: GPUDevice, { params }: Pick<WorkBuffers, 'params'>, cleared: readonly GPUBuffer[], plan: readonly PlannedDispatch[]): Promise<StepRecorder> {
    const kernels = trainKernels(device);
    const pipelines = await Promise.all(plan.map(async ({ kernel, variant }) => (kernels[kernel] as ShaderPipelines<string>).get(variant)));
    const dispatches = plan.map(({ part, kernel, bound, size }, i) => ({
      part,
      size,
      pipeline: pipelines[i] as GPUComputePipeline,
      group: device.createBindGroup({
        label: `train ${kernel}`,
        layout: kernels[kernel].bindings,
        entries: [params, ...bound].map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    }));
    return new StepRecorder(cleared, dispatches);
  }

  private constructor(cleared: readonly GPUBuffer[], dispatches: readonly Dispatch[]) {
    this.cleared = cleared;
    this.dispatches = dispatches;
    this.parts = [...new Set(dispatches.map(({ part }) => part))];
  }

  /** Records a step on `rows` rows, whose parameters and row numbers are in their buffers when it runs; a pass for each part where they are timed. */
  record(encoder: GPUCommandEncoder, rows: number, times: PartTimes | null): void {
    for (const buffer of this.cleared) encoder.clearBuffer(buffer);
    if (times === null) {
      this.pass(encoder, rows, this.dispatches, {});
      return;
    }
    for (const [i, part] of this.parts.entries()) {
      const timestampWrites = { querySet: times.marks, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 };
      this.pass(encoder, rows, this.dispatches.filter((dispatch) => dispatch.part === part), { timestampWrites });
    }
  }

  private pass(encoder: GPUCommandEncoder, rows: number, dispatches: readonly Dispatch[], times: Pick<GPUComputePassDescriptor, 'timestampWrites'>): void {
    const pass = encoder.beginComputePass({ label: 'train step', ...times });
    for (const { pipeline, group, size } of dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...size(rows));
    }
    pass.end();
  }
}
