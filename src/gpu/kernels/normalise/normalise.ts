import source from './normalise.wgsl?raw';
import { bufferLayout, paddedWidth } from '../../buffers.ts';
import { ShaderPipelines, oncePerDevice } from '../../compile.ts';
import type { GpuMatrix } from '../../buffers.ts';

/** Rows `first … first + count` of a matrix on the GPU, to be scaled to unit norm or not. */
export interface RowsToNormalise {
  readonly x: GpuMatrix;
  readonly first: number;
  readonly count: number;
  readonly unit: boolean;
}

/** Where the rows go: all of them storage buffers of the same device. */
export interface NormalisedRows {
  /** `(rows, paddedWidth(cols))`, zeros beyond `cols`. */
  readonly rows: GPUBuffer;
  /** `(rows)` bits of max|x| before; those of NaN and infinity are at least 0x7f800000. */
  readonly before: GPUBuffer;
  /** `(rows)` the same after. */
  readonly after: GPUBuffer;
}

const pipelines = oncePerDevice(
  (device) =>
    new ShaderPipelines(device, 'normalise', source, bufferLayout(device, 'normalise', ['read-only-storage', 'storage', 'storage', 'storage']), {
      normalise: { name: 'normalise', constants: { GROUP: 64 } },
    }),
);

/** Pads rows on the GPU to whole vec4s, optionally scaled to unit L2 norm (a model's output is not normalised). */
export class NormaliseKernel {
  private readonly device: GPUDevice;
  private readonly params: GPUBuffer;

  constructor(device: GPUDevice) {
    this.device = device;
    this.params = device.createBuffer({ label: 'normalise params', size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  }

  /** What `record` needs; compiled when first asked for. */
  async compile(): Promise<GPUComputePipeline> {
    return pipelines(this.device).get('normalise');
  }

  /**
   * Records the copy of rows into the start of `to`; submit before the next `record`, which
   * reuses the parameters. `count` is at most the device's workgroups per dimension. With `unit`, a row of zeros stays zero.
   */
  record(encoder: GPUCommandEncoder, pipeline: GPUComputePipeline, { x, first, count, unit }: RowsToNormalise, to: NormalisedRows): void {
    this.device.queue.writeBuffer(this.params, 0, new Uint32Array([first, x.cols, paddedWidth(x.cols), unit ? 1 : 0]));
    const buffers: GPUBufferBinding[] = [
      { buffer: this.params },
      { buffer: x.buffer, size: x.rows * x.cols * 4 },
      { buffer: to.rows },
      { buffer: to.before },
      { buffer: to.after },
    ];
    const pass = encoder.beginComputePass({ label: 'normalise' });
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      this.device.createBindGroup({ label: 'normalise', layout: pipelines(this.device).bindings, entries: buffers.map((resource, binding) => ({ binding, resource })) }),
    );
    pass.dispatchWorkgroups(count);
    pass.end();
  }

  dispose(): void {
    this.params.destroy();
  }
}
