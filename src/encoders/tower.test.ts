/** The tower's decisions, on sessions that answer, fail, dawdle or lie as told. */
import { describe, expect, it } from 'vitest';
import { InputError, IntegrityError } from '../core/errors.ts';
import type { Dtype, TowerStatus } from './port.ts';
import { createQueue } from './queue.ts';
import { MissingFileError, type OutputTensor, type Session } from './session.ts';
import { Tower } from './tower.ts';

const RIGHT = [0.6, 0.8];
const WRONG = [0.8, -0.6];

interface Behaviour {
  /** What it answers; thrown when an error. */
  answer: readonly number[] | Error;
  /** How long a run takes. */
  ms?: number;
}

/** A device that can be lost. */
function fakeDevice(): { device: GPUDevice; lose: () => void } {
  let lose = (): void => undefined;
  const lost = new Promise((resolve) => {
    lose = () => {
      resolve({ reason: 'unknown' });
    };
  });
  return { device: { lost } as unknown as GPUDevice, lose };
}

/** A world of sessions: how each weights-and-backend pair behaves, and what happened. */
function world(behave: (dtype: Dtype, onGpu: boolean) => Behaviour | Error, dtypes: readonly Dtype[] = ['q8']) {
  const statuses: TowerStatus[] = [];
  let open = 0;
  let running = 0;
  let overlaps = 0;
  const openSession = async (_tower: unknown, dtype: Dtype, device: GPUDevice | null): Promise<Session> => {
    const behaviour = behave(dtype, device !== null);
    if (behaviour instanceof Error) throw behaviour;
    open += 1;
    return {
      inputNames: ['x'],
      release: async () => {
        open -= 1;
      },
      run: async ({ rows }) => {
        running += 1;
        if (running > 1) overlaps += 1;
        await new Promise((resolve) => setTimeout(resolve, behaviour.ms ?? 0));
        running -= 1;
        const { answer } = behaviour;
        if (answer instanceof Error) throw answer;
        const data = Float32Array.from({ length: Number(rows) * 2 }, (_, i) => answer[i % 2] ?? 0);
        const output: Partial<OutputTensor> = { location: 'cpu', getData: () => Promise.resolve(data), dispose: () => undefined };
        return { y: output as OutputTensor };
      },
    };
  };
  const parts = {
    name: 'image' as const,
    label: 'm (image tower)',
    runtime: { processor: 'wasm' as const, openSession, openBytes: null, tensor: () => null },
    queue: createQueue(),
    output: 'y',
    dim: 2,
    dtypes,
    test: { feeds: () => ({ rows: 1 }), expected: Float32Array.from(RIGHT) as Float32Array | null },
    lastResort: (): Promise<GPUDevice | null> => Promise.resolve(null),
    onStatus: (status: TowerStatus) => statuses.push(status),
  };
  return { parts, statuses, openSessions: () => open, overlaps: () => overlaps };
}

const rows = (count: number) => () => ({ rows: count });

describe('opening a tower', () => {
  it('starts on the processor when the self-test passes', async () => {
    const { parts } = world(() => ({ answer: RIGHT }));
    const tower = await Tower.open(parts);
    expect(tower.status).toMatchObject({ backend: 'wasm', dtype: 'q8', why: 'start', detail: null });
    expect(tower.status.selfTest).toBeCloseTo(1, 6);
    expect([...(await tower.run(rows(2), 2))]).toEqual([...RIGHT, ...RIGHT].map(Math.fround));
  });

  it('skips weights that are not there without a word, and says which ones gave wrong vectors', async () => {
    const missing = world((dtype) => (dtype === 'q8' ? new MissingFileError('q8') : { answer: RIGHT }), ['q8', 'fp16']);
    expect((await Tower.open(missing.parts)).status).toMatchObject({ dtype: 'fp16', why: 'start', detail: null });
    const wrong = world((dtype) => ({ answer: dtype === 'q8' ? WRONG : RIGHT }), ['q8', 'fp16']);
    const { status } = await Tower.open(wrong.parts);
    expect(status).toMatchObject({ dtype: 'fp16', why: 'dtype-failed' });
    expect(status.detail).toContain('q8');
    expect(wrong.openSessions()).toBe(1);
  });

  it('refuses a model whose vectors are wrong everywhere, and frees its sessions', async () => {
    const { parts, openSessions } = world(() => ({ answer: WRONG }), ['q8', 'fp16']);
    await expect(Tower.open(parts)).rejects.toThrow(IntegrityError);
    expect(openSessions()).toBe(0);
  });

  it('refuses NaN like any other wrong vector', async () => {
    await expect(Tower.open(world(() => ({ answer: [NaN, NaN] })).parts)).rejects.toThrow(IntegrityError);
  });

  it('goes to WebGPU as a last resort', async () => {
    const { parts } = world((_, onGpu) => ({ answer: onGpu ? RIGHT : WRONG }));
    const { device } = fakeDevice();
    const tower = await Tower.open({ ...parts, lastResort: () => Promise.resolve(device) });
    expect(tower.status).toMatchObject({ backend: 'webgpu', why: 'processor-failed' });
    expect(tower.device).toBe(device);
  });

  it('reports the broken file rather than the ones that are missing', async () => {
    const broken = new InputError('cannot be opened.', { file: 'fp16.onnx' });
    const { parts } = world((dtype) => (dtype === 'fp16' ? broken : new MissingFileError(dtype)), ['q8', 'fp16', 'fp32']);
    await expect(Tower.open(parts)).rejects.toBe(broken);
  });
});

describe('choosing a backend', () => {
  it('moves to WebGPU when it is faster and right, and frees the other session', async () => {
    const { parts, openSessions } = world((_, onGpu) => ({ answer: RIGHT, ms: onGpu ? 0 : 60 }));
    const tower = await Tower.open(parts);
    const { device } = fakeDevice();
    await tower.challenge(device, false);
    expect(tower.status).toMatchObject({ backend: 'webgpu', why: 'faster' });
    expect(Object.keys(tower.status.ms).sort()).toEqual(['wasm', 'webgpu']);
    expect(tower.device).toBe(device);
    expect(openSessions()).toBe(1);
  });

  it('stays when WebGPU is slower, unless an earlier measurement is remembered', async () => {
    const { parts, openSessions } = world((_, onGpu) => ({ answer: RIGHT, ms: onGpu ? 60 : 0 }));
    const tower = await Tower.open(parts);
    await tower.challenge(fakeDevice().device, false);
    expect(tower.status).toMatchObject({ backend: 'wasm', why: 'webgpu-slower' });
    expect(openSessions()).toBe(1);
    await tower.challenge(fakeDevice().device, true);
    expect(tower.status).toMatchObject({ backend: 'webgpu', why: 'remembered' });
    expect(openSessions()).toBe(1);
  });

  it('stays when WebGPU gives wrong vectors, however fast, and even when remembered', async () => {
    const { parts, openSessions } = world((_, onGpu) => (onGpu ? { answer: WRONG } : { answer: RIGHT, ms: 20 }));
    const tower = await Tower.open(parts);
    for (const remembered of [false, true]) {
      await tower.challenge(fakeDevice().device, remembered);
      expect(tower.status).toMatchObject({ backend: 'wasm', why: 'self-test-failed' });
      expect(tower.status.detail).toContain('webgpu');
    }
    expect(openSessions()).toBe(1);
  });

  it('stays, and tells why, when WebGPU cannot open the model', async () => {
    const { parts } = world((_, onGpu) => (onGpu ? new Error('out of memory') : { answer: RIGHT }));
    const tower = await Tower.open(parts);
    await tower.challenge(fakeDevice().device, false);
    expect(tower.status).toMatchObject({ backend: 'wasm', why: 'webgpu-failed', detail: 'out of memory' });
  });

  it('compares WebGPU with the processor where the model brings no stored vector', async () => {
    const { parts } = world((_, onGpu) => ({ answer: onGpu ? WRONG : RIGHT }));
    const tower = await Tower.open({ ...parts, test: { ...parts.test, expected: null } });
    expect(tower.status.selfTest).toBeNull();
    await tower.challenge(fakeDevice().device, false);
    expect(tower.status.why).toBe('self-test-failed');
  });

  it('never runs two sessions at once while it measures and answers', async () => {
    const { parts, overlaps } = world((_, onGpu) => ({ answer: RIGHT, ms: onGpu ? 1 : 3 }));
    const tower = await Tower.open(parts);
    const answers = [tower.run(rows(1), 1), tower.run(rows(3), 3)];
    await Promise.all([tower.challenge(fakeDevice().device, false), ...answers, tower.run(rows(2), 2)]);
    expect(overlaps()).toBe(0);
    expect((await Promise.all(answers)).map((answer) => answer.length)).toEqual([2, 6]);
  });
});

describe('losing WebGPU', () => {
  async function onGpu(gpu: Behaviour) {
    const made = world((_, gpuSide) => (gpuSide ? gpu : { answer: RIGHT, ms: 20 }));
    const tower = await Tower.open(made.parts);
    const fake = fakeDevice();
    await tower.challenge(fake.device, true);
    expect(tower.status.backend).toBe('webgpu');
    return { ...made, ...fake, tower };
  }

  it('answers from the processor when a run fails, and says that WebGPU failed', async () => {
    const gpu: Behaviour = { answer: RIGHT };
    const { tower, openSessions, overlaps } = await onGpu(gpu);
    gpu.answer = new Error('validation error');
    const answers = await Promise.all([tower.run(rows(1), 1), tower.run(rows(2), 2)]);
    expect(answers.map((answer) => answer.length)).toEqual([2, 4]);
    expect(tower.status).toMatchObject({ backend: 'wasm', why: 'webgpu-failed', detail: 'validation error' });
    expect(openSessions()).toBe(1);
    expect(overlaps()).toBe(0);
  });

  it('knows a lost device from another failure', async () => {
    const gpu: Behaviour = { answer: RIGHT };
    const { tower, lose } = await onGpu(gpu);
    gpu.answer = new Error('mapAsync failed');
    lose();
    await tower.run(rows(1), 1);
    expect(tower.status).toMatchObject({ backend: 'wasm', why: 'device-lost', detail: null });
  });

  it('leaves at the news of a lost device, and can go to the next one', async () => {
    const { tower, openSessions } = await onGpu({ answer: RIGHT });
    await tower.loseDevice();
    expect(tower.status).toMatchObject({ backend: 'wasm', why: 'device-lost' });
    const next = fakeDevice().device;
    await tower.challenge(next, true);
    expect(tower.device).toBe(next);
    expect(openSessions()).toBe(1);
  });

  it('keeps nothing resident on a device that it is not on', async () => {
    const { tower } = await onGpu({ answer: RIGHT });
    expect(await tower.runResident(rows(1), 1, fakeDevice().device, {} as GPUBuffer, 0)).toBe(false);
  });
});
