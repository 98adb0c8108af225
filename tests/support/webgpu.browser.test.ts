/** GPU tests must never pass because there was no GPU: this one fails loudly where Chromium gives no adapter. */
import { describe, expect, it } from 'vitest';

const DOUBLE = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> x: array<f32>;
@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id: vec3u) { x[id.x] = 2.0 * x[id.x]; }
`;

describe('the browser under test', () => {
  it('computes on a WebGPU device', async () => {
    expect(navigator.gpu, 'navigator.gpu is missing: is Chromium started with CHROMIUM_ARGS?').toBeDefined();
    const adapter = await navigator.gpu.requestAdapter();
    if (adapter === null) throw new Error('No WebGPU adapter: SwiftShader (libvk_swiftshader) is not usable here.');
    const device = await adapter.requestDevice();
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const x = device.createBuffer({ size: 16, usage: STORAGE | COPY_SRC | COPY_DST });
    const out = device.createBuffer({ size: 16, usage: MAP_READ | COPY_DST });
    const module = device.createShaderModule({ code: DOUBLE });
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
    const layout = pipeline.getBindGroupLayout(0);
    device.queue.writeBuffer(x, 0, new Float32Array([1, -2, 0.5, 1024]));

    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer: x } }] }));
    pass.dispatchWorkgroups(1);
    pass.end();
    commands.copyBufferToBuffer(x, 0, out, 0, 16);
    device.queue.submit([commands.finish()]);
    await out.mapAsync(GPUMapMode.READ);

    expect([...new Float32Array(out.getMappedRange())]).toEqual([2, -4, 1, 2048]);
    device.destroy();
  });

  it('keeps time in UTC', () => {
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(0);
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('UTC');
  });
});
