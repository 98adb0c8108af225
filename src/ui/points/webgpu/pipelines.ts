import source from './points.wgsl?raw';

/** Values of one instance. */
type Formats = readonly { readonly format: GPUVertexFormat; readonly bytes: number }[];

const POINT: Formats = [{ format: 'float32x2', bytes: 8 }, { format: 'float32', bytes: 4 }, { format: 'unorm8x4', bytes: 4 }, { format: 'uint32', bytes: 4 }];
const LINE: Formats = [{ format: 'float32x4', bytes: 16 }, { format: 'unorm8x4', bytes: 4 }];

/** What is drawn lies over what was drawn before; colours are premultiplied. */
const OVER: GPUBlendComponent = { srcFactor: 'one', dstFactor: 'one-minus-src-alpha', operation: 'add' };

/** The pipelines of points.wgsl for a canvas of `format`. Rejects when the device does not take them. */
export async function pointPipelines(device: GPUDevice, format: GPUTextureFormat): Promise<{ points: GPURenderPipeline; lines: GPURenderPipeline; layout: GPUBindGroupLayout }> {
  const module = device.createShaderModule({ label: 'points.wgsl', code: source });
  const layout = device.createBindGroupLayout({ entries: [{ binding: 0, visibility: GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT, buffer: { type: 'uniform' } }] });
  const make = (name: 'point' | 'line', formats: Formats): Promise<GPURenderPipeline> =>
    device.createRenderPipelineAsync({
      label: name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      vertex: {
        module, entryPoint: `${name}_vertex`,
        buffers: formats.map((one, slot) => ({ arrayStride: one.bytes, stepMode: 'instance', attributes: [{ shaderLocation: slot, offset: 0, format: one.format }] })),
      },
      fragment: { module, entryPoint: `${name}_fragment`, targets: [{ format, blend: { color: OVER, alpha: OVER } }] },
      primitive: { topology: 'triangle-strip' },
    });
  const [points, lines] = await Promise.all([make('point', POINT), make('line', LINE)]);
  return { points, lines, layout };
}
