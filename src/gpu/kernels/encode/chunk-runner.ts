import { GrowingBuffer, paddedWidth, roundUp, validated } from '../../buffers.ts';
import { orDeviceLost } from '../../device.ts';
import { NormaliseKernel } from '../normalise/normalise.ts';
import { GROUP, encodePipelines } from './pipelines.ts';
import { ENTRY_BYTES, MATVEC_ROWS, SLOTS, TILE } from './plan.ts';
import { PARAMS_BYTES, destroyDictionary } from './weights.ts';
import type { GpuContext } from '../../device.ts';
import type { RowsToNormalise } from '../normalise/normalise.ts';
import type { PackedRows } from './rows.ts';
import type { GpuDictionary, WeightBlock } from './weights.ts';

/** Rows of one dispatch: packed on the host, or taken from a matrix on the GPU. */
export type ChunkSource = { readonly packed: PackedRows } | { readonly resident: RowsToNormalise; readonly norms: PackedRows['norms'] };

/** What one read-back holds: views of mapped memory, valid until `use` returns. */
export interface ReadBack {
  /** Candidates found, also when they were more than `capacity`. */
  readonly found: number;
  /** `(count)` max|x| of each row as given; empty for packed rows. */
  readonly largest: Float32Array;
  /** `(count, paddedWidth(d))` unit rows; empty unless they were asked for. */
  readonly embeddings: Float32Array;
  /** `(capacity, 2)`, see `collectEntries`. */
  readonly entries: Uint32Array;
}

/** What stays the same from chunk to chunk. */
export interface RunnerParts {
  readonly context: GpuContext;
  readonly d: number;
  readonly c: number;
  readonly inclusive: boolean;
  readonly matvecRows: number;
  readonly onGpu: GpuDictionary;
}

/** Enough workgroups to fill a large GPU; each loops over its share of the entries. */
const REFINE_GROUPS = 4096;

/** Runs the kernel on one chunk of rows at a time; owns every buffer that it needs. */
export class ChunkRunner {
  private readonly parts: RunnerParts;
  private readonly width: number;
  private readonly normalise: NormaliseKernel;
  private readonly rows: GrowingBuffer;
  private readonly before: GrowingBuffer;
  private readonly largest: GrowingBuffer;
  private readonly norms: GrowingBuffer;
  private readonly entries: GrowingBuffer;
  private readonly readBack: GrowingBuffer;
  private readonly found: GPUBuffer;

  constructor(parts: RunnerParts) {
    this.parts = parts;
    this.width = paddedWidth(parts.d);
    const { device } = parts.context;
    const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    this.normalise = new NormaliseKernel(device);
    this.rows = new GrowingBuffer(device, 'encode rows', STORAGE | COPY_DST | COPY_SRC);
    this.before = new GrowingBuffer(device, 'encode magnitudes as given', STORAGE | COPY_SRC);
    this.largest = new GrowingBuffer(device, 'encode magnitudes', STORAGE | COPY_DST);
    this.norms = new GrowingBuffer(device, 'encode norms', STORAGE | COPY_DST);
    this.entries = new GrowingBuffer(device, 'encode entries', STORAGE | COPY_SRC);
    this.readBack = new GrowingBuffer(device, 'encode read-back', MAP_READ | COPY_DST);
    this.found = device.createBuffer({ label: 'encode found', size: 4, usage: STORAGE | COPY_SRC | COPY_DST });
  }

  /**
   * One submission with room for `capacity` entries and its one read-back, which `use` sees while it is mapped. Runs must not
   * overlap. Throws DeviceLostError, and Error when the GPU refuses a command.
   */
  async run<T>(source: ChunkSource, capacity: number, use: (back: ReadBack) => T): Promise<T> {
    const { context } = this.parts;
    const resident = 'resident' in source ? source.resident : null;
    const count = 'packed' in source ? source.packed.largest.length : source.resident.count;
    const norms = 'packed' in source ? source.packed.norms : source.norms;
    const layout = this.layoutOf(count, capacity, resident);
    const pipelines = await orDeviceLost(context, this.compile(count, resident !== null));

    const { result: back, valid } = validated(context.device, 'Encoding', () => {
      const { device } = context;
      const buffers = {
        rows: this.rows.take(count * this.width * 4),
        before: this.before.take(count * 4),
        after: this.largest.take(count * 4),
        norms: this.norms.take(norms.byteLength),
        entries: this.entries.take(capacity * ENTRY_BYTES),
      };
      device.queue.writeBuffer(buffers.norms, 0, norms);
      if ('packed' in source) {
        device.queue.writeBuffer(buffers.rows, 0, source.packed.data);
        device.queue.writeBuffer(buffers.after, 0, source.packed.largest);
      }
      const encoder = device.createCommandEncoder({ label: 'encode' });
      if (resident !== null && pipelines.normalise !== null) this.normalise.record(encoder, pipelines.normalise, resident, buffers);
      encoder.clearBuffer(this.found);
      this.recordEncode(encoder, pipelines, count, capacity, buffers);

      const readBack = this.readBack.take(layout.bytes);
      encoder.copyBufferToBuffer(this.found, 0, readBack, 0, 4);
      if (layout.largest > 0) encoder.copyBufferToBuffer(buffers.before, 0, readBack, layout.largestAt, layout.largest * 4);
      if (layout.embeddings > 0) encoder.copyBufferToBuffer(buffers.rows, 0, readBack, layout.embeddingsAt, layout.embeddings * 4);
      encoder.copyBufferToBuffer(buffers.entries, 0, readBack, layout.entriesAt, capacity * ENTRY_BYTES);
      device.queue.submit([encoder.finish()]);
      return readBack;
    });

    await orDeviceLost(context, Promise.all([valid, back.mapAsync(GPUMapMode.READ, 0, layout.bytes)]));
    try {
      const mapped = back.getMappedRange(0, layout.bytes);
      return use({
        found: new Uint32Array(mapped, 0, 1)[0] ?? 0,
        largest: new Float32Array(mapped, layout.largestAt, layout.largest),
        embeddings: new Float32Array(mapped, layout.embeddingsAt, layout.embeddings),
        entries: new Uint32Array(mapped, layout.entriesAt, capacity * 2),
      });
    } finally {
      back.unmap();
    }
  }

  /** Frees everything, the dictionary included. */
  dispose(): void {
    destroyDictionary(this.parts.onGpu);
    this.normalise.dispose();
    this.found.destroy();
    for (const buffer of [this.rows, this.before, this.largest, this.norms, this.entries, this.readBack]) buffer.dispose();
  }

  /** The read-back: counter, magnitudes, embeddings, entries. Byte positions, and lengths in floats. */
  private layoutOf(count: number, capacity: number, resident: RowsToNormalise | null) {
    const largest = resident === null ? 0 : count;
    const embeddings = resident?.unit === true ? count * this.width : 0;
    const largestAt = 16;
    const embeddingsAt = roundUp(largestAt + largest * 4, 16);
    const entriesAt = embeddingsAt + embeddings * 4;
    return { largest, largestAt, embeddings, embeddingsAt, entriesAt, bytes: entriesAt + capacity * ENTRY_BYTES };
  }

  private async compile(rows: number, resident: boolean) {
    const pipelines = encodePipelines(this.parts.context.device);
    const few = rows <= this.parts.matvecRows;
    const [multiply, refine, normalise] = await Promise.all([
      pipelines.get(few ? (rows === 1 ? 'matvecOne' : 'matvec') : 'tiled'),
      pipelines.get('refine'),
      resident ? this.normalise.compile() : null,
    ]);
    const edge = few ? { concepts: SLOTS, rows: MATVEC_ROWS } : { concepts: TILE, rows: TILE };
    return { multiply, refine, normalise, edge, bindings: pipelines.bindings };
  }

  private recordEncode(
    encoder: GPUCommandEncoder,
    { multiply, refine, edge, bindings }: Awaited<ReturnType<ChunkRunner['compile']>>,
    rows: number,
    capacity: number,
    buffers: { readonly rows: GPUBuffer; readonly after: GPUBuffer; readonly norms: GPUBuffer; readonly entries: GPUBuffer },
  ): void {
    const { context, onGpu } = this.parts;
    const { device } = context;
    const blocks = onGpu.blocks.map((block) => {
      device.queue.writeBuffer(block.params, 0, this.paramsOf(block, rows, capacity));
      const bound = [block.params, buffers.rows, block.weights, onGpu.table, buffers.after, buffers.norms, this.found, buffers.entries];
      const group = device.createBindGroup({
        label: 'encode',
        layout: bindings,
        entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      return { group, count: block.count };
    });
    const pass = encoder.beginComputePass({ label: 'encode' });
    pass.setPipeline(multiply);
    for (const { group, count } of blocks) {
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.ceil(count / edge.concepts), Math.ceil(rows / edge.rows));
    }
    // After all candidates are known; each block refines its own.
    pass.setPipeline(refine);
    for (const { group } of blocks) {
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.min(REFINE_GROUPS, Math.ceil(capacity / GROUP)));
    }
    pass.end();
  }

  private paramsOf(block: WeightBlock, rows: number, capacity: number): ArrayBuffer {
    const { c, inclusive } = this.parts;
    const params = new ArrayBuffer(PARAMS_BYTES);
    new Uint32Array(params).set([rows, this.width / 4, c, block.first, block.count, capacity, inclusive ? 1 : 0]);
    // A sum of n products rounds at most n + 1 times, by at most 2^-23 in either rounding direction; bias, norm and θ
    // add a few.
    new Float32Array(params)[7] = (this.width + 16) * 2 ** -23;
    return params;
  }
}
