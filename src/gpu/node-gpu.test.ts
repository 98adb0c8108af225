import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '../core/errors.ts';
import { encode } from '../core/encode.ts';
import { matrix } from '../core/tensor.ts';
import { requestGpu } from './device.ts';
import { EncodeKernel } from './kernels/encode/encode.ts';
import { expectReference } from './kernels/encode/encode.properties.ts';
import { gaussians, randomDictionary } from './kernels/encode/testing.ts';
import { nodeGpu } from './node-gpu.ts';

const chosen = process.env['VK_ICD_FILENAMES'];

describe('WebGPU in Node', () => {
  afterEach(() => {
    if (chosen === undefined) delete process.env['VK_ICD_FILENAMES'];
    else process.env['VK_ICD_FILENAMES'] = chosen;
  });

  it('encodes a probe and a batch as the CPU does, with the system’s driver or SwiftShader', async () => {
    const context = await requestGpu(await nodeGpu());
    if (context === null) throw new Error('nodeGpu() promised an adapter');
    const dictionary = randomDictionary(14, 90, { kind: 'batchtopk', k: 4, theta: 0.5, cmp: '>=' });
    const kernel = await EncodeKernel.create(context, dictionary);
    for (const rows of [1, 70]) {
      const x = matrix(rows, 14, gaussians(rows * 14, rows));
      const codes = await kernel.encode(x);
      expectReference(codes, dictionary, x);
      expect(codes).toEqual(encode(dictionary, x));
    }
    kernel.dispose();
    context.device.destroy();
  });

  // Elsewhere Dawn has Metal or Direct3D, which need no Vulkan driver.
  it.runIf(process.platform === 'linux')('says what to do when the driver that was asked for does not serve WebGPU', async () => {
    process.env['VK_ICD_FILENAMES'] = 'no-such-driver.json';
    await expect(nodeGpu()).rejects.toThrow(InputError);
    await expect(nodeGpu()).rejects.toThrow(/--backend cpu/);
  });
});
