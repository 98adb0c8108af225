import { invariant } from '../../../core/errors.ts';
import { paddedWidth } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import type { TrainingState } from '../../../core/training/trainer.ts';
import type { GpuContext } from '../../device.ts';
import type { StateBuffers } from './memory.ts';
import type { Sizes } from './sizes.ts';

/** Matrices `(c, d)` by their names in TrainingState. */
const MATRICES = [
  ['W_enc', 'weights'],
  ['D', 'atoms'],
  ['m.W_enc', 'weightsFirst'],
  ['v.W_enc', 'weightsSecond'],
  ['m.D', 'atomsFirst'],
  ['v.D', 'atomsSecond'],
] as const;

/** Places in Control, common.wgsl. */
const STARTED = 5;
const THETA = 6;
const CONTROL_WORDS = 12;

/** Atoms this far from unit norm are scaled: closer ones are ours, and stay bit for bit as they were saved. */
const UNIT = 1e-6;

/** Writes a state to the GPU; `trainBias` when b_dec has moments. */
export function uploadState({ queue }: GPUDevice, sizes: Sizes, buffers: StateBuffers, state: TrainingState, trainBias: boolean): void {
  const { d, concepts, vectors } = sizes;
  const named = (name: string, length: number): Float32Array => {
    const values = state.arrays[name];
    invariant(values?.length === length, `the state's ${name} has ${values?.length ?? 'no'} values, not ${length}`);
    return values;
  };
  for (const [name, buffer] of MATRICES) {
    const values = named(name, concepts * d);
    queue.writeBuffer(buffers[buffer], 0, padRows(name === 'D' ? unitRows(values, d) : values, d));
  }
  queue.writeBuffer(buffers.encoderBias, 0, Float32Array.from(named('b_enc', concepts)));
  const biases = new Float32Array(8 * vectors);
  biases.set(named('b_pre', d));
  biases.set(named('b_dec', d), 4 * vectors);
  queue.writeBuffer(buffers.biases, 0, biases);

  const moments = new Float32Array(2 * (concepts + 4 * vectors));
  const interleave = (name: string, length: number, first: number): void => {
    for (const [k, values] of [named(`m.${name}`, length), named(`v.${name}`, length)].entries()) {
      for (let i = 0; i < length; i++) moments[2 * (first + i) + k] = values[i] as number;
    }
  };
  interleave('b_enc', concepts, 0);
  if (trainBias) interleave('b_dec', d, concepts);
  queue.writeBuffer(buffers.biasMoments, 0, moments);
  queue.writeBuffer(buffers.silent, 0, Uint32Array.from(named('silent', concepts)));

  const control = new Uint32Array(CONTROL_WORDS);
  control[STARTED] = state.theta === null ? 0 : 1;
  new Float32Array(control.buffer)[THETA] = state.theta ?? 0;
  queue.writeBuffer(buffers.control, 0, control);
}

/** Reads the state back after `step` steps. Throws DeviceLostError. */
export async function downloadState(context: GpuContext, sizes: Sizes, buffers: StateBuffers, step: number, trainBias: boolean): Promise<TrainingState> {
  const { d, concepts, vectors } = sizes;
  const read = async (buffer: GPUBuffer): Promise<ArrayBuffer> => readBuffer(context, buffer);
  const arrays: Record<string, Float32Array> = {};
  for (const [name, buffer] of MATRICES) arrays[name] = unpadRows(new Float32Array(await read(buffers[buffer])), concepts, d);
  arrays['b_enc'] = new Float32Array(await read(buffers.encoderBias), 0, concepts).slice();
  const biases = new Float32Array(await read(buffers.biases));
  arrays['b_pre'] = biases.slice(0, d);
  arrays['b_dec'] = biases.slice(4 * vectors, 4 * vectors + d);
  const moments = new Float32Array(await read(buffers.biasMoments));
  const take = (k: number, length: number, first: number): Float32Array => Float32Array.from({ length }, (_, i) => moments[2 * (first + i) + k] as number);
  for (const [k, kind] of ['m', 'v'].entries()) {
    arrays[`${kind}.b_enc`] = take(k, concepts, 0);
    if (trainBias) arrays[`${kind}.b_dec`] = take(k, d, concepts);
  }
  arrays['silent'] = Float32Array.from(new Uint32Array(await read(buffers.silent), 0, concepts));
  const control = await read(buffers.control);
  const theta = new Uint32Array(control)[STARTED] === 1 ? (new Float32Array(control)[THETA] ?? null) : null;
  return { step, theta, penalty: 0, arrays };
}

/** Copies a buffer to the host. Throws DeviceLostError. */
export async function readBuffer(context: GpuContext, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const { device } = context;
  const staging = device.createBuffer({ label: `${buffer.label} read-back`, size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder({ label: 'train read-back' });
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  try {
    await orDeviceLost(context, staging.mapAsync(GPUMapMode.READ));
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** `(n, d)` as `(n, paddedWidth(d))` with zeros behind each row. */
export function padRows(values: Float32Array, d: number): Float32Array<ArrayBuffer> {
  const width = paddedWidth(d);
  if (width === d) return Float32Array.from(values);
  const rows = values.length / d;
  const padded = new Float32Array(rows * width);
  for (let r = 0; r < rows; r++) padded.set(values.subarray(r * d, (r + 1) * d), r * width);
  return padded;
}

function unpadRows(padded: Float32Array, rows: number, d: number): Float32Array {
  const width = paddedWidth(d);
  const values = new Float32Array(rows * d);
  for (let r = 0; r < rows; r++) values.set(padded.subarray(r * width, r * width + d), r * d);
  return values;
}

function unitRows(values: Float32Array, d: number): Float32Array {
  const unit = values.slice();
  for (let start = 0; start < unit.length; start += d) {
    const row = unit.subarray(start, start + d);
    let squares = 0;
    for (const value of row) squares += value * value;
    const norm = Math.sqrt(squares);
    if (norm > 0 && Math.abs(norm - 1) > UNIT) for (let i = 0; i < d; i++) row[i] = (row[i] as number) / norm;
  }
  return unit;
}
