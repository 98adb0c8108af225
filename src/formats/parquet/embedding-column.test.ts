import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { countingSource } from '../../../tests/hostile/formats.ts';
import { InputError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { bytesSource, type ByteSource } from '../byte-source.ts';
import { openEmbeddings } from '../embeddings.ts';
import type { EmbeddingFile } from '../embeddings/file.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
const source = (name: string): ByteSource => bytesSource(name, fixture(`parquet/${name}.parquet`));

/** The numbers that make_pyarrow.py wrote. */
const ROWS = 300;
const DIMENSIONS = 12;
const expected = Float32Array.from({ length: ROWS * DIMENSIONS }, (_, at) => (((at * 37) % 97) - 48) / 64);

async function all(file: EmbeddingFile): Promise<Float32Array> {
  return (await file.read(0, file.rows)).data;
}

/** The InputError that `act` ends with. */
async function refusal(act: () => Promise<unknown>): Promise<InputError> {
  const error: unknown = await act().then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

describe('Parquet written by pyarrow', () => {
  const layouts = ['dictionary_v1', 'dictionary_v2', 'plain_v1', 'plain_v2_checksum', 'fallback', 'double_groups', 'half', 'half_fixed', 'split', 'split_half', 'required', 'flat'];

  it.each(layouts)('%s: all rows, and any slice in any order', async (name) => {
    const file = await openEmbeddings(source(name));
    expect([file.rows, file.cols]).toEqual([ROWS, DIMENSIONS]);
    expect(await all(file)).toEqual(expected);
    const random = new Random(3);
    for (let times = 0; times < 30; times++) {
      const start = random.bits() % ROWS;
      const end = start + 1 + (random.bits() % (ROWS - start));
      expect((await file.read(start, end)).data).toEqual(expected.subarray(start * DIMENSIONS, end * DIMENSIONS));
    }
    const together = await Promise.all([file.read(200, 300), file.read(0, 3), file.read(3, 8)]);
    expect(together.map(({ data }) => data[0])).toEqual([expected[200 * DIMENSIONS], expected[0], expected[3 * DIMENSIONS]]);
  });

  it('takes the column that is named, and asks where there are two', async () => {
    expect((await refusal(() => openEmbeddings(source('two_columns')))).message).toContain('image, text');
    expect(await all(await openEmbeddings(source('two_columns'), { column: 'image' }))).toEqual(expected);
    expect(await all(await openEmbeddings(source('two_columns'), { column: 'text' }))).toEqual(expected.map((value) => -value));
    expect((await refusal(() => openEmbeddings(source('two_columns'), { column: 'audio' }))).message).toContain('It has image, text');
    expect((await refusal(() => openEmbeddings(source('half'), { column: 'id' }))).message).toContain('no lists of real numbers');
    expect((await refusal(() => openEmbeddings(source('nested')))).message).toContain('no column of it holds lists');
  });

  it('reads pages, not files: a few rows of a row group cost its pages up to them', async () => {
    const rows = 40_000;
    const column = Array.from({ length: rows }, (_, r) => Array.from({ length: 32 }, (__, t) => Math.fround(Math.sin(r * 32 + t))));
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'x', data: column }], schema: listSchema('x'), pageSize: 65_536, rowGroupSize: rows / 2, codec: 'UNCOMPRESSED' }));
    const counted = countingSource(bytesSource('large.parquet', bytes));
    const file = await openEmbeddings(counted);
    const opened = counted.bytesRead();
    expect(opened).toBeLessThan(bytes.length / 4);
    expect((await file.read(rows / 2 + 5, rows / 2 + 6)).data).toEqual(Float32Array.from(column[rows / 2 + 5] ?? []));
    expect(counted.bytesRead() - opened).toBeLessThan(bytes.length / 4);
    for (let start = 0; start < rows; start += 1000) await file.read(start, start + 1000);
    expect(counted.bytesRead()).toBeLessThan(bytes.length * 2);
  });
});

describe('hostile Parquet, the copy in the repository', () => {
  interface Entry {
    readonly file: string;
    readonly must: 'load' | 'reject';
    readonly why: string;
    readonly alternative?: string;
    readonly expect?: { readonly rows: number; readonly columns?: { readonly embedding?: { readonly dims: number; readonly sha256_f32_le_row_major: string } } };
  }
  const entries = JSON.parse(fixture('hostile/parquet/manifest.json').toString()) as Entry[];
  /** Sound files that hold no embedding, and packings that need a library of their own: refused in plain words. */
  const refused = new Map([['no_embedding_column', /no column of it holds lists/], ['zero_rows', /no rows/]]);

  it.each(entries.map((entry) => [`${entry.must}s ${entry.file}: ${entry.why}`, entry] as const))('%s', async (_, entry) => {
    const opened = async (): Promise<EmbeddingFile> => openEmbeddings(bytesSource(entry.file, fixture(`hostile/${entry.file}`)));
    const words = [...refused].find(([name]) => entry.file.includes(name))?.[1];
    if (entry.must === 'load' && words === undefined) {
      const file = await opened();
      const { rows, columns } = entry.expect ?? { rows: -1 };
      expect([file.rows, file.cols]).toEqual([rows, columns?.embedding?.dims]);
      const { data } = await file.read(0, rows);
      expect(createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex')).toBe(columns?.embedding?.sha256_f32_le_row_major);
      return;
    }
    const { message } = await refusal(async () => all(await opened()));
    expect(message).toContain(entry.file);
    expect(message).toMatch(words ?? /\.$/);
    expect(message.length).toBeLessThan(400);
  });

  it('names the row', async () => {
    for (const [name, words] of [['ragged_lists', /row 4: has 7 numbers, the rows before it have 8/], ['null_embedding_row', /row 2: has no embedding/], ['nan_in_embedding', /row 1: holds NaN/]] as const) {
      expect((await refusal(async () => all(await openEmbeddings(bytesSource(name, fixture(`hostile/parquet/${name}.parquet`)))))).message).toMatch(words);
    }
  });

  it('survives every mutation of sound files: the rows, or a sentence', async () => {
    const seeds = ['dictionary_v1', 'dictionary_v2', 'double_groups', 'split_half', 'required'].map((name) => fixture(`parquet/${name}.parquet`)).concat(fixture('hostile/parquet/fixed_size_list_gzip.parquet'), fixture('hostile/parquet/flat_columns.parquet'));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 127, 128, 255))), { minLength: 1, maxLength: 4 }), fc.boolean(), fc.double({ min: 0.2, max: 1, noNaN: true }), async (seed, changes, footer, cut) => {
        const bytes = Uint8Array.from(seed);
        const length = new DataView(bytes.buffer).getUint32(bytes.length - 8, true) + 8;
        // Half of the changes hit the footer, whose every byte means something.
        const [from, size] = footer ? [bytes.length - length, length] : [0, bytes.length];
        for (const [place, value] of changes) bytes[from + Math.min(size - 1, Math.floor(place * size))] = value;
        const end = cut > 0.97 ? Math.floor(bytes.length * (cut - 0.1)) : bytes.length;
        const counted = countingSource(bytesSource('mutant.parquet', bytes.subarray(0, end)));
        try {
          const file = await openEmbeddings(counted);
          for (let start = 0; start < file.rows; start += 100) await file.read(start, Math.min(file.rows, start + 100));
          accepted += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as InputError).message).toContain('mutant.parquet');
          expect((error as InputError).message.length).toBeLessThan(600);
        }
        expect(counted.bytesRead()).toBeLessThan(20 * bytes.length + 2 ** 20);
      }),
      { numRuns: 1500, seed: 5 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

/** An optional list of float, as most writers spell it. */
function listSchema(name: string): NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']> {
  return [
    { name: 'root', num_children: 1 },
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
  ];
}
