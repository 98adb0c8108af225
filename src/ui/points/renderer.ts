import { createCanvasRenderer } from './canvas/canvas-renderer.ts';
import type { PointRenderer } from './point-renderer.ts';
import { createWebGpuRenderer } from './webgpu/webgpu-renderer.ts';

interface Options {
  readonly prefer?: 'webgpu' | 'canvas';
  /** The GPU went away: what follows needs a new canvas. */
  readonly onLost: () => void;
}

/** A renderer on WebGPU where there is a hardware adapter, unless `prefer` says otherwise; else on the canvas. Never rejects. */
export async function createPointRenderer(canvas: HTMLCanvasElement, { prefer = 'webgpu', onLost }: Options): Promise<PointRenderer> {
  const made = prefer === 'webgpu' ? await createWebGpuRenderer(canvas, onLost).catch(() => null) : null;
  return made ?? createCanvasRenderer(canvas);
}
