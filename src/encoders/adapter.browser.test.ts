/** The adapter in Chromium: wasm first, then WebGPU (SwiftShader) on a device of ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder, TowerName, TowerStatus } from './port.ts';
import { openBrowserEncoder } from './transformers-browser.ts';
import { cosine } from './vectors.ts';

const base = new URL('/', location.href).href;
const statuses: [TowerName, TowerStatus][] = [];
const progress: [number, number][] = [];
let encoder: Encoder;

/** A red disc on white, `side` pixels wide. */
function disc(side: number) {
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (Math.hypot(x - side / 2, y - side / 2) < side / 3) data.set([210, 20, 30], (y * side + x) * 4);
    }
  }
  return { width: side, height: side, data };
}

beforeAll(async () => {
  const t0 = performance.now();
  encoder = await openBrowserEncoder({
    base, model: 'models/mini-clip',
    onProgress: (...p) => progress.push(p),
    onStatus: (...s) => statuses.push(s),
  });
  console.log('load', performance.now() - t0, JSON.stringify(progress.at(-1)));
});
afterAll(() => encoder.dispose());

describe('on wasm', () => {
  it('passes', async () => {
    console.log(JSON.stringify(statuses));
    const t0 = performance.now();
    await encoder.embedImages([disc(90)]);
    console.log('img', performance.now() - t0);
  });
  it('gpu', async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter!.requestDevice();
    const w = await encoder.embedImages([disc(90), disc(64)]);
    const wt = await encoder.embedTexts(['a cat', 'a very long dog']);
    let t0 = performance.now();
    console.log(JSON.stringify(await encoder.chooseBackends(device)), performance.now() - t0, JSON.stringify(encoder.imageTower));
    t0 = performance.now();
    console.log(JSON.stringify(await encoder.chooseBackends(device, { image: 'webgpu', text: 'webgpu' })), performance.now() - t0, JSON.stringify([encoder.imageTower, encoder.textTower]));
    const g = await encoder.embedImages([disc(90), disc(64)]);
    const gt = await encoder.embedTexts(['a cat', 'a very long dog']);
    console.log(cosine(w.data, g.data), cosine(wt.data, gt.data));
    expect(cosine(w.data, g.data)).toBeGreaterThan(0.999);
    const r = await encoder.embedImagesResident([disc(90), disc(64)]);
    console.log(r?.rows, r?.buffer.size);
    device.destroy();
    const again = await encoder.embedImages([disc(90), disc(64)]);
    console.log(cosine(w.data, again.data), JSON.stringify(encoder.imageTower), JSON.stringify(encoder.textTower));
    await encoder.recover(null);
    console.log(JSON.stringify(encoder.textTower));
  });
});
