import { validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { tileEdge, tilesOf, trainKernels } from './kernels.ts';
import { packParams } from './params.ts';
import { sizesOf } from './sizes.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { GpuContext } from '../../device.ts';
import type { Tile } from './kernels.ts';

/** Products a measurement, after one that warms up. */
const RUNS = 3;

/**
 * The tile with which this device computes a recipe's dense product faster, by a measurement of some products on nothing; remembers
 * nothing. Throws InputError when the recipe does not fit the device; DeviceLostError.
 */
export async function fasterTile(context: GpuContext, recipe: Recipe, d: number): Promise<Tile> {
  const { device } = context;
  const [usual, ...others] = tilesOf(device);
  if (others.length === 0) return usual;
  const sizes = sizesOf(recipe, d, device.limits);
  const kernel = trainKernels(device).precodes;
  const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
  const { result: buffers, valid } = validated(device, 'Measuring tiles', () => {
    const make = (size: number, usage: GPUBufferUsageFlags): GPUBuffer => device.createBuffer({ label: 'train tile measurement', size, usage });
    const params = packParams(recipe, sizes, { rows: recipe.batch, keep: 1, window: 1, learningRate: 0, step: 1 }, { codes: 1, auxiliary: 1 }, 0);
    const uniform = make(params.byteLength, UNIFORM | COPY_DST);
    device.queue.writeBuffer(uniform, 0, params);
    const floats = [recipe.batch * sizes.vectors, sizes.concepts * sizes.vectors, sizes.quads, recipe.batch * sizes.quads];
    return [uniform, ...floats.map((vectors) => make(vectors * 16, STORAGE))];
  });
  try {
    await orDeviceLost(context, valid);
    const group = device.createBindGroup({ label: 'train tile measurement', layout: kernel.bindings, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
    const time = async (tile: Tile): Promise<number> => {
      const pipeline = await kernel.get(tile);
      const run = async (times: number): Promise<number> => {
        const encoder = device.createCommandEncoder({ label: 'train tile measurement' });
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        for (let i = 0; i < times; i++) pass.dispatchWorkgroups(Math.ceil(recipe.concepts / tileEdge[tile]), Math.ceil(recipe.batch / tileEdge[tile]));
        pass.end();
        const before = performance.now();
        device.queue.submit([encoder.finish()]);
        await device.queue.onSubmittedWorkDone();
        return performance.now() - before;
      };
      await run(1);
      return run(RUNS);
    };
    let best = { tile: usual, took: await orDeviceLost(context, time(usual)) };
    for (const tile of others) {
      const took = await orDeviceLost(context, time(tile));
      if (took < best.took) best = { tile, took };
    }
    return best.tile;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
