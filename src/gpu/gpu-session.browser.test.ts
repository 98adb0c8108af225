import { describe, expect, it } from 'vitest';
import { DeviceLostError, InputError } from '../core/errors.ts';
import { matrix } from '../core/tensor.ts';
import { GpuSession } from './gpu-session.ts';
import { expectReference } from './kernels/encode/encode.properties.ts';
import { gaussians, randomDictionary } from './kernels/encode/testing.ts';
import { resident, testGpu } from './testing.ts';
import type { GpuContext } from './device.ts';

const dictionary = randomDictionary(12, 80, { kind: 'batchtopk', k: 4, theta: 0.3, cmp: '>=' });
const x = matrix(5, 12, gaussians(60, 1));

/** A session on `devices`, opened one after the other; `recovered` notes each loss. */
async function sessionOn(devices: (() => Promise<GpuContext | null>)[]): Promise<{ session: GpuSession; recovered: string[] }> {
  const recovered: string[] = [];
  const session = await GpuSession.open({
    request: async () => devices.shift()?.() ?? null,
    onRecovered: (reason, context) => recovered.push(context === null ? 'no device' : reason),
  });
  if (session === null) throw new Error('no session');
  return { session, recovered };
}

describe('a lost device', () => {
  it('is replaced while a call is in flight, and the call answers', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    const first = session.context;
    expectReference(await session.encode(dictionary, x), dictionary, x);
    const calls = [session.encode(dictionary, x), session.encode(dictionary, x)];
    first.device.destroy();
    for (const codes of await Promise.all(calls)) expectReference(codes, dictionary, x);
    expect(recovered.length).toBe(1);
    expect(session.context).not.toBe(first);
    session.dispose();
  });

  it('is replaced once, also for calls that fail after its replacement is there', async () => {
    const spare = await testGpu();
    const { session, recovered } = await sessionOn([testGpu, async () => Promise.resolve(spare)]);
    await session.encode(dictionary, x);
    // The second call waits for the first one's buffers, so it fails later.
    const calls = [session.encode(dictionary, x), session.encode(dictionary, x)];
    session.context.device.destroy();
    for (const codes of await Promise.all(calls)) expectReference(codes, dictionary, x);
    expect(recovered.length).toBe(1);
    expect(session.context).toBe(spare);
    session.dispose();
  });

  it('is replaced by the next call when it was lost in between', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    await session.encode(dictionary, x);
    session.context.device.destroy();
    await session.context.lost;
    expectReference(await session.encode(dictionary, x), dictionary, x);
    expect(recovered.length).toBe(1);
    session.dispose();
  });

  it('is replaced when it is lost before the first call', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    session.context.device.destroy();
    expectReference(await session.encode(dictionary, x), dictionary, x);
    expect(recovered.length).toBe(1);
    session.dispose();
  });

  it('takes resident embeddings with it: the call says so, and the session goes on', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    const there = resident(session.context, x);
    const call = session.encodeResident(dictionary, there);
    session.context.device.destroy();
    await expect(call).rejects.toThrow(DeviceLostError);
    expect(recovered.length).toBe(1);
    const { codes, embeddings } = await session.encodeResident(dictionary, resident(session.context, x));
    expectReference(codes, dictionary, embeddings);
    session.dispose();
  });

  it('is replaced without any call, for those who share it', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    const first = session.context;
    first.device.destroy();
    await expect.poll(() => recovered.length).toBe(1);
    expect(session.context).not.toBe(first);
    session.dispose();
  });

  it.each(['none', 'refused'] as const)('is a DeviceLostError while no other can be opened (%s), until one can', async (how) => {
    let available = true;
    const recovered: boolean[] = [];
    const session = await GpuSession.open({
      request: async () => (available ? testGpu() : how === 'none' ? Promise.resolve(null) : Promise.reject(new Error('busy'))),
      onRecovered: (_reason, context) => recovered.push(context !== null),
    });
    if (session === null) throw new Error('no session');
    available = false;
    session.context.device.destroy();
    await expect(session.encode(dictionary, x)).rejects.toThrow(DeviceLostError);
    await expect(session.encode(dictionary, x)).rejects.toThrow(DeviceLostError);
    expect(recovered.length).toBeGreaterThan(0);
    expect(recovered).not.toContain(true);
    available = true;
    expectReference(await session.encode(dictionary, x), dictionary, x);
    expect(recovered.filter(Boolean)).toHaveLength(1);
    session.dispose();
  });
});

describe('a session', () => {
  it('is null where there is no adapter', async () => {
    expect(await GpuSession.open({ request: async () => Promise.resolve(null), onRecovered: () => undefined })).toBe(null);
  });

  it('keeps dictionaries apart, releases them, and opens them again', async () => {
    const { session } = await sessionOn([testGpu]);
    const other = randomDictionary(12, 33, { kind: 'relu' }, 9);
    expectReference(await session.encode(dictionary, x), dictionary, x);
    expectReference(await session.encode(other, x), other, x);
    await session.release(dictionary);
    expectReference(await session.encode(dictionary, x), dictionary, x);
    session.dispose();
  });

  it('opens no new device once it is disposed', async () => {
    const { session, recovered } = await sessionOn([testGpu, testGpu]);
    await session.encode(dictionary, x);
    const call = session.encode(dictionary, x);
    session.dispose();
    await expect(call).rejects.toThrow(DeviceLostError);
    expect(recovered).toEqual([]);
  });

  it('passes bad input through and does not take it for a loss', async () => {
    const { session, recovered } = await sessionOn([testGpu]);
    const unknown = randomDictionary(12, 8, { kind: 'batchtopk', k: 2, theta: null, cmp: '>=' });
    await expect(session.encode(unknown, x)).rejects.toThrow(InputError);
    await expect(session.encode(dictionary, matrix(1, 12, new Float32Array(12).fill(NaN)))).rejects.toThrow(InputError);
    expectReference(await session.encode(dictionary, x), dictionary, x);
    expect(recovered).toEqual([]);
    session.dispose();
  });
});
