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
function engineOnGpu(limit: number, recall: () => Promise<unknown> = () => Promise.resolve(null)): { engine: Engine; devices: GpuContext[]; notices: EngineNotice[] } {
  const devices: GpuContext[] = [];
  const notices: EngineNotice[] = [];
  const openGpu = async (): Promise<GpuContext | null> => {
    const context = devices.length < limit ? await requestGpu(navigator.gpu) : null;
    if (context === null) return null;
    devices.push(context);
    return { ...context, isFallback: false };
  };
  const engine = new Engine({ ...browserEnvironment(`${location.origin}/`), openGpu, recall }, (notice) => { notices.push(notice); });
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

  it('keeps embeddings on the GPU when tower and kernel share it: the same readouts', async () => {
    const { engine } = engineOnGpu(1, () => Promise.resolve({ image: 'webgpu', text: 'webgpu' }));
    await engine.open({ pack: 'gallery' }, quiet);
    await engine.load({}, quiet);
    const canvas = new OffscreenCanvas(80, 60);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no 2D canvas');
    context.fillStyle = 'red';
    context.arc(40, 30, 25, 0, 7);
    context.fill();
    const images = [{ key: 'disc', name: 'disc.png', blob: await canvas.convertToBlob({ type: 'image/png' }) }];
    const onWasm = [...(await engine.probeTexts({ texts }, quiet)).results, ...(await engine.probeImages({ images }, quiet)).results];
    const reports = await engine.measure();
    expect(reports.map((r) => r.backend)).toEqual(['webgpu', 'webgpu', 'webgpu']);
    const onGpu = [...(await engine.probeTexts({ texts }, quiet)).results, ...(await engine.probeImages({ images }, quiet)).results];
    onGpu.forEach(({ readout }, i) => {
      const other = onWasm[i]?.readout;
      expect(readout.cosine).toBeCloseTo(other?.cosine ?? NaN, 4);
      expect(readout.neighbours.images[0]?.item).toBe(other?.neighbours.images[0]?.item);
      // Concepts well above θ do not depend on where the tower ran.
      const strong = (r: typeof readout): number[] => Array.from(r.code.indices).filter((_, k) => (r.code.values[k] ?? 0) > 0.06);
      expect(strong(readout)).toEqual(other === undefined ? [] : strong(other));
    });
    await engine.dispose();
  });
});
