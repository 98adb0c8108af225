/** The build for browsers without JSPI (Safari): the text tower on wasm, on WebGPU, and through the loss of its device. */
import { expect, it } from 'vitest';
import { cosine } from '../core/metrics.ts';
import { openBrowserEncoder } from './transformers-browser.ts';

it('gives the same vectors on wasm, on WebGPU, on the next device and back on wasm', async () => {
  const encoder = await openBrowserEncoder({ base: new URL('/', location.href).href, model: 'models/mini-clip', ortBuild: 'asyncify' });
  expect(performance.getEntriesByType('resource').some(({ name }) => name.endsWith('asyncify.wasm'))).toBe(true);
  expect(Math.min(encoder.imageTower.selfTest ?? 0, encoder.textTower.selfTest ?? 0)).toBeGreaterThan(0.9998);
  const texts = ['a dog', 'a man riding a wave on top of a surfboard'];
  const onWasm = await encoder.embedTexts(texts);

  const requestDevice = async (): Promise<GPUDevice> => {
    const adapter = await navigator.gpu.requestAdapter();
    if (adapter === null) throw new Error('no WebGPU adapter');
    return adapter.requestDevice();
  };
  const first = await requestDevice();
  expect(await encoder.chooseBackends(first, { image: 'wasm', text: 'webgpu' })).toEqual({ image: 'wasm', text: 'webgpu' });
  expect(cosine((await encoder.embedTexts(texts)).data, onWasm.data)).toBeGreaterThan(0.9999);
  const resident = await encoder.embedTextsResident(texts);
  expect(resident?.buffer.size).toBe(2 * 256 * 4);
  resident?.release();

  first.destroy();
  const second = await requestDevice();
  await encoder.recover(second);
  expect(encoder.textTower).toMatchObject({ backend: 'webgpu' });
  expect(cosine((await encoder.embedTexts(texts)).data, onWasm.data)).toBeGreaterThan(0.9999);

  second.destroy();
  expect(cosine((await encoder.embedTexts(texts)).data, onWasm.data)).toBeGreaterThan(0.999999);
  expect(encoder.textTower).toMatchObject({ backend: 'wasm', why: 'device-lost' });
  await encoder.dispose();
});
