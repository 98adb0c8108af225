/** The adapter in Chromium, with the build that Chromium gets (JSPI): wasm first, then WebGPU (SwiftShader) on a device of ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../core/errors.ts';
import { cosine, normaliseRows } from '../core/metrics.ts';
import { matrix, rowOf, type Matrix } from '../core/tensor.ts';
import type { RgbaImage } from './images/image.ts';
import type { Encoder, ResidentEmbedding, TowerName, TowerStatus } from './port.ts';
import { openBrowserEncoder } from './transformers-browser.ts';

const base = new URL('/', location.href).href;
const model = 'models/mini-clip';
const texts = ['red heart', 'a dog', 'a bicycle leaning against a wall in the rain'];

/** A disc on a transparent ground. */
function disc(side: number, colour: readonly [number, number, number]): RgbaImage {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) if (Math.hypot(x - side / 2, y - side / 2) < side / 3) data.set([...colour, 255], (y * side + x) * 4);
  }
  return { width: side, height: side, data };
}
const images = [disc(90, [210, 20, 30]), disc(64, [30, 60, 200])];

async function requestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter');
  return adapter.requestDevice();
}

/** Reads a resident embedding back with our own device, as no other code does. */
async function readBack(device: GPUDevice, { buffer, rows, cols }: ResidentEmbedding): Promise<Matrix> {
  const copy = device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const commands = device.createCommandEncoder();
  commands.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([commands.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  return matrix(rows, cols, new Float32Array(copy.getMappedRange().slice(0)));
}

function smallestCosine(a: Matrix, b: Matrix): number {
  expect([a.rows, a.cols]).toEqual([b.rows, b.cols]);
  return Math.min(...Array.from({ length: a.rows }, (_, r) => cosine(rowOf(a, r), rowOf(b, r))));
}

describe('mini-clip in the browser', () => {
  const statuses: [TowerName, TowerStatus][] = [];
  const progress: [number, number][] = [];
  let encoder: Encoder;
  let onWasm: { images: Matrix; texts: Matrix };

  beforeAll(async () => {
    encoder = await openBrowserEncoder({
      base,
      model,
      onProgress: (...bytes) => progress.push(bytes),
      onStatus: (...status) => statuses.push(status),
    });
    onWasm = { images: await encoder.embedImages(images), texts: await encoder.embedTexts(texts) };
  });
  afterAll(() => encoder.dispose());

  it('starts on wasm, passes the self-test, and tells', () => {
    for (const [name, status] of [['image', encoder.imageTower], ['text', encoder.textTower]] as const) {
      expect(status).toMatchObject({ backend: 'wasm', dtype: 'q8', why: 'start' });
      expect(status.selfTest).toBeGreaterThan(0.9998);
      expect(statuses).toContainEqual([name, status]);
    }
    for (const { data, cols } of [onWasm.images, onWasm.texts]) expect(Math.hypot(...data.subarray(0, cols))).toBeCloseTo(1, 5);
  });

  it('reports the bytes of model and wasm as they come in', () => {
    const [done, total] = progress.at(-1) ?? [0, 0];
    expect(done).toBeGreaterThan(20e6);
    expect(done).toBeLessThanOrEqual(total);
    expect(progress.length).toBeGreaterThan(10);
  });

  it('fetches everything from its own origin', () => {
    const foreign = performance.getEntriesByType('resource').filter(({ name }) => /^https?:/.test(name) && !name.startsWith(location.origin));
    expect(foreign.map(({ name }) => name)).toEqual([]);
  });

  it('stays on wasm without a device, or with one that is not worth a trial', async () => {
    expect(await encoder.chooseBackends(null)).toEqual({ image: 'wasm', text: 'wasm' });
    expect(encoder.imageTower).toMatchObject({ why: 'no-webgpu' });
    expect(await encoder.embedImagesResident(images)).toBeNull();
    const device = await requestDevice();
    expect(await encoder.chooseBackends(device)).toEqual({ image: 'wasm', text: 'wasm' });
    for (const { why, ms } of [encoder.imageTower, encoder.textTower]) {
      expect(why).toBe('webgpu-slower');
      expect(ms.wasm).toBeGreaterThan(0);
    }
    device.destroy();
  });

  it('runs the image tower on our device with the vectors of wasm, keeps them there, and survives its loss', async () => {
    const device = await requestDevice();
    let lost = false;
    void device.lost.then(() => (lost = true));
    // A probe in the middle of the trial is answered by wasm, and takes turns with it.
    const choosing = encoder.chooseBackends(device, { image: 'webgpu', text: 'wasm' });
    const meanwhile = encoder.embedImages(images);
    expect(await choosing).toEqual({ image: 'webgpu', text: 'wasm' });
    expect(smallestCosine(await meanwhile, onWasm.images)).toBeGreaterThan(0.99999);
    expect(encoder.imageTower).toMatchObject({ backend: 'webgpu', why: 'remembered' });
    expect(encoder.imageTower.selfTest).toBeGreaterThan(0.999);
    expect(encoder.textTower).toMatchObject({ backend: 'wasm', why: 'remembered' });

    expect(smallestCosine(await encoder.embedImages(images), onWasm.images)).toBeGreaterThan(0.999);
    const resident = await encoder.embedImagesResident(images);
    if (resident === null) throw new Error('the embedding did not stay on the GPU');
    expect(resident.buffer).toBeInstanceOf(GPUBuffer);
    expect(resident).toMatchObject({ rows: 2, cols: 256 });
    expect(smallestCosine(normaliseRows(await readBack(device, resident)), onWasm.images)).toBeGreaterThan(0.999);
    resident.release();
    expect(await encoder.embedTextsResident(texts)).toBeNull();
    expect(lost).toBe(false);

    device.destroy();
    expect(smallestCosine(await encoder.embedImages(images), onWasm.images)).toBeGreaterThan(0.99999);
    await encoder.recover(null);
    expect(encoder.imageTower).toMatchObject({ backend: 'wasm', why: 'device-lost' });
  });

  it('shares one ONNX Runtime and one queue with a second encoder, and leaves the first alone when that one goes', async () => {
    const second = await openBrowserEncoder({ base, model });
    const [a, b] = await Promise.all([encoder.embedTexts(texts), second.embedTexts(texts)]);
    expect(smallestCosine(a, b)).toBeGreaterThan(0.999999);
    await second.dispose();
    expect(smallestCosine(await encoder.embedTexts(texts), onWasm.texts)).toBeGreaterThan(0.999999);
  });

  it('names the file of a model that is not there, and still opens another afterwards', async () => {
    await expect(openBrowserEncoder({ base, model: 'models/none' })).rejects.toMatchObject({ name: 'InputError', place: { file: 'models/none/config.json' } });
    await expect(openBrowserEncoder({ base, model: 'models/mini-clip-sae' })).rejects.toThrow(InputError);
    await (await openBrowserEncoder({ base, model })).dispose();
  });
});
