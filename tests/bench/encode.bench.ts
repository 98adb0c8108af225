/**
 * `npm run bench:encode`: rows a second of the sparse encoder on the CPU and on WebGPU, and their ratio, in one run.
 * A measurement, not a test. The larger dictionary is left out on a software adapter, which would take minutes.
 */
import { encode } from '../../src/core/encode.ts';
import { InputError } from '../../src/core/errors.ts';
import { matrix } from '../../src/core/tensor.ts';
import { requestGpu } from '../../src/gpu/device.ts';
import { EncodeKernel } from '../../src/gpu/kernels/encode/encode.ts';
import { gaussians, randomDictionary } from '../../src/gpu/kernels/encode/testing.ts';
import { nodeGpu } from '../../src/gpu/node-gpu.ts';
import type { SparseCodes } from '../../src/core/tensor.ts';

/** θ leaves about 16 to 20 of the random codes of a row, as trained dictionaries do. */
const DICTIONARIES = [
  { d: 256, c: 1024, theta: 2.15, software: true },
  { d: 768, c: 6144, theta: 2.8, software: false },
];
const ROWS = [1, 64, 1024];
/** Each measurement repeats for about that long, and gives the median of its runs. */
const BUDGET_MS = 500;

async function rowsPerSecond(rows: number, run: () => Promise<SparseCodes>): Promise<number> {
  // Compiles, and sizes the buffers.
  await run();
  const times: number[] = [];
  const start = performance.now();
  do {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  } while (performance.now() - start < BUDGET_MS);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  return (rows / median) * 1000;
}

async function main(): Promise<void> {
  const context = await requestGpu(await nodeGpu());
  if (context === null) throw new InputError('no WebGPU adapter', { fix: 'Install a GPU driver.' });
  console.log(`WebGPU adapter: ${context.name}${context.isFallback ? ' (software)' : ''}`);
  const cell = (text: string | number): string => String(text).padStart(11);
  console.log(['d', 'c', 'rows', 'L0', 'CPU rows/s', 'GPU rows/s', 'GPU/CPU'].map(cell).join(' '));
  for (const { d, c, theta, software } of DICTIONARIES) {
    if (context.isFallback && !software) {
      console.log(`${cell(d)} ${cell(c)}   left out on a software adapter`);
      continue;
    }
    const dictionary = randomDictionary(d, c, { kind: 'batchtopk', k: 16, theta, cmp: '>=' });
    const kernel = await EncodeKernel.create(context, dictionary);
    for (const rows of ROWS) {
      const x = matrix(rows, d, gaussians(rows * d, rows));
      const active = encode(dictionary, x).values.length / rows;
      const cpu = await rowsPerSecond(rows, () => Promise.resolve(encode(dictionary, x)));
      const gpu = await rowsPerSecond(rows, () => kernel.encode(x));
      const figures = [d, c, rows, active.toFixed(1), cpu.toFixed(0), gpu.toFixed(0), (gpu / cpu).toPrecision(3)];
      console.log(figures.map(cell).join(' '));
    }
    kernel.dispose();
  }
  context.device.destroy();
}

await main();
