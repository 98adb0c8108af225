import { BINS } from '../../../core/analysis/histogram.ts';
import { GrowingBuffer } from '../../buffers.ts';
import { codeUnit, largestExponent, wideNumber } from './fixed-point.ts';
import { recordPass, submit } from './pass.ts';
import { GROUP, analysisPipelines } from './pipelines.ts';
import { CONCEPT_WORDS, ENTRY_BYTES } from './plan.ts';
import type { ConceptSums } from '../../../core/analysis/modality-sums.ts';
import type { SparseCodes } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { AnalysisPlan } from './plan.ts';

/** Enough workgroups to fill a large GPU; each loops over its share of the codes. */
const MOST_GROUPS = 4096;

/** Sums the codes of each concept and counts their histograms. */
export class ConceptSummer {
  private readonly context: GpuContext;
  private readonly c: number;
  private readonly plan: AnalysisPlan;
  private readonly entries: GrowingBuffer;
  private readonly readBack: GrowingBuffer;
  private readonly sums: GPUBuffer;
  private readonly histograms: GPUBuffer;

  constructor(context: GpuContext, c: number, plan: AnalysisPlan) {
    const { device } = context;
    const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    this.context = context;
    this.c = c;
    this.plan = plan;
    this.entries = new GrowingBuffer(device, 'analysis entries', STORAGE | COPY_DST);
    this.readBack = new GrowingBuffer(device, 'analysis read-back', MAP_READ | COPY_DST);
    this.sums = device.createBuffer({ label: 'analysis sums', size: c * CONCEPT_WORDS * 4, usage: STORAGE | COPY_DST | COPY_SRC });
    this.histograms = device.createBuffer({ label: 'analysis histograms', size: 2 * c * BINS * 4, usage: STORAGE | COPY_DST | COPY_SRC });
  }

  /** The sums of codes that have been checked, of rows of which `heldOut` `(n)` is 1 or not. */
  async run(codes: SparseCodes, heldOut: Uint8Array): Promise<ConceptSums> {
    const { context, c, plan } = this;
    const values = codes.values.subarray(codes.indptr[0] ?? 0, codes.indptr[codes.rows] ?? 0);
    const largest = largestExponent(values);
    await this.clear();
    for (let first = 0; first < values.length; first += plan.entries) {
      await this.add(packed(codes, heldOut, first, Math.min(plan.entries, values.length - first)), largest);
    }
    const sumBytes = c * CONCEPT_WORDS * 4;
    const counted = 2 * c * BINS * 4;
    const words = new Uint32Array(await submit(context, 'Reading sums', () => undefined, { from: this.sums, to: this.readBack.take(counted), bytes: sumBytes }));
    const histograms = new Uint32Array(await submit(context, 'Reading histograms', () => undefined, { from: this.histograms, to: this.readBack.take(counted), bytes: counted }));
    const unit = codeUnit(largest);
    return {
      codes: Float64Array.from({ length: c }, (_, i) => wideNumber(words[3 * i] ?? 0, words[3 * i + 1] ?? 0) * unit),
      alive: Uint8Array.from({ length: c }, (_, i) => words[3 * i + 2] ?? 0),
      training: histograms.slice(0, c * BINS),
      heldOut: histograms.slice(c * BINS),
    };
  }

  dispose(): void {
    this.sums.destroy();
    this.histograms.destroy();
    this.entries.dispose();
    this.readBack.dispose();
  }

  private async clear(): Promise<void> {
    await submit(
      this.context,
      'Clearing sums',
      (encoder) => {
        encoder.clearBuffer(this.sums);
        encoder.clearBuffer(this.histograms);
      },
      null,
    );
  }

  private async add(entries: Uint32Array<ArrayBuffer>, largest: number): Promise<void> {
    const { context, c } = this;
    const { device } = context;
    const { concepts } = analysisPipelines(device);
    const pipeline = await concepts.get('concepts');
    const count = entries.length / 2;
    const groups = Math.min(MOST_GROUPS, Math.ceil(count / GROUP));
    await submit(
      context,
      'Summing codes',
      (encoder, temporary) => {
        const buffer = this.entries.take(entries.byteLength);
        device.queue.writeBuffer(buffer, 0, entries);
        const params = Uint32Array.of(count, c, groups * GROUP, largest);
        recordPass(device, encoder, { pipeline, layout: concepts.bindings, params, buffers: [buffer, this.sums, this.histograms], groups }, temporary);
      },
      null,
    );
  }
}

/** Codes `first … first + count` as the shader reads them. */
function packed(codes: SparseCodes, heldOut: Uint8Array, first: number, count: number): Uint32Array<ArrayBuffer> {
  const start = (codes.indptr[0] ?? 0) + first;
  const bits = new Uint32Array(codes.values.buffer, codes.values.byteOffset, codes.values.length);
  const result = new Uint32Array((count * ENTRY_BYTES) / 4);
  let row = 0;
  for (let e = start; e < start + count; e++) {
    while ((codes.indptr[row + 1] ?? Infinity) <= e) row += 1;
    const at = 2 * (e - start);
    result[at] = ((codes.indices[e] ?? 0) | (heldOut[row] === 1 ? 0x80000000 : 0)) >>> 0;
    result[at + 1] = bits[e] ?? 0;
  }
  return result;
}
