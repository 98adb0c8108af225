import { requestGpu, type GpuContext } from '../../../gpu/device.ts';
import { DRAW_EVENT } from '../../figures/figure-svg.ts';
import { backingOf, resize } from '../outlines.ts';
import type { PointRenderer } from '../point-renderer.ts';
import type { Camera, Viewport } from '../scene.ts';
import { pointPass, type PointPass } from './point-pass.ts';

/**
 * A renderer on WebGPU; null where there is no adapter, or only a software one: that is slower than the canvas, and headless Chromium
 * on SwiftShader loses its devices when a canvas asks for a texture. Rejects when the device or the canvas refuses.
 */
export async function createWebGpuRenderer(canvas: HTMLCanvasElement, onLost: () => void): Promise<PointRenderer | null> {
  // Before the canvas gets its context: one that has a WebGPU context can have no other.
  const context = await requestGpu(navigator.gpu);
  if (context === null) return null;
  const { device } = context;
  const format = navigator.gpu.getPreferredCanvasFormat();
  const pass = context.isFallback ? null : await pointPass(device, format);
  const surface = pass === null ? null : canvas.getContext('webgpu');
  if (pass === null || surface === null) {
    device.destroy();
    return null;
  }
  surface.configure({ device, format, alphaMode: 'premultiplied' });
  return rendererOn(canvas, surface, context, pass, onLost);
}

function rendererOn(canvas: HTMLCanvasElement, surface: GPUCanvasContext, { device, name, lost }: GpuContext, pass: PointPass, onLost: () => void): PointRenderer {
  const most = device.limits.maxTextureDimension2D;
  let frame: { camera: Camera; viewport: Viewport; fitScale: number } | null = null;
  let gone = false;
  void lost.then(() => {
    if (!gone) onLost();
    gone = true;
  });
  const draw = (): void => {
    if (frame === null || gone) return;
    const backing = backingOf(frame.viewport, most);
    if (canvas.width !== backing.width || canvas.height !== backing.height) resize(canvas, backing);
    pass.drawInto(surface.getCurrentTexture(), frame.camera, backing, frame.fitScale);
  };
  canvas.addEventListener(DRAW_EVENT, draw);
  return {
    backend: 'webgpu',
    adapter: name,
    setScene(scene) { if (!gone) pass.setScene(scene); },
    draw(camera, viewport, fitScale) {
      frame = { camera, viewport, fitScale };
      draw();
    },
    dispose() {
      gone = true;
      canvas.removeEventListener(DRAW_EVENT, draw);
      surface.unconfigure();
      device.destroy();
    },
  };
}
