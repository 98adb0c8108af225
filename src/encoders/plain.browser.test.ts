/** The build for browsers without WebGPU. */
import { expect, it } from 'vitest';
import { openBrowserEncoder } from './transformers-browser.ts';

it('passes the self-test on plain wasm, and a device does no harm', async () => {
  const encoder = await openBrowserEncoder({ base: new URL('/', location.href).href, model: 'models/mini-clip', ortBuild: 'plain' });
  expect(Math.min(encoder.imageTower.selfTest ?? 0, encoder.textTower.selfTest ?? 0)).toBeGreaterThan(0.9998);
  const adapter = await navigator.gpu.requestAdapter();
  const device = (await adapter?.requestDevice()) ?? null;
  expect(device).not.toBeNull();
  expect(await encoder.chooseBackends(device)).toEqual({ image: 'wasm', text: 'wasm' });
  expect(encoder.textTower.why).toBe('webgpu-failed');
  expect((await encoder.embedTexts(['a dog'])).rows).toBe(1);
  device?.destroy();
  await encoder.dispose();
});
