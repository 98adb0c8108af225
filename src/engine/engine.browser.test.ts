/** The engine in a browser with our kernel on WebGPU: the same codes as on the CPU, and device loss survived. */
import { describe, expect, it } from 'vitest';
import { requestGpu, type GpuContext } from '../gpu/device.ts';
import { browserEnvironment } from './environment-browser.ts';
import { Engine } from './engine.ts';
import type { EngineNotice } from './protocol.ts';
import type { CallContext } from './server.ts';

const quiet: CallContext = { signal: new AbortController().signal, progress: () => undefined };
/** More rows than the engine keeps on the processor. */
const texts = ['red heart', 'blue car', 'a dog', 'rain', 'clock', 'house'].map((text) => ({ key: text, text }));

/** An engine that takes the software adapter for a fast one, so that the kernel runs; `devices` are the ones it opened. */
function engineOnGpu(limit: number): { engine: Engine; devices: GpuContext[]; notices: EngineNotice[] } {
  const devices: GpuContext[] = [];
  const notices: EngineNotice[] = [];
  const openGpu = async (): Promise<GpuContext | null> => {
    const context = devices.length < limit ? await requestGpu(navigator.gpu) : null;
    if (context === null) return null;
    devices.push(context);
    return { ...context, isFallback: false };
  };
  const engine = new Engine({ ...browserEnvironment(`${location.origin}/`), openGpu }, (notice) => { notices.push(notice); });
  return { engine, devices, notices };
}

describe('engine with WebGPU', () => {
  it('gives the CPU’s codes from the GPU, and goes on after the device is lost, on a new one and then on the CPU', async () => {
    const { engine, devices, notices } = engineOnGpu(2);
    await engine.open({ pack: 'gallery' }, quiet);
    await engine.load({}, quiet);
    const onCpu = await engine.probeTexts({ texts }, quiet);
    const reports = await engine.measure();
    expect(reports.find((r) => r.part === 'dictionary')?.backend).toBe('webgpu');
    const check = async (): Promise<void> => {
      const { results } = await engine.probeTexts({ texts }, quiet);
      results.forEach(({ readout }, i) => {
        const reference = onCpu.results[i]?.readout;
        expect(readout.code.indices).toEqual(reference?.code.indices);
        Array.from(readout.code.values).forEach((value, k) => { expect(value).toBeCloseTo(reference?.code.values[k] ?? NaN, 6); });
      });
    };
    await check();
    expect(devices).toHaveLength(1);

    devices[0]?.device.destroy();
    await expect.poll(() => notices, { timeout: 20_000 }).toEqual([{ kind: 'gpu-recovered', on: 'webgpu' }]);
    await check();
    expect(devices).toHaveLength(2);

    devices[1]?.device.destroy();
    await expect.poll(() => notices.at(-1), { timeout: 20_000 }).toEqual({ kind: 'gpu-recovered', on: 'cpu' });
    await check();
    await engine.dispose();
  });
});
