import { InputError } from '../../../core/errors.ts';
import { normaliseRows } from '../../../core/training/cpu/parameters.ts';
import { paddedWidth } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { CONTROL_BYTES } from './memory.ts';
import type { Recipe } from '../../../core/training/recipe.ts';
import type { TrainingState } from '../../../core/training/trainer.ts';
import type { GpuContext } from '../../device.ts';
import type { StateBuffers } from './memory.ts';
import type { Sizes } from './sizes.ts';

/** Where a named array of TrainingState lives: `length` values of `buffer` from `first` on, `stride` apart. */
interface Place {
  readonly name: string;
  readonly buffer: keyof StateBuffers;
  readonly first: number;
  readonly stride: number;
  readonly length: number;
  /** Values of a row that is padded to whole vec4s; 0 where nothing is padded. */
  readonly row: number;
}

/** Places in Control of common.wgsl. */
const CONTROL = { started: 5, theta: 6, penalty: 12, dead: 13 } as const;

/** Writes a state to the GPU. Throws InputError naming an array that is missing or of the wrong size. */
export function uploadState({ queue }: GPUDevice, recipe: Recipe, sizes: Sizes, buffers: StateBuffers, state: TrainingState): void {
  const host = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { name, buffer, first, stride, length, row } of placesOf(recipe, sizes)) {
    const values = named(state, name, length);
    if (row > 0) {
      const unit = name === 'D' ? values.slice() : values;
      if (name === 'D') normaliseRows(unit, row, 0, length / row);
      queue.writeBuffer(buffers[buffer], 0, padRows(unit, row));
      continue;
    }
    const shared = host.get(buffer) ?? new Float32Array(buffers[buffer].size / 4);
    host.set(buffer, shared);
    for (let i = 0; i < length; i++) shared[first + i * stride] = values[i] as number;
  }
  for (const [name, values] of host) queue.writeBuffer(buffers[name as keyof StateBuffers], 0, values);

  const silent = Uint32Array.from(named(state, 'silent', sizes.concepts));
  queue.writeBuffer(buffers.silent, 0, silent);
  const control = new Uint32Array(CONTROL_BYTES / 4);
  const floats = new Float32Array(control.buffer);
  const deadAfter = recipe.revival.kind === 'auxk' ? recipe.revival.deadAfter : 0;
  control[CONTROL.started] = state.theta === null ? 0 : 1;
  floats[CONTROL.theta] = state.theta ?? 0;
  floats[CONTROL.penalty] = state.penalty;
  control[CONTROL.dead] = silent.reduce((count, steps) => count + (steps >= deadAfter ? 1 : 0), 0);
  queue.writeBuffer(buffers.control, 0, control);
}

/** Reads the state back after `step` steps. Throws DeviceLostError. */
export async function downloadState(context: GpuContext, recipe: Recipe, sizes: Sizes, buffers: StateBuffers, step: number): Promise<TrainingState> {
  const arrays: Record<string, Float32Array> = {};
  const host = new Map<string, Float32Array>();
  for (const { name, buffer, first, stride, length, row } of placesOf(recipe, sizes)) {
    if (row > 0) {
      arrays[name] = unpadRows(new Float32Array(await readBuffer(context, buffers[buffer])), length / row, row);
      continue;
    }
    const shared = host.get(buffer) ?? new Float32Array(await readBuffer(context, buffers[buffer]));
    host.set(buffer, shared);
    arrays[name] = Float32Array.from({ length }, (_, i) => shared[first + i * stride] as number);
  }
  arrays['silent'] = Float32Array.from(new Uint32Array(await readBuffer(context, buffers.silent), 0, sizes.concepts));
  const control = new Uint32Array(await readBuffer(context, buffers.control));
  const floats = new Float32Array(control.buffer);
  const theta = control[CONTROL.started] === 1 ? (floats[CONTROL.theta] ?? null) : null;
  return { step, theta, penalty: floats[CONTROL.penalty] ?? 0, arrays };
}

function named({ arrays }: TrainingState, name: string, length: number): Float32Array {
  const values = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (values?.length === length) return values;
  throw new InputError(`${name} has ${values?.length ?? 'no'} values, and this recipe needs ${length}`, { field: name, fix: 'Train it again from the start.' });
}

/** Every array of a state but `silent`, which is whole numbers on the GPU. */
function placesOf({ method, init }: Recipe, { d, concepts, vectors, quads }: Sizes): Place[] {
  const places: Place[] = [];
  const matrix = (name: string, buffer: keyof StateBuffers): void => {
    places.push({ name, buffer, first: 0, stride: 1, length: concepts * d, row: d });
  };
  const vector = (name: string, buffer: keyof StateBuffers, first: number, length: number): void => {
    places.push({ name, buffer, first, stride: 1, length, row: 0 });
  };
  const moments = (name: string, first: number, length: number): void => {
    for (const [k, kind] of ['m', 'v'].entries()) places.push({ name: `${kind}.${name}`, buffer: 'biasMoments', first: 2 * first + k, stride: 2, length, row: 0 });
  };
  matrix('W_enc', 'weights');
  matrix('m.W_enc', 'weightsFirst');
  matrix('v.W_enc', 'weightsSecond');
  matrix('D', 'atoms');
  matrix('m.D', 'atomsFirst');
  matrix('v.D', 'atomsSecond');
  vector('b_enc', 'encoderBias', 0, concepts);
  moments('b_enc', 0, concepts);
  vector('b_pre', 'biases', 0, d);
  vector('b_dec', 'biases', 4 * vectors, d);
  if (init.bias === 'mean') moments('b_dec', concepts, d);
  if (method === 'jumprelu') {
    vector('logTheta', 'encoderBias', 4 * quads, concepts);
    moments('logTheta', concepts + 4 * vectors, concepts);
  }
  return places;
}

/** Copies a buffer to the host. Throws DeviceLostError. */
async function readBuffer(context: GpuContext, buffer: GPUBuffer): Promise<ArrayBuffer> {
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
  if (width === d) return values.slice();
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
