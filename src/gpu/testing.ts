/** A device of this browser for tests, with what only tests need of it. */
import { requestGpu } from './device.ts';
import type { GpuMatrix } from './buffers.ts';
import type { GpuContext } from './device.ts';
import type { Matrix } from '../core/tensor.ts';

/** Opens a device; fails the test, and does not skip it, where there is no adapter. */
export async function testGpu(): Promise<GpuContext> {
  const context = await requestGpu(navigator.gpu);
  if (context === null) throw new Error('No WebGPU adapter: run the browser with --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader.');
  return context;
}

/** Runs `work` and fails on any WebGPU error, whether or not the code under test has a scope of its own around it. */
export async function withoutGpuErrors<T>({ device }: GpuContext, work: () => Promise<T>): Promise<T> {
  const errors: string[] = [];
  const note = (event: GPUUncapturedErrorEvent): void => {
    errors.push(event.error.message);
  };
  device.addEventListener('uncapturederror', note);
  try {
    const result = await work();
    await device.queue.onSubmittedWorkDone();
    if (errors.length > 0) throw new Error(`WebGPU reported: ${errors.join('; ')}`);
    return result;
  } finally {
    device.removeEventListener('uncapturederror', note);
  }
}

/** Uploads a matrix as an encoder would leave it: unpadded, in a buffer that may be larger. */
export function resident({ device }: GpuContext, x: Matrix, spareBytes = 64): GpuMatrix {
  const buffer = device.createBuffer({
    label: 'resident test matrix',
    size: x.data.byteLength + spareBytes,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  });
  device.queue.writeBuffer(buffer, 0, Float32Array.from(x.data));
  return { buffer, rows: x.rows, cols: x.cols };
}
