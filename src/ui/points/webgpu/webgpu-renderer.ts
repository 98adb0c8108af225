import { requestGpu, type GpuContext } from '../../../gpu/device.ts';
import { DRAW_EVENT } from '../../figures/figure-svg.ts';
import { RADII } from '../camera.ts';
import { backingOf, LINE_HALF, resize, RING_LEAST, RING_SHARE, SQUARE_HALF } from '../outlines.ts';
import type { PointRenderer } from '../point-renderer.ts';
import type { Camera, Viewport } from '../scene.ts';
import { visibleScene, type VisibleScene } from '../visible.ts';
import { pointPipelines } from './pipelines.ts';

/** Floats of `View` in points.wgsl. */
const VIEW_FLOATS = 12;

/** A renderer on WebGPU; null where there is no adapter. Rejects when the device or the canvas refuses. */
export async function createWebGpuRenderer(canvas: HTMLCanvasElement, onLost: () => void): Promise<PointRenderer | null> {
  // Before the canvas gets its context: one that has a WebGPU context can have no other.
  const context = await requestGpu(navigator.gpu);
  if (context === null) return null;
  const format = navigator.gpu.getPreferredCanvasFormat();
  const pipelines = await pointPipelines(context.device, format);
  const surface = canvas.getContext('webgpu');
  if (surface === null) {
    context.device.destroy();
    return null;
  }
  surface.configure({ device: context.device, format, alphaMode: 'premultiplied' });
  return rendererOn(canvas, surface, context, pipelines, onLost);
}

type Pipelines = Awaited<ReturnType<typeof pointPipelines>>;

function rendererOn(canvas: HTMLCanvasElement, surface: GPUCanvasContext, { device, name, lost }: GpuContext, { points, lines, layout }: Pipelines, onLost: () => void): PointRenderer {
  const uniforms = device.createBuffer({ label: 'view', size: 4 * VIEW_FLOATS, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: uniforms } }] });
  const most = device.limits.maxTextureDimension2D;
  let buffers: SceneBuffers | null = null;
  let frame: { camera: Camera; viewport: Viewport; fitScale: number } | null = null;
  let gone = false;
  void lost.then(() => {
    if (!gone) onLost();
    gone = true;
  });

  const draw = (): void => {
    if (frame === null || gone) return;
    const { camera, viewport, fitScale } = frame;
    const backing = backingOf(viewport, most);
    if (canvas.width !== backing.width || canvas.height !== backing.height) resize(canvas, backing);
    const { ratio, width, height } = backing;
    device.queue.writeBuffer(uniforms, 0, Float32Array.of(
      camera.x, camera.y, camera.scale * ratio, Math.sqrt(camera.scale / fitScale) * ratio,
      width, height, RADII[0] * ratio, RADII[1] * ratio,
      RING_LEAST * ratio, LINE_HALF * ratio, SQUARE_HALF, RING_SHARE,
    ));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginRenderPass({ colorAttachments: [{ view: surface.getCurrentTexture().createView(), loadOp: 'clear', storeOp: 'store', clearValue: [0, 0, 0, 0] }] });
    pass.setBindGroup(0, group);
    if (buffers !== null) {
      drawQuads(pass, lines, buffers.lines);
      drawQuads(pass, points, buffers.points);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  canvas.addEventListener(DRAW_EVENT, draw);
  return {
    backend: 'webgpu',
    adapter: name,
    setScene(scene) {
      if (gone) return;
      release(buffers);
      buffers = upload(device, visibleScene(scene));
    },
    draw(camera, viewport, fitScale) {
      frame = { camera, viewport, fitScale };
      draw();
    },
    settled: () => device.queue.onSubmittedWorkDone(),
    dispose() {
      gone = true;
      canvas.removeEventListener(DRAW_EVENT, draw);
      surface.unconfigure();
      device.destroy();
    },
  };
}

interface Quads {
  readonly count: number;
  readonly vertices: readonly GPUBuffer[];
}

interface SceneBuffers {
  readonly points: Quads;
  readonly lines: Quads;
}

function upload(device: GPUDevice, { count, positions, radii, colours, shapes, lines }: VisibleScene): SceneBuffers {
  const buffer = (data: Float32Array | Uint32Array): GPUBuffer => {
    const made = device.createBuffer({ label: 'points', size: Math.max(4, data.byteLength), usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(made, 0, data.buffer, data.byteOffset, data.byteLength);
    return made;
  };
  return {
    points: { count, vertices: [positions, radii, colours, shapes].map(buffer) },
    lines: { count: lines.count, vertices: [lines.ends, lines.colours].map(buffer) },
  };
}

function release(buffers: SceneBuffers | null): void {
  for (const { vertices } of buffers === null ? [] : [buffers.points, buffers.lines]) for (const buffer of vertices) buffer.destroy();
}

function drawQuads(pass: GPURenderPassEncoder, pipeline: GPURenderPipeline, { count, vertices }: Quads): void {
  if (count === 0) return;
  pass.setPipeline(pipeline);
  vertices.forEach((buffer, slot) => { pass.setVertexBuffer(slot, buffer); });
  pass.draw(4, count);
}
