import { RADII } from '../camera.ts';
import { LINE_HALF, RING_LEAST, RING_SHARE, SQUARE_HALF, type Backing } from '../outlines.ts';
import type { Camera, PointScene } from '../scene.ts';
import { visibleScene, type VisibleScene } from '../visible.ts';
import { pointPipelines } from './pipelines.ts';

/** Floats of `View` in points.wgsl. */
const VIEW_FLOATS = 12;

/** Draws a scene into textures of one format. */
export interface PointPass {
  setScene(scene: PointScene): void;
  /** Clears the texture and draws the scene; `fitScale` as in `PointRenderer.draw`. */
  drawInto(texture: GPUTexture, camera: Camera, backing: Backing, fitScale: number): void;
}

/** The pass on a device. Rejects when the device does not take its shader. */
export async function pointPass(device: GPUDevice, format: GPUTextureFormat): Promise<PointPass> {
  const { points, lines, layout } = await pointPipelines(device, format);
  const uniforms = device.createBuffer({ label: 'view', size: 4 * VIEW_FLOATS, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  const group = device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: uniforms } }] });
  let buffers: SceneBuffers | null = null;
  return {
    setScene(scene) {
      release(buffers);
      buffers = upload(device, visibleScene(scene));
    },
    drawInto(texture, camera, { ratio, width, height }, fitScale) {
      device.queue.writeBuffer(uniforms, 0, Float32Array.of(
        camera.x, camera.y, camera.scale * ratio, Math.sqrt(camera.scale / fitScale) * ratio,
        width, height, RADII[0] * ratio, RADII[1] * ratio,
        RING_LEAST * ratio, LINE_HALF * ratio, SQUARE_HALF, RING_SHARE,
      ));
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginRenderPass({ colorAttachments: [{ view: texture.createView(), loadOp: 'clear', storeOp: 'store', clearValue: [0, 0, 0, 0] }] });
      pass.setBindGroup(0, group);
      if (buffers !== null) {
        drawQuads(pass, lines, buffers.lines);
        drawQuads(pass, points, buffers.points);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
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
