/** What device.browser.test.ts runs in a worker: a device of the worker's own, and a kernel on it. */
import { matrix } from '../core/tensor.ts';
import { requestGpu } from './device.ts';
import { EncodeKernel } from './kernels/encode/encode.ts';
import { gaussians, randomDictionary } from './kernels/encode/testing.ts';

const context = await requestGpu(navigator.gpu);
if (context === null) throw new Error('No WebGPU adapter in the worker.');
const kernel = await EncodeKernel.create(context, randomDictionary(4, 5, { kind: 'relu' }));
const { rows, cols } = await kernel.encode(matrix(2, 4, gaussians(8, 1)));
postMessage({ rows, cols });
