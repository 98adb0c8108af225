import { describe, expect, it } from 'vitest';
import { matrix } from '../../../core/tensor.ts';
import { paddedWidth } from '../../buffers.ts';
import { resident, testGpu, withoutGpuErrors } from '../../testing.ts';
import { gaussians } from '../encode/testing.ts';
import { NormaliseKernel } from './normalise.ts';
import type { Matrix } from '../../../core/tensor.ts';

const context = await testGpu();
const { device } = context;

/** Runs the kernel on rows `first … first + count` of `x`, and reads everything it wrote. */
async function normalise(x: Matrix, first: number, count: number, unit: boolean) {
  return withoutGpuErrors(context, async () => {
    const kernel = new NormaliseKernel(device);
    const pipeline = await kernel.compile();
    const sizes = { rows: count * paddedWidth(x.cols), before: count, after: count };
    const output = (label: string, length: number): GPUBuffer =>
      device.createBuffer({ label, size: length * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    const to = { rows: output('rows', sizes.rows), before: output('before', count), after: output('after', count) };
    const encoder = device.createCommandEncoder();
    kernel.record(encoder, pipeline, { x: resident(context, x), first, count, unit }, to);
    device.queue.submit([encoder.finish()]);
    const read = async (buffer: GPUBuffer): Promise<Float32Array> => {
      const back = device.createBuffer({ label: 'test read-back', size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const copy = device.createCommandEncoder();
      copy.copyBufferToBuffer(buffer, 0, back, 0, buffer.size);
      device.queue.submit([copy.finish()]);
      await back.mapAsync(GPUMapMode.READ);
      return new Float32Array(back.getMappedRange().slice(0));
    };
    const result = { rows: await read(to.rows), before: await read(to.before), after: await read(to.after) };
    kernel.dispose();
    return result;
  });
}

describe('normalise', () => {
  // Around the vec4 and the 64 threads of a row.
  for (const cols of [1, 3, 4, 63, 64, 65, 259]) {
    it(`pads, scales and measures rows of ${cols}`, async () => {
      const x = matrix(4, cols, gaussians(4 * cols, cols));
      const width = paddedWidth(cols);
      for (const unit of [false, true]) {
        const { rows, before, after } = await normalise(x, 1, 3, unit);
        for (let r = 0; r < 3; r++) {
          const given = [...x.data.subarray((r + 1) * cols, (r + 2) * cols)];
          const norm = unit ? Math.hypot(...given) : 1;
          const got = [...rows.subarray(r * width, (r + 1) * width)];
          expect(got.slice(cols)).toEqual(new Array(width - cols).fill(0));
          expect(before[r]).toBe(Math.max(...given.map(Math.abs)));
          expect(after[r]).toBe(Math.max(...got.map(Math.abs)));
          if (unit) for (const [i, value] of given.entries()) expect(got[i]).toBeCloseTo(value / norm, 6);
          else expect(got.slice(0, cols)).toEqual(given);
        }
      }
    });
  }

  it('shows what is not finite, and keeps a row of zeros', async () => {
    const x = matrix(4, 6, gaussians(24, 1));
    x.data.set([NaN, -Infinity], 5);
    x.data.fill(0, 12, 18);
    const { rows, before } = await normalise(x, 0, 4, true);
    expect(before[0]).toBeNaN();
    expect(before[1]).toBe(Infinity);
    expect(before[2]).toBe(0);
    expect([...rows.subarray(16, 24)]).toEqual(new Array(8).fill(0));
    expect(Math.hypot(...rows.subarray(24, 32))).toBeCloseTo(1, 6);
  });
});
