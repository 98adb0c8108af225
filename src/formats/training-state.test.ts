import { describe, expect, it } from 'vitest';
import type { TrainingState } from '../core/training/trainer.ts';
import { bytesSource } from './byte-source.ts';
import { writeSafetensors } from './safetensors.ts';
import { readTrainingState, writeTrainingState } from './training-state.ts';

const STATE: TrainingState = {
  step: 12_345,
  theta: 0.1 + 0.2,
  penalty: 1e-7 / 3,
  arrays: {
    W_enc: Float32Array.of(1, -0, 2 ** -149, 4),
    b_enc: Float32Array.of(0.5, 0.25),
    D: Float32Array.of(1, 0, 0, 1),
    b_pre: new Float32Array(2),
    b_dec: new Float32Array(2),
    'm.W_enc': Float32Array.of(1, 2, 3, 4),
    'v.W_enc': Float32Array.of(1e-30, 2, 3, 4),
    silent: Float32Array.of(0, 17),
  },
};
const METADATA = { format: 'vlm-explore-training-state', version: '1', step: '3', theta: 'null', penalty: '0' };
const read = (bytes: Uint8Array): Promise<TrainingState> => readTrainingState(bytesSource('checkpoint.safetensors', bytes));
const vector = (...values: number[]): { shape: number[]; data: Float32Array } => ({ shape: [values.length], data: Float32Array.from(values) });

describe('training state', () => {
  it.each([STATE, { ...STATE, theta: null, penalty: 0, step: 0 }, { ...STATE, theta: 1e21, penalty: 5e-324 }])('comes back bit for bit', async (state) => {
    const again = await read(writeTrainingState(state));
    expect({ ...again, arrays: {} }).toEqual({ ...state, arrays: {} });
    expect(Object.keys(again.arrays)).toEqual(Object.keys(state.arrays));
    for (const [name, values] of Object.entries(state.arrays)) expect(new Uint32Array(again.arrays[name]?.buffer ?? new ArrayBuffer()), name).toEqual(new Uint32Array(values.buffer));
  });

  it.each<[string, Record<string, string>, Record<string, { shape: number[]; data: Float32Array }>, RegExp]>([
    ['another file', { format: 'pt' }, {}, /checkpoint\.safetensors: format: this is not a checkpoint/],
    ['a later version', { version: '2' }, {}, /version: version "2"/],
    ['no step', { step: '' }, {}, /step: "" is not a number/],
    ['half a step', { step: '1.5' }, {}, /step: 1\.5 is no number of steps/],
    ['a step of hexadecimal digits', { step: '0x10' }, {}, /step: "0x10"/],
    ['a threshold that is none', { theta: 'NaN' }, {}, /theta: "NaN"/],
    ['an endless penalty', { penalty: '1e999' }, {}, /penalty: "1e999"/],
    ['an unknown array', {}, { __proto: vector(1) }, /__proto: a training has no array/],
    ['an array with two axes', {}, { D: { shape: [1, 1], data: Float32Array.of(1) } }, /D: it is float32 with 2 axes/],
    ['moments of another length', {}, { D: vector(1, 2), 'm.D': vector(1) }, /m\.D: its length/],
    ['moments of nothing', {}, { 'v.D': vector(1) }, /v\.D: its length/],
    ['NaN', {}, { D: vector(1, Number.NaN) }, /D: element 1 is NaN\. Start/],
    ['infinity', {}, { b_enc: vector(Infinity) }, /b_enc: element 0 is Infinity/],
  ])('%s is refused', async (_, change, tensors, message) => {
    await expect(read(writeSafetensors(new Map(Object.entries(tensors)), { ...METADATA, ...change }))).rejects.toThrow(message);
  });

  it('a file that is cut is refused', async () => {
    await expect(read(writeTrainingState(STATE).slice(0, -4))).rejects.toThrow(/checkpoint\.safetensors/);
  });
});
