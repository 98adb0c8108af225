import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { BLOCK_ROWS } from '../../core/shards/shard-statistics.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { writeNpy } from '../../formats/npy.ts';
import { readPartial } from '../../packs/shards/partial-file.ts';
import { metricsCommand } from './metrics.ts';
import { packMergeCommand } from './pack-merge.ts';
import { packStatsCommand, type PackStatsArguments, type PackStatsReport } from './pack-stats.ts';

const dictionary = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/saelens/jumprelu_saved_from_batchtopk', import.meta.url));
const other = fileURLToPath(new URL('../../../tests/fixtures/checkpoints/saelens/', import.meta.url));
const D = 16;
/** Not a whole number of blocks. */
const ROWS = 7 * BLOCK_ROWS + 300;

let folder = '';
let images = '';
let texts = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stats-'));
  images = saveRows('images.npy', rows(1));
  texts = saveRows('texts.npy', rows(2));
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

/** Unit rows, some of them twice, those of seed 2 off to one side. */
function rows(seed: number, count = ROWS): Float32Array {
  const random = new Random(seed);
  const data = new Float32Array(count * D);
  for (let r = 0; r < count; r++) {
    const row = data.subarray(r * D, (r + 1) * D);
    if (r % 97 === 96) row.set(data.subarray((r - 5) * D, (r - 4) * D));
    else for (let t = 0; t < D; t++) row[t] = random.normal() + (t === 0 ? seed : 0);
    const norm = Math.hypot(...row);
    for (let t = 0; t < D; t++) row[t] = (row[t] ?? 0) / norm;
  }
  return data;
}

function saveRows(name: string, data: Float32Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, writeNpy({ dtype: 'float32', shape: [data.length / D, D], data }));
  return path;
}

const stats = (args: Partial<PackStatsArguments> & { out: string }): Promise<PackStatsReport> =>
  packStatsCommand({ dictionary, images, texts, norms: 'refuse', backend: 'cpu', ...args, out: join(folder, args.out) });
const shards = async (of: number, args: Partial<PackStatsArguments> = {}): Promise<string[]> => {
  const files: string[] = [];
  for (let index = 0; index < of; index++) files.push((await stats({ ...args, shard: `${index}/${of}`, out: `${index}-of-${of}` })).out);
  return files;
};
const merge = (parts: readonly string[], out = 'merged'): Promise<Buffer> => packMergeCommand({ parts, out: join(folder, out) }).then((report) => readFileSync(report.out));

describe('shards of statistics', () => {
  it('merge to the bytes of a single run, any number of them in any order', async () => {
    const single = await stats({ out: 'single' });
    const whole = readFileSync(single.out);
    expect(single).toMatchObject({ shard: null, images: { rows: ROWS, of: ROWS }, texts: { rows: ROWS, of: ROWS } });
    const [three, seven] = [await shards(3), await shards(7)];
    for (const parts of [three, [...three].reverse(), seven, [3, 0, 6, 1, 5, 2, 4].map((at) => seven[at] ?? '')]) expect((await merge(parts)).equals(whole)).toBe(true);
    expect((await merge([single.out])).equals(whole)).toBe(true);
    // More shards than blocks: some are empty.
    expect((await merge((await shards(11)).reverse())).equals(whole)).toBe(true);
  });

  it('give the metrics of the rows', async () => {
    const reference = await metricsCommand({ dictionary, images, texts, norms: 'refuse', backend: 'cpu' });
    const report = join(folder, 'report');
    const merged = await packMergeCommand({ parts: await shards(4), out: join(folder, 'merged'), dictionary, report });
    const written = JSON.parse(readFileSync(join(report, 'metrics.json'), 'utf8')) as Record<string, unknown>;
    expect(merged.metrics?.bridgePairs).toEqual({ sampled: ROWS, of: ROWS });
    expect(merged.rows).toEqual({ images: ROWS, texts: ROWS });
    for (const key of ['r2', 'r2PerFeature', 'r2Image', 'r2Text', 'l0', 'dead', 'energyImage', 'energyText', 'modality', 'bridgeSum', 'meanReconstructedSimilarity', 'gap', 'topBridges', 'both', 'images', 'texts', 'separability', 'distances'] as const) {
      expect(reference[key], key).toBeDefined();
      expectClose(written[key], reference[key], key);
    }
    expect(merged.l0).toBeCloseTo(reference.l0, 12);
    expect(merged.dead).toBeCloseTo(reference.dead, 12);
    expect(existsSync(join(report, 'concepts.parquet'))).toBe(true);
  });

  it('do not depend on how the rows are stored', async () => {
    const whole = readFileSync((await stats({ out: 'single', texts: undefined })).out);
    const data = rows(1);
    const column = Array.from({ length: ROWS }, (_, r) => Array.from(data.subarray(r * D, (r + 1) * D)));
    const table = new Uint8Array(parquetWriteBuffer({
      columnData: [{ name: 'x', data: column }],
      schema: [{ name: 'root', num_children: 1 }, { name: 'x', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' }, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' }],
      rowGroupSize: 1500,
    }));
    mkdirSync(join(folder, 'table'));
    // The same name: names are part of what the statistics are of.
    writeFileSync(join(folder, 'table', 'images.npy'), table);
    expect((await merge(await shards(3, { images: join(folder, 'table', 'images.npy'), texts: undefined }))).equals(whole)).toBe(true);
    const cut = [0, 1000, 1003, ROWS];
    for (let i = 0; i < 3; i++) saveRows(`clip/img_emb/img_emb_${i}.npy`, data.slice((cut[i] ?? 0) * D, (cut[i + 1] ?? 0) * D));
    const folders = await readPartial(bytesSource('x', await merge(await shards(2, { images: join(folder, 'clip'), texts: undefined }))));
    const plain = await readPartial(bytesSource('x', whole));
    expect(folders.statistics).toEqual(plain.statistics);
    expect(folders.header.images?.files.map((file) => file.rows)).toEqual([1000, 3, ROWS - 1003]);
  });

  it('of something else, twice, or not all of them are refused, naming them', async () => {
    const parts = await shards(3);
    const refused = async (files: readonly string[], words: RegExp): Promise<void> => {
      const error: unknown = await merge(files, 'refused').then(() => null, (thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toMatch(words);
      expect(existsSync(join(folder, 'refused'))).toBe(false);
    };
    const [a = '', b = '', c = ''] = parts;
    await refused([a, c], /rows 2048 to 5119 of 7468 are in none of the 2 parts \(shards 1\/3\)/);
    await refused([b], /rows 0 to 2047 and rows 5120 to 7467 of 7468 are in none of the 1 parts \(shards 0\/3, 2\/3\)/);
    await refused([a, b, c, b], /1-of-3: has rows 2048 to 5119 in it, which .*1-of-3 has too/);
    await refused([a, (await stats({ out: 'half', shard: '1/2' })).out], /rows 2048 to 4095|are in none/);
    await refused([], /no parts/);
    const foreign = (await stats({ out: 'foreign', shard: '1/3', dictionary: `${other}topk`, })).out;
    await refused([a, foreign, c], /foreign: is of another dictionary/);
    const raw = (await stats({ out: 'raw', shard: '1/3', norms: 'raw' })).out;
    await refused([a, raw, c], /raw: was made with another norms \(raw instead of refuse\)/);
    const less = (await stats({ out: 'less', shard: '1/3', images: saveRows('less.npy', rows(1, 3000)), texts: undefined })).out;
    await refused([a, less, c], /less: is of other images \(3000 rows in less\.npy instead of 7468 rows in images\.npy\)/);
    await expect(packMergeCommand({ parts, out: join(folder, 'refused'), dictionary: `${other}topk` })).rejects.toThrow(/not the dictionary that the parts are of/);
  });

  it('refuse rows that do not fit, naming them as the whole file counts', async () => {
    const data = rows(1);
    for (let t = 0; t < D; t++) data[5000 * D + t] = 3 * (data[5000 * D + t] ?? 0);
    const long = saveRows('long.npy', data);
    await expect(stats({ out: 'x', images: long, shard: '1/2' })).rejects.toThrow(/1 of 3372 rows do not have norm 1: row 5000 \(3\.000\).*--normalise/);
    expect((await stats({ out: 'x', images: long, shard: '0/2' })).images.rows).toBe(4 * BLOCK_ROWS);
    expect((await stats({ out: 'x', images: long, shard: '1/2', norms: 'normalise' })).images.rows).toBe(ROWS - 4 * BLOCK_ROWS);
    await expect(stats({ out: 'x', images: saveRows('less.npy', rows(1, 100)) })).rejects.toThrow(/less\.npy: has 100 rows, and .*texts\.npy has 7468: they do not pair/);
    await expect(stats({ out: 'x', images: undefined, texts: undefined })).rejects.toThrow(/no embeddings to measure/);
    for (const shard of ['3/3', '1', '-1/2', 'a/b']) await expect(stats({ out: 'x', shard })).rejects.toThrow(/is no shard.* the first of four is 0\/4/);
  });

  it('survive every mutation: statistics, or a sentence', async () => {
    const seed = readFileSync((await stats({ out: 'seed', images: saveRows('few.npy', rows(1, 40)), texts: saveRows('few-texts.npy', rows(2, 40)) })).out);
    const length = Number(seed.readBigUInt64LE(8));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean(), async (changes, header, cut) => {
      const bytes = Uint8Array.from(seed);
      const size = header ? 16 + length : bytes.length;
      for (const [place, value] of changes) bytes[Math.min(size - 1, Math.floor(place * size))] = value;
      const error: unknown = await readPartial(bytesSource('mutant', cut ? bytes.subarray(0, Math.floor(bytes.length * (changes[0]?.[0] ?? 1))) : bytes)).then(() => null, (thrown: unknown) => thrown);
      if (error === null) return;
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).message).toContain('mutant');
    }), { numRuns: 400, seed: 11 });
  });
});

/** Equal numbers at equal places, to 1e-9 of their size. */
function expectClose(actual: unknown, expected: unknown, place: string): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), place).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(expected)));
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object), place).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) expectClose((actual as Record<string, unknown>)[key], value, `${place}.${key}`);
  } else expect(actual, place).toEqual(expected);
}
