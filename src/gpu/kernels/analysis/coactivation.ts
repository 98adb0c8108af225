import { invariant } from '../../../core/errors.ts';
import { GrowingBuffer } from '../../buffers.ts';
import { largestExponent, productUnit, wideNumber } from './fixed-point.ts';
import { pairBatches } from './pair-batches.ts';
import { recordPass, submit } from './pass.ts';
import { analysisPipelines } from './pipelines.ts';
import { OUTPUT_BYTES, SUM_BYTES } from './plan.ts';
import type { Coactivation } from '../../../core/analysis/bridge.ts';
import type { SparseCodes } from '../../../core/tensor.ts';
import type { GpuContext } from '../../device.ts';
import type { PairBatch } from './pair-batches.ts';
import type { AnalysisPlan } from './plan.ts';

/** Co-activation of concepts over matched pairs, one tile of the c×c sums at a time. */
export class Coactivator {
  private readonly context: GpuContext;
  private readonly c: number;
  private readonly plan: AnalysisPlan;
  private readonly starts: GrowingBuffer;
  private readonly entries: GrowingBuffer;
  private readonly tile: GrowingBuffer;
  private readonly places: GrowingBuffer;
  private readonly output: GrowingBuffer;
  private readonly readBack: GrowingBuffer;

  constructor(context: GpuContext, c: number, plan: AnalysisPlan) {
    const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    const buffer = (name: string, usage: GPUBufferUsageFlags): GrowingBuffer => new GrowingBuffer(context.device, `analysis ${name}`, usage);
    this.context = context;
    this.c = c;
    this.plan = plan;
    this.starts = buffer('starts', STORAGE | COPY_DST);
    this.entries = buffer('pair entries', STORAGE | COPY_DST);
    this.tile = buffer('tile', STORAGE | COPY_DST);
    this.places = buffer('places', STORAGE | COPY_DST | COPY_SRC);
    this.output = buffer('output', STORAGE | COPY_SRC);
    this.readBack = buffer('sums read-back', MAP_READ | COPY_DST);
  }

  /** The co-activation of pairs, image row and text row in turn, of codes that have been checked; in parts, in the order of image-side concepts within a batch. */
  async *run(images: SparseCodes, texts: SparseCodes, pairs: ArrayLike<number>): AsyncGenerator<Coactivation> {
    const largest = largestExponent(images.values) + largestExponent(texts.values);
    const unit = productUnit(largest);
    for (const batch of pairBatches(images, texts, pairs, this.plan)) {
      // Half a unit a product, shared out over the tiles that it is read in.
      let rounding = (batch.products * unit) / 2;
      for (let first = 0; first < this.c; first += this.plan.tileRows) {
        const rows = Math.min(this.plan.tileRows, this.c - first);
        const counts = await this.fillTile(batch, first, rows, largest);
        for (const range of ranges(counts, this.plan.collected)) {
          yield { ...(await this.collect(range, first, counts, unit)), rounding };
          rounding = 0;
        }
      }
    }
  }

  dispose(): void {
    for (const buffer of [this.starts, this.entries, this.tile, this.places, this.output, this.readBack]) buffer.dispose();
  }

  /** Sums the batch into the tile of `rows` image-side concepts; resolves to how many sums of each row are not 0. */
  private async fillTile(batch: PairBatch, first: number, rows: number, largest: number): Promise<Uint32Array> {
    const { context, c } = this;
    const { device } = context;
    const { coactivation } = analysisPipelines(device);
    const [coactivate, count] = await Promise.all([coactivation.get('coactivate'), coactivation.get('count')]);
    const layout = coactivation.bindings;
    const places = this.places.take(rows * 4);
    const back = { from: places, to: this.readBack.take(rows * 4), bytes: rows * 4 };
    const counts = await submit(
      context,
      'Summing co-activation',
      (encoder, temporary) => {
        const starts = this.starts.take(batch.starts.byteLength);
        const entries = this.entries.take(batch.entries.byteLength);
        const tile = this.tile.take(rows * c * SUM_BYTES);
        if (first === 0) {
          device.queue.writeBuffer(starts, 0, batch.starts);
          device.queue.writeBuffer(entries, 0, batch.entries);
        }
        const buffers = [starts, entries, tile, places, this.output.take(OUTPUT_BYTES)];
        encoder.clearBuffer(tile);
        recordPass(device, encoder, { pipeline: coactivate, layout, params: Uint32Array.of(batch.pairs, c, first, rows, largest, 0), buffers, groups: batch.pairs }, temporary);
        recordPass(device, encoder, { pipeline: count, layout, params: Uint32Array.of(rows, c, first, rows, largest, 0), buffers, groups: rows }, temporary);
      },
      back,
    );
    return new Uint32Array(counts);
  }

  /** Reads the sums of rows `from … to` of the tile that are not 0. */
  private async collect({ from, to, sums }: Range, first: number, counts: Uint32Array, unit: number): Promise<Omit<Coactivation, 'rounding'>> {
    const { context, c } = this;
    const { device } = context;
    const result = { indicesImages: new Uint32Array(sums), indicesTexts: new Uint32Array(sums), sums: new Float64Array(sums) };
    if (sums === 0) return result;
    const { coactivation } = analysisPipelines(device);
    const pipeline = await coactivation.get('collect');
    const places = new Uint32Array(counts.length);
    for (let row = 1; row < counts.length; row++) places[row] = (places[row - 1] ?? 0) + (counts[row - 1] ?? 0);
    const output = this.output.take(sums * OUTPUT_BYTES);
    const words = new Uint32Array(
      await submit(
        context,
        'Collecting co-activation',
        (encoder, temporary) => {
          const onGpu = this.places.take(places.byteLength);
          device.queue.writeBuffer(onGpu, 0, places);
          const buffers = [this.starts.take(4), this.entries.take(4), this.tile.take(counts.length * c * SUM_BYTES), onGpu, output];
          recordPass(device, encoder, { pipeline, layout: coactivation.bindings, params: Uint32Array.of(to - from, c, first, counts.length, 0, from), buffers, groups: to - from }, temporary);
        },
        { from: output, to: this.readBack.take(sums * OUTPUT_BYTES), bytes: sums * OUTPUT_BYTES },
      ),
    );
    let at = 0;
    for (let row = from; row < to; row++) {
      for (const end = at + (counts[row] ?? 0); at < end; at++) {
        result.indicesImages[at] = first + row;
        result.indicesTexts[at] = words[3 * at] ?? 0;
        result.sums[at] = wideNumber(words[3 * at + 1] ?? 0, words[3 * at + 2] ?? 0) * unit;
      }
    }
    invariant(at === sums, `${at} sums read and ${sums} counted`);
    return result;
  }
}

/** Rows of a tile that are read together, and how many sums they have. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly sums: number;
}

/** Cuts the rows so that no range has more than `most` sums; a row, of at most c, always fits. */
function* ranges(counts: Uint32Array, most: number): Generator<Range> {
  let from = 0;
  let sums = 0;
  for (const [row, count] of counts.entries()) {
    if (sums + count > most) {
      yield { from, to: row, sums };
      from = row;
      sums = 0;
    }
    sums += count;
  }
  yield { from, to: counts.length, sums };
}
