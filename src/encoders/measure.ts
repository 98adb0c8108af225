import type { Queue } from './queue.ts';
import { runToProcessor, type Runtime } from './session.ts';

type OpenBytes = NonNullable<Runtime['openBytes']>;

const RUNS = 3;
/** A warm-up this many times slower than the processor, shader compilation generously forgiven, ends the measurement. */
const HOPELESS = 20;
const COMPILE_ALLOWANCE_MS = 4000;

/** Time of `task` in milliseconds. */
export async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** Median of three runs of `task`; each run waits its turn in the queue, so that a probe gets in between. */
export async function medianMs(task: () => Promise<unknown>, queue: Queue): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await queue(() => timed(task)));
  return median(times);
}

/**
 * Median of up to three runs on WebGPU, against `processorMs`; gives up early, with what was seen until then, when the warm-up
 * was hopeless or a run took more than twice as long.
 */
export async function challengerMs(task: () => Promise<unknown>, queue: Queue, warmUpMs: number, processorMs: number): Promise<number> {
  if (warmUpMs > HOPELESS * processorMs + COMPILE_ALLOWANCE_MS) return warmUpMs;
  const times: number[] = [];
  while (times.length < RUNS && (times.at(-1) ?? 0) <= 2 * processorMs) times.push(await queue(() => timed(task)));
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity;
}

/** ONNX file with one node: y = a · b, all 512 × 512 float32. */
const PRODUCT =
  'CAg6YQoRCgFhCgFiEgF5IgZNYXRNdWwSB3Byb2R1Y3RaFQoBYRIQCg4IARIKCgMIgAQKAwiABFoVCgFiEhAKDggBEgoKAwiABAoDCIAEYhUKAXkSEAoOCAESCgoDCIAECgMIgARCBAoAEA4=';
const SIZE = 512;
/** A device that multiplies this many times slower (and 150 ms, for slow read-backs) is not worth compiling a model for. */
const PRODUCT_LIMIT = 8;
const READ_BACK_MS = 150;

/**
 * Times one 512³ matrix product on both sides. A software adapter needs ten seconds to compile a whole model, during which no
 * probe is answered; this says in one or two that it would be in vain. Returns why not, or null when `device` deserves a trial.
 */
export async function whyHopeless(tensor: Runtime['tensor'], openBytes: OpenBytes, queue: Queue, device: GPUDevice): Promise<string | null> {
  const bytes = Uint8Array.from(atob(PRODUCT), (char) => char.charCodeAt(0));
  const numbers = new Float32Array(SIZE * SIZE).fill(0.5);
  const input = tensor('float32', numbers, [SIZE, SIZE]);
  const best = async (on: GPUDevice | null): Promise<number> => {
    const session = await queue(() => openBytes(bytes, on));
    const multiply = (): Promise<unknown> => runToProcessor(session, { a: input, b: input }, 'y', SIZE * SIZE);
    try {
      await queue(multiply);
      return await queue(() => timed(multiply));
    } finally {
      await queue(() => session.release());
    }
  };
  const processor = await best(null);
  const webgpu = await best(device);
  if (webgpu <= PRODUCT_LIMIT * processor + READ_BACK_MS) return null;
  return `a 512 × 512 matrix product takes ${webgpu.toFixed(0)} ms on WebGPU and ${processor.toFixed(0)} ms on the processor`;
}
