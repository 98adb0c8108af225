import { validated } from './buffers.ts';

/** An entry point of a shader with the values of its override constants. */
export interface EntryPoint {
  readonly name: string;
  readonly constants: Readonly<Record<string, number>>;
}

/** A shader's entry points, each compiled when it is first asked for: the large ones take a while, and probes need few. */
export class ShaderPipelines<K extends string> {
  readonly bindings: GPUBindGroupLayout;
  private readonly device: GPUDevice;
  private readonly label: string;
  private readonly code: string;
  private readonly entries: Readonly<Record<K, EntryPoint>>;
  private readonly compiled = new Map<K, Promise<GPUComputePipeline>>();
  private shader: { readonly module: GPUShaderModule; readonly layout: GPUPipelineLayout } | null = null;

  constructor(device: GPUDevice, label: string, code: string, bindings: GPUBindGroupLayout, entries: Readonly<Record<K, EntryPoint>>) {
    this.device = device;
    this.label = label;
    this.code = code;
    this.bindings = bindings;
    this.entries = entries;
  }

  /** The pipeline `key`; rejects with what the compiler says about which line. */
  async get(key: K): Promise<GPUComputePipeline> {
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const compiling = this.compile(key);
    this.compiled.set(key, compiling);
    // A failure is not remembered: the next call tries again.
    compiling.catch(() => this.compiled.delete(key));
    return compiling;
  }

  private async compile(key: K): Promise<GPUComputePipeline> {
    const { name, constants } = this.entries[key];
    const { module, layout } = await this.parsed();
    return this.device.createComputePipelineAsync({
      label: `${this.label} ${key}`,
      layout,
      compute: { module, entryPoint: name, constants },
    });
  }

  private async parsed(): Promise<{ readonly module: GPUShaderModule; readonly layout: GPUPipelineLayout }> {
    if (this.shader !== null) return this.shader;
    const { device, label, code, bindings } = this;
    const { result, valid } = validated(device, `Compiling ${label}.wgsl`, () => ({
      module: device.createShaderModule({ label, code }),
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [bindings] }),
    }));
    await valid;
    this.shader = result;
    return result;
  }
}

/**
 * `make` once for each device: dictionaries share compiled pipelines. A lost device and its pipelines are collected together.
 */
export function oncePerDevice<T>(make: (device: GPUDevice) => T): (device: GPUDevice) => T {
  const made = new WeakMap<GPUDevice, { readonly value: T }>();
  return (device) => {
    const known = made.get(device);
    if (known !== undefined) return known.value;
    const value = make(device);
    made.set(device, { value });
    return value;
  };
}
