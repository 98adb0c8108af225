import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import type { GpuContext } from '../../device.ts';

/** One dispatch: a pipeline, its buffers in the order of bindings after the parameters, and its workgroups. */
export interface Pass {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** The uniforms, whole words. */
  readonly params: Uint32Array;
  readonly buffers: readonly GPUBuffer[];
  readonly groups: number;
}

/** Records a pass; `params` goes into a buffer of its own, which `temporary` collects to be destroyed after the submission. */
export function recordPass(device: GPUDevice, encoder: GPUCommandEncoder, { pipeline, layout, params, buffers, groups }: Pass, temporary: GPUBuffer[]): void {
  const uniform = device.createBuffer({ label: 'analysis params', size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  temporary.push(uniform);
  device.queue.writeBuffer(uniform, 0, params.slice());
  const pass = encoder.beginComputePass({ label: 'analysis' });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ label: 'analysis', layout, entries: [uniform, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } })) }));
  pass.dispatchWorkgroups(groups);
  pass.end();
}

/**
 * One submission between error scopes; `record` gets the encoder and the list of buffers to destroy afterwards. Resolves to the
 * first `bytes` of `read`, copied from `from`, where that is asked for. Throws DeviceLostError, and Error when the GPU refuses a command.
 */
export async function submit(
  context: GpuContext,
  what: string,
  record: (encoder: GPUCommandEncoder, temporary: GPUBuffer[]) => void,
  back: { readonly from: GPUBuffer; readonly to: GPUBuffer; readonly bytes: number } | null,
): Promise<ArrayBuffer> {
  const { device } = context;
  const temporary: GPUBuffer[] = [];
  const { valid } = validated(device, what, () => {
    const encoder = device.createCommandEncoder({ label: what });
    record(encoder, temporary);
    if (back !== null) encoder.copyBufferToBuffer(back.from, 0, back.to, 0, back.bytes);
    device.queue.submit([encoder.finish()]);
    // A buffer may be destroyed once the commands that use it are submitted.
    for (const buffer of temporary) buffer.destroy();
  });
  if (back === null) {
    await orDeviceLost(context, valid);
    return new ArrayBuffer(0);
  }
  await orDeviceLost(context, Promise.all([valid, back.to.mapAsync(GPUMapMode.READ, 0, back.bytes)]));
  const copy = back.to.getMappedRange(0, back.bytes).slice(0);
  back.to.unmap();
  return copy;
}
