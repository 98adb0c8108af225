import { describe, expect, it } from 'vitest';
import { requestGpu } from '../../../gpu/device.ts';
import { DRAW_EVENT } from '../../figures/figure-svg.ts';
import { createCanvasRenderer } from '../canvas/canvas-renderer.ts';
import { backingOf } from '../outlines.ts';
import { createPointRenderer } from '../renderer.ts';
import type { Camera, PointScene, Viewport } from '../scene.ts';
import { pointPass } from './point-pass.ts';

const viewport: Viewport = { width: 120, height: 100, ratio: 1 };
const camera: Camera = { x: 0, y: 0, scale: 50 };
const rgba = (r: number, g: number, b: number, a = 255): number => (r | (g << 8) | (b << 16) | (a << 24)) >>> 0;

/** Disc, square and ring in a row; one without alpha, one without a place, each of which would cover the middle; a line below them. */
const scene: PointScene = {
  positions: Float32Array.of(-0.8, 0, 0, 0, 0.8, 0, 0, 0, Number.NaN, 0, -0.8, 0.6, 0.8, 0.6),
  radii: Float32Array.of(12, 12, 12, 40, 40, 4, 4),
  colours: Uint32Array.of(rgba(200, 0, 0), rgba(0, 150, 0), rgba(0, 0, 220), rgba(255, 255, 255, 0), rgba(255, 255, 255), rgba(90, 90, 90), rgba(90, 90, 90)),
  shapes: Uint8Array.of(0, 1, 2, 0, 0, 0, 0),
  lines: { ends: Uint32Array.of(5, 6, 0, 2, 4, 0), colours: Uint32Array.of(rgba(0, 0, 0), rgba(0, 0, 0), rgba(0, 0, 0)) },
};

/** Premultiplied pixels `(height, width, 4)` of a frame, on the canvas, and by WebGPU into a texture. */
type Draw = (scene: PointScene, camera: Camera, viewport: Viewport, fitScale: number) => Promise<{ width: number; height: number; pixels: Uint8ClampedArray }>;

const onCanvas: Draw = (drawn, from, view, fitScale) => {
  const canvas = document.createElement('canvas');
  const renderer = createCanvasRenderer(canvas);
  renderer.setScene(drawn);
  renderer.draw(from, view, fitScale);
  const { width, height } = canvas;
  // As an export asks for it.
  canvas.getContext('2d')?.clearRect(0, 0, width, height);
  canvas.dispatchEvent(new Event(DRAW_EVENT));
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? expect.fail('a 2d context');
  return Promise.resolve({ width, height, pixels: data.map((value, p) => (p % 4 === 3 ? value : (value * (data[p - (p % 4) + 3] ?? 0)) / 255)) });
};

const onWebGpu: Draw = async (drawn, from, view, fitScale) => {
  const { device } = (await requestGpu(navigator.gpu)) ?? expect.fail('Chromium has a WebGPU adapter here');
  const backing = backingOf(view, device.limits.maxTextureDimension2D);
  const { width, height } = backing;
  const texture = device.createTexture({ size: [width, height], format: 'rgba8unorm', usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC });
  const pass = await pointPass(device, 'rgba8unorm');
  pass.setScene(drawn);
  pass.drawInto(texture, from, backing, fitScale);
  const stride = Math.ceil((4 * width) / 256) * 256;
  const buffer = device.createBuffer({ size: stride * height, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow: stride }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(GPUMapMode.READ);
  const rows = new Uint8ClampedArray(buffer.getMappedRange());
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) pixels.set(rows.subarray(y * stride, y * stride + 4 * width), 4 * y * width);
  device.destroy();
  return { width, height, pixels };
};

describe.each([['WebGPU', onWebGpu], ['the canvas', onCanvas]] as const)('points by %s', (_, draw) => {
  it('have their shape and colour where they lie, and nothing where there is none', async () => {
    const { width, height, pixels } = await draw(scene, camera, viewport, camera.scale);
    const at = (x: number, y: number): number[] => [...pixels.subarray(4 * (y * 120 + x), 4 * (y * 120 + x) + 4)];
    expect([width, height]).toEqual([120, 100]);
    // x = 60 + 50·x, y = 50 − 50·y.
    expect(at(20, 50)).toEqual([200, 0, 0, 255]);
    expect(at(60, 50)).toEqual([0, 150, 0, 255]);
    expect(at(90, 50)).toEqual([0, 0, 220, 255]);
    expect(at(100, 44)[3]).toBe(0);
    // A square reaches into its corners, a disc does not.
    expect(at(68, 42)).toEqual([0, 150, 0, 255]);
    expect(at(29, 41)[3]).toBeLessThan(60);
    expect(at(5, 95)).toEqual([0, 0, 0, 0]);
    // The line between the upper two; the third line has an end without a place.
    expect(at(60, 20)[3]).toBeGreaterThan(60);
  });
  it('are seen at the camera’s place and zoom, radii growing with its root', async () => {
    const { width, height, pixels } = await draw({ ...scene, lines: null }, { x: 0.8, y: 0, scale: 200 }, { ...viewport, ratio: 2 }, 50);
    expect([width, height]).toEqual([240, 200]);
    // The ring has 24 px at four times the zoom, 48 device pixels.
    const alpha = (x: number, y: number): number => pixels[4 * (y * 240 + x) + 3] ?? -1;
    expect([alpha(120, 100), alpha(160, 100), alpha(172, 100)]).toEqual([0, 255, 0]);
  });
});

describe('both backends', () => {
  it('draw the same but for soft edges', async () => {
    const [gpu, plain] = [await onWebGpu(scene, camera, viewport, camera.scale), await onCanvas(scene, camera, viewport, camera.scale)];
    let different = 0;
    for (let p = 0; p < gpu.pixels.length; p++) if (Math.abs((gpu.pixels[p] ?? 0) - (plain.pixels[p] ?? 0)) > 100) different++;
    expect(different / gpu.pixels.length).toBeLessThan(0.01);
  });
  it('fall to the canvas where only software has WebGPU', async () => {
    const renderer = await createPointRenderer(document.createElement('canvas'), { onLost: () => undefined });
    expect([renderer.backend, renderer.adapter]).toEqual(['canvas', null]);
    renderer.dispose();
  });
});
