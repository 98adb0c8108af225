/**
 * `npm run bench:train`: samples a second of the WebGPU trainer and of the CPU reference in one run, their ratio, and what each part
 * of a step achieves of the operations and bytes that it needs. `-- --size paper` for d = 512, 4096 concepts, k = 32 and batches of
 * 4096; `--d`, `--concepts`, `--k`, `--batch` for others; `--pytorch` also runs pytorch/overcomplete_loop.py on the same GPU.
 * A measurement, not a test.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from '../../src/core/errors.ts';
import { BatchOrder } from '../../src/core/training/batches.ts';
import { CpuTrainer } from '../../src/core/training/cpu-trainer.ts';
import { initialState } from '../../src/core/training/initial.ts';
import { MomentsAccumulator } from '../../src/core/training/moments.ts';
import { presets } from '../../src/core/training/presets.ts';
import { matrix } from '../../src/core/tensor.ts';
import { requestGpu } from '../../src/gpu/device.ts';
import { gaussians } from '../../src/gpu/kernels/encode/testing.ts';
import { fasterTile } from '../../src/gpu/kernels/train/faster-tile.ts';
import { WebGpuTrainer } from '../../src/gpu/kernels/train/trainer.ts';
import { nodeGpu } from '../../src/gpu/node-gpu.ts';
import { denseFlops, stepWork } from './train-roofline.ts';
import type { Recipe } from '../../src/core/training/recipe.ts';
import type { Trainer } from '../../src/core/training/trainer.ts';
import type { Matrix } from '../../src/core/tensor.ts';
import type { GpuContext } from '../../src/gpu/device.ts';
import type { Tile } from '../../src/gpu/kernels/train/kernels.ts';
import type { WebGpuTrainerOptions } from '../../src/gpu/kernels/train/trainer.ts';
import type { StepSizes } from './train-roofline.ts';

const SIZES = {
  small: { d: 64, concepts: 512, k: 8, batch: 256 },
  paper: { d: 512, concepts: 4096, k: 32, batch: 4096 },
} as const satisfies Record<string, StepSizes>;

/** Each measurement repeats for about that long. */
const BUDGET_MS = 3000;
/** Steps before the clock starts, at most: buffers grow, chunks find their length, clocks rise. */
const WARM_UP = 50;
const WARM_UP_MS = 1000;
/** Steps of which the parts are timed, at most; a reading of the clock may be rounded to 0.1 ms. */
const TIMED = 100;
const MOST_PARTS = 16;

/** The run that overcomplete's example is. */
function recipeOf({ d, concepts, k, batch }: StepSizes): Recipe {
  const preset = presets.find(({ name }) => name === 'overcomplete default');
  if (preset === undefined) throw new InputError('the preset “overcomplete default” is gone');
  return { ...preset.recipe('batchtopk', { rows: 4 * batch, d }), concepts, k, batch };
}

function optionsOf(sizes: StepSizes, rows: Matrix): WebGpuTrainerOptions {
  const recipe = recipeOf(sizes);
  const moments = new MomentsAccumulator(sizes.d);
  moments.add(rows);
  return { recipe, d: sizes.d, totalSteps: 1_000_000, state: initialState(recipe, rows, moments.finish()) };
}

/** Takes steps from `first` on until the time is up, or `most` are taken; gives the one that would be next. */
async function stepsFor(trainer: Trainer, order: BatchOrder, first: number, ms: number, most: number): Promise<number> {
  const start = performance.now();
  let step = first;
  do await trainer.step(order.rowsOf(step++));
  while (performance.now() - start < ms && step - first < most);
  // Waits for the last step.
  await trainer.stats();
  return step;
}

async function samplesPerSecond(trainer: Trainer, order: BatchOrder, batch: number): Promise<number> {
  const first = await stepsFor(trainer, order, 0, WARM_UP_MS, WARM_UP);
  const start = performance.now();
  const next = await stepsFor(trainer, order, first, BUDGET_MS, Infinity);
  return ((next - first) * batch * 1000) / (performance.now() - start);
}

/** Milliseconds of each part of a step. */
async function partTimes(context: GpuContext, options: WebGpuTrainerOptions, rows: Matrix, order: BatchOrder, tile: Tile): Promise<Map<string, number>> {
  const { device } = context;
  const marks = device.createQuerySet({ label: 'parts', type: 'timestamp', count: 2 * MOST_PARTS });
  const resolved = device.createBuffer({ label: 'marks', size: 16 * MOST_PARTS, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ label: 'marks read-back', size: 16 * MOST_PARTS, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const trainer = await WebGpuTrainer.create(context, options, { tile, times: { marks } });
  await trainer.useShard(rows);
  const times = new Map<string, number>();
  let step = await stepsFor(trainer, order, 0, WARM_UP_MS, WARM_UP);
  const start = performance.now();
  let count = 0;
  for (; count < TIMED && performance.now() - start < BUDGET_MS; count++) {
    await trainer.step(order.rowsOf(step++));
    await trainer.stats();
    const encoder = device.createCommandEncoder();
    encoder.resolveQuerySet(marks, 0, 2 * trainer.parts.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 16 * MOST_PARTS);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigUint64Array(staging.getMappedRange());
    for (const [i, part] of trainer.parts.entries()) {
      const took = Number((nanoseconds[2 * i + 1] ?? 0n) - (nanoseconds[2 * i] ?? 0n)) / 1e6;
      times.set(part, (times.get(part) ?? 0) + took);
    }
    staging.unmap();
  }
  trainer.dispose();
  return new Map(Array.from(times, ([part, sum]) => [part, sum / count]));
}

function printRoofline(sizes: StepSizes, times: ReadonlyMap<string, number>, stepMs: number): void {
  const cell = (text: string | number): string => String(text).padStart(11);
  console.log(['part', 'GFLOP', 'MB', 'ms', 'GFLOP/s', 'GB/s'].map(cell).join(' '));
  const line = (name: string, flops: number, bytes: number, ms: number): void => {
    const rates = Number.isFinite(ms) ? [ms, flops / ms / 1e6, bytes / ms / 1e6].map((figure) => figure.toPrecision(3)) : ['-', '-', '-'];
    console.log([name, (flops / 1e9).toPrecision(3), (bytes / 1e6).toPrecision(3), ...rates].map(cell).join(' '));
  };
  let [flops, bytes] = [0, 0];
  for (const [part, work] of stepWork(sizes)) {
    line(part, work.flops, work.bytes, times.get(part) ?? NaN);
    flops += work.flops;
    bytes += work.bytes;
  }
  line('step', flops, bytes, stepMs);
  console.log(`A step in which nothing is sparse: ${(denseFlops(sizes) / 1e9).toPrecision(3)} GFLOP in its products alone.`);
}

/** Samples a second of the dense loop in PyTorch, or why there are none. */
function pytorch(sizes: StepSizes): { exact: number; text: string } | string {
  const python = process.env['PYTHON'] ?? 'python3';
  const script = fileURLToPath(new URL('./pytorch/overcomplete_loop.py', import.meta.url));
  const sized = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { status, stdout, stderr, error } = spawnSync(python, [script, ...sized], { encoding: 'utf8' });
  if (error !== undefined) return `${python}: ${error.message}`;
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? `exit ${String(status)}`;
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, string | number>;
  const exact = Number(result['samplesPerSecond']);
  const tf32 = Number(result['samplesPerSecondTf32']);
  const text = `${exact.toFixed(0)} samples/s in float32, ${tf32.toFixed(0)} with TF32 products (torch ${String(result['torch'])}, ${String(result['device'])}, loop of ${String(result['loop'])})`;
  return { exact, text };
}

function readSizes(): { sizes: StepSizes; compare: boolean } {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({ options: { size: string, d: string, concepts: string, k: string, batch: string, pytorch: { type: 'boolean' } } });
  const name = values.size ?? 'small';
  if (name !== 'small' && name !== 'paper') throw new InputError(`no size “${name}”`, { field: '--size', fix: 'Use small or paper.' });
  const number = (flag: 'd' | 'concepts' | 'k' | 'batch'): number => {
    const value = Number(values[flag] ?? SIZES[name][flag]);
    if (!Number.isInteger(value) || value < 1) throw new InputError(`${String(values[flag])} is not a whole number of at least 1`, { field: `--${flag}` });
    return value;
  };
  return { sizes: { d: number('d'), concepts: number('concepts'), k: number('k'), batch: number('batch') }, compare: values.pytorch ?? false };
}

async function main(): Promise<void> {
  const { sizes, compare } = readSizes();
  const { d, concepts, k, batch } = sizes;
  const context = await requestGpu(await nodeGpu());
  if (context === null) throw new InputError('no WebGPU adapter', { fix: 'Install a GPU driver.' });
  console.log(`${new Date().toISOString().slice(0, 10)}   WebGPU adapter: ${context.name}${context.isFallback ? ' (software)' : ''}`);
  console.log(`BatchTopK as overcomplete trains it: d = ${String(d)}, c = ${String(concepts)}, k = ${String(k)}, batch ${String(batch)}`);
  const rows = matrix(4 * batch, d, gaussians(4 * batch * d, 1));
  const options = optionsOf(sizes, rows);
  const order = new BatchOrder(rows.rows, batch, 0);

  const tile = await fasterTile(context, options.recipe, d);
  const trainer = await WebGpuTrainer.create(context, options, { tile });
  await trainer.useShard(rows);
  const gpu = await samplesPerSecond(trainer, order, batch);
  trainer.dispose();
  const cpuTrainer = CpuTrainer.create(options);
  await cpuTrainer.useShard(rows);
  const cpu = await samplesPerSecond(cpuTrainer, order, batch);
  console.log(`WebGPU     ${gpu.toFixed(0)} samples/s, ${tile} tile`);
  console.log(`CPU        ${cpu.toFixed(0)} samples/s; WebGPU/CPU ${(gpu / cpu).toPrecision(3)}`);
  if (compare) {
    const dense = pytorch(sizes);
    console.log(typeof dense === 'string' ? `PyTorch    skipped: ${dense}` : `PyTorch    ${dense.text}; WebGPU/PyTorch ${(gpu / dense.exact).toPrecision(3)}`);
  }
  const timed = context.features.has('timestamp-query');
  if (!timed) console.log('Parts are not timed: the adapter has no timestamp-query.');
  printRoofline(sizes, timed ? await partTimes(context, options, rows, order, tile) : new Map(), (batch * 1000) / gpu);
  context.device.destroy();
}

await main();
