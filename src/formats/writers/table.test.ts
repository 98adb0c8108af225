import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { writeParquet } from './concepts-parquet.ts';
import { writeCsv } from './csv.ts';
import type { Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { name: 'concept', type: 'integer', values: Uint32Array.of(0, 1, 2) },
  { name: 'modality', type: 'number', values: [0.1, null, Number.NaN] },
  { name: 'energy', type: 'number', values: Float64Array.of(1 / 3, 0, 2e-9) },
  { name: 'label', type: 'text', values: ['dog, "big"', null, ' zwei\r\nHünde 🐕'] },
];
const ROWS = [
  { concept: 0, modality: 0.1, energy: 1 / 3, label: 'dog, "big"' },
  { concept: 1, modality: null, energy: 0, label: null },
  { concept: 2, modality: null, energy: 2e-9, label: ' zwei\r\nHünde 🐕' },
];
const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

describe('Parquet', () => {
  it('is read back as it was, what is undefined as null', async () => {
    expect(await parquetReadObjects({ file: bufferOf(writeParquet(COLUMNS)) })).toEqual(ROWS);
  });

  it('has the types that other tools expect', () => {
    const { schema, num_rows } = parquetMetadata(bufferOf(writeParquet(COLUMNS)));
    expect(num_rows).toBe(3n);
    expect(schema.slice(1).map(({ name, type, converted_type, repetition_type }) => [name, type, converted_type, repetition_type])).toEqual([
      ['concept', 'INT32', undefined, 'OPTIONAL'],
      ['modality', 'DOUBLE', undefined, 'OPTIONAL'],
      ['energy', 'DOUBLE', undefined, 'OPTIONAL'],
      ['label', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
    ]);
  });

  it('holds thousands of rows, and columns of which nothing is defined', async () => {
    const columns: Column[] = [
      { name: 'concept', type: 'integer', values: Array.from({ length: 5000 }, (_, i) => i) },
      { name: 'null', type: 'number', values: Array.from({ length: 5000 }, () => null) },
    ];
    const rows = await parquetReadObjects({ file: bufferOf(writeParquet(columns)) });
    expect(rows).toHaveLength(5000);
    expect(rows[4999]).toEqual({ concept: 4999, null: null });
  });

  it('does not take columns of different lengths', () => {
    expect(() => writeParquet([...COLUMNS, { name: 'short', type: 'integer', values: [1] }])).toThrow(/column short has 1 of 3/);
  });
});

describe('CSV', () => {
  it('quotes what RFC 4180 asks for, and tells undefined from empty', () => {
    const text = new TextDecoder().decode(writeCsv([...COLUMNS, { name: 'a,b', type: 'text', values: ['', ' x', null] }]));
    expect(text).toBe('concept,modality,energy,label,"a,b"\r\n0,0.1,0.3333333333333333,"dog, ""big""",""\r\n1,,0,," x"\r\n2,,2e-9," zwei\r\nHünde 🐕",\r\n');
  });
});
