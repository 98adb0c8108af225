import { describe, expect, it } from 'vitest';
import { DeviceLostError } from '../core/errors.ts';
import { orDeviceLost, requestGpu } from './device.ts';
import { testGpu } from './testing.ts';

describe('requestGpu', () => {
  it('opens a device with the limits of its adapter and a name for people', async () => {
    const { adapter, device, name, isFallback, features } = await testGpu();
    expect(device.limits.maxStorageBufferBindingSize).toBe(adapter.limits.maxStorageBufferBindingSize);
    expect(device.limits.maxBufferSize).toBe(adapter.limits.maxBufferSize);
    expect(device.limits.maxComputeWorkgroupStorageSize).toBe(adapter.limits.maxComputeWorkgroupStorageSize);
    for (const feature of ['shader-f16', 'subgroups', 'timestamp-query']) expect(features.has(feature)).toBe(adapter.features.has(feature));
    expect(name).not.toBe('');
    if (/swiftshader/i.test(name)) expect(isFallback).toBe(true);
    device.destroy();
  });

  it('is null without WebGPU and without an adapter', async () => {
    expect(await requestGpu(undefined)).toBe(null);
    const none = { requestAdapter: async () => Promise.resolve(null), getPreferredCanvasFormat: () => 'rgba8unorm', wgslLanguageFeatures: new Set() } as const;
    expect(await requestGpu(none as unknown as GPU)).toBe(null);
  });

  it('works in a worker', async () => {
    const worker = new Worker(new URL('./device.worker-fixture.ts', import.meta.url), { type: 'module' });
    const answer = await new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<unknown>) => { resolve(event.data); };
      worker.onerror = (event) => { reject(new Error(event.message)); };
    });
    worker.terminate();
    expect(answer).toEqual({ rows: 2, cols: 5 });
  });
});

describe('orDeviceLost', () => {
  it('tells a loss from other failures', async () => {
    const context = await testGpu();
    await expect(orDeviceLost(context, Promise.reject(new Error('bad shader')))).rejects.toThrow('bad shader');
    expect(await orDeviceLost(context, Promise.resolve(3))).toBe(3);
    context.device.destroy();
    await expect(orDeviceLost(context, Promise.reject(new Error('aborted')))).rejects.toThrow(DeviceLostError);
  });
});
