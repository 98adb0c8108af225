import type { SampledRow } from '../../core/analysis/row-sample.ts';
import { BINS } from '../../core/analysis/histogram.ts';
import { InputError } from '../../core/errors.ts';
import type { SampledPair } from '../../core/shards/pair-sample.ts';
import type { ModalityDigits, ShardPartial } from '../../core/shards/shard-statistics.ts';
import type { ShardHeader } from './partial-header.ts';

/** An array of a file of statistics. */
export type PartArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

interface Csr {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Statistics as named arrays, in the order in which they are written. */
export function toArrays({ images, texts, sample }: ShardPartial): Map<string, PartArray> {
  const arrays = new Map<string, PartArray>();
  for (const [name, part] of [['images', images], ['texts', texts]] as const) {
    for (const sum of ['scalars', 'columns', 'codes'] as const) {
      arrays.set(`${name}.${sum}.first`, part[sum].first).set(`${name}.${sum}.rest`, part[sum].rest);
    }
    arrays.set(`${name}.alive`, part.alive).set(`${name}.training`, part.training).set(`${name}.heldOut`, part.heldOut);
    arrays.set(`${name}.sample.order`, Float64Array.from(part.sample, ({ order }) => order));
    arrays.set(`${name}.sample.heldOut`, Uint8Array.from(part.sample, ({ heldOut }) => (heldOut ? 1 : 0)));
    arrays.set(`${name}.sample.x`, joinFloats(part.sample.map(({ x }) => x)));
    putCsr(arrays, `${name}.sample`, part.sample);
  }
  arrays.set('pairs.order', Float64Array.from(sample, ({ order }) => order));
  putCsr(arrays, 'pairs.image', sample.map((pair) => ({ indices: pair.imageIndices, values: pair.imageValues })));
  putCsr(arrays, 'pairs.text', sample.map((pair) => ({ indices: pair.textIndices, values: pair.textValues })));
  return arrays;
}

/** Statistics from the arrays of `file`. @throws InputError naming the array whose length or content is not possible. */
export function fromArrays(file: string, { dictionary: { c, d }, counts, sampleRows, samplePairs }: ShardHeader, arrays: ReadonlyMap<string, PartArray>): ShardPartial {
  const get = <T extends PartArray>(name: string, type: new (length: number) => T, length?: number): T => {
    const found = arrays.get(name);
    if (!(found instanceof type)) throw new InputError('is missing, or of another type.', { file, field: name });
    if (length !== undefined && found.length !== length) throw new InputError(`has ${found.length} values instead of ${length}.`, { file, field: name });
    return found;
  };
  const csr = (name: string, rows: number): Csr[] => {
    const ends = get(`${name}.ends`, Uint32Array, rows);
    const indices = get(`${name}.indices`, Uint32Array);
    const values = get(`${name}.values`, Float32Array, indices.length);
    const sound = ends.every((end, r) => end >= (ends[r - 1] ?? 0)) && (ends.at(-1) ?? 0) === indices.length && indices.every((i) => i < c) && values.every(Number.isFinite);
    if (!sound) throw new InputError('holds codes that are not possible.', { file, field: name });
    return Array.from(ends, (end, r) => ({ indices: indices.subarray(ends[r - 1] ?? 0, end), values: values.subarray(ends[r - 1] ?? 0, end) }));
  };
  const order = (name: string, most: number): Float64Array => {
    const found = get(name, Float64Array);
    if (found.length > most || !found.every((value, r) => value >= (found[r - 1] ?? 0) && value < 2 ** 53)) throw new InputError('is no sample.', { file, field: name });
    return found;
  };
  const modality = (name: 'images' | 'texts'): ModalityDigits => {
    const digits = (sum: string, size: number): ModalityDigits['codes'] => {
      const first = get(`${name}.${sum}.first`, Float64Array, size);
      if (!first.every((digit) => Number.isInteger(digit) && Math.abs(digit) < 2 ** 52)) throw new InputError('holds sums that are not possible.', { file, field: `${name}.${sum}` });
      return { first, rest: get(`${name}.${sum}.rest`, Int32Array, 3 * size) };
    };
    const orders = order(`${name}.sample.order`, Math.min(sampleRows, counts[name].rows));
    const heldOut = get(`${name}.sample.heldOut`, Uint8Array, orders.length);
    const x = get(`${name}.sample.x`, Float32Array, orders.length * d);
    if (!x.every(Number.isFinite)) throw new InputError('holds values that are not finite.', { file, field: `${name}.sample.x` });
    const codes = csr(`${name}.sample`, orders.length);
    return {
      counts: counts[name],
      scalars: digits('scalars', 4),
      columns: digits('columns', d),
      codes: digits('codes', c),
      alive: get(`${name}.alive`, Uint8Array, c),
      training: get(`${name}.training`, Uint32Array, c * BINS),
      heldOut: get(`${name}.heldOut`, Uint32Array, c * BINS),
      sample: codes.map((code, r): SampledRow => ({ order: orders[r] ?? 0, heldOut: heldOut[r] === 1, x: x.subarray(r * d, (r + 1) * d), ...code })),
    };
  };
  const orders = order('pairs.order', Math.min(samplePairs, counts.pairs));
  const texts = csr('pairs.text', orders.length);
  const sample = csr('pairs.image', orders.length).map((image, r): SampledPair => ({
    order: orders[r] ?? 0,
    imageIndices: image.indices,
    imageValues: image.values,
    textIndices: texts[r]?.indices ?? new Uint32Array(0),
    textValues: texts[r]?.values ?? new Float32Array(0),
  }));
  return { images: modality('images'), texts: modality('texts'), pairs: counts.pairs, sample };
}

function putCsr(arrays: Map<string, PartArray>, name: string, rows: readonly Csr[]): void {
  let end = 0;
  arrays.set(`${name}.ends`, Uint32Array.from(rows, ({ indices }) => (end += indices.length)));
  const indices = new Uint32Array(end);
  end = 0;
  for (const row of rows) {
    indices.set(row.indices, end);
    end += row.indices.length;
  }
  arrays.set(`${name}.indices`, indices).set(`${name}.values`, joinFloats(rows.map(({ values }) => values)));
}

function joinFloats(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}
