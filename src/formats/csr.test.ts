import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SparseCodes } from '../core/tensor.ts';
import { bytesSource } from './byte-source.ts';
import { readCsr, writeCsr } from './csr.ts';
import { npyBytes, writeNpy } from './npy.ts';
import { packNpz } from './npz.ts';

const codes = fc.tuple(fc.nat({ max: 6 }), fc.integer({ min: 1, max: 300 })).chain(([rows, cols]) =>
  fc
    .array(
      fc.uniqueArray(fc.tuple(fc.nat({ max: cols - 1 }), fc.float({ noNaN: true, noDefaultInfinity: true })), {
        selector: ([index]) => index,
        maxLength: 9,
      }),
      { minLength: rows, maxLength: rows },
    )
    .map((lists): SparseCodes => {
      const sorted = lists.map((list) => [...list].sort((a, b) => a[0] - b[0]));
      const indptr = Uint32Array.from([0, ...sorted.map((_, r) => sorted.slice(0, r + 1).flat().length)]);
      return {
        rows,
        cols,
        indptr,
        indices: Uint32Array.from(sorted.flat(), ([index]) => index),
        values: Float32Array.from(sorted.flat(), ([, value]) => value),
      };
    }),
);

/** A file with the arrays given instead of those of a sound one: codes of 2 rows and 4 concepts. */
function file(changed: Readonly<Record<string, Uint8Array>>): ReturnType<typeof bytesSource> {
  const int32 = (...data: number[]): Uint8Array => writeNpy({ dtype: 'int32', shape: [data.length], data: Int32Array.from(data) });
  const sound = {
    indices: int32(3, 1, 2),
    indptr: int32(0, 2, 3),
    format: npyBytes('|S3', [], new TextEncoder().encode('csr')),
    shape: int32(2, 4),
    data: writeNpy({ dtype: 'float32', shape: [3], data: Float32Array.of(0.5, 1, 2) }),
  };
  return bytesSource('codes.npz', packNpz(new Map(Object.entries({ ...sound, ...changed }))));
}

describe('codes as SciPy CSR', () => {
  it('reads back what it writes, whatever the codes', async () => {
    await fc.assert(
      fc.asyncProperty(codes, async (expected) => {
        expect(await readCsr(bytesSource('codes.npz', writeCsr(expected)))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reads what scipy.sparse.save_npz wrote (SciPy 1.10)', async () => {
    const read = (name: string): Promise<SparseCodes> =>
      readCsr(bytesSource(name, readFileSync(new URL(`../../tests/fixtures/codes/${name}`, import.meta.url))));
    expect(await read('scipy_csr.npz')).toEqual({
      rows: 3,
      cols: 4,
      indptr: Uint32Array.of(0, 1, 1, 4),
      indices: Uint32Array.of(1, 0, 2, 3),
      values: Float32Array.of(0.5, 1, 2, 0.25),
    });
    // Stored, float64, and indices of the first row out of order.
    expect(await read('scipy_csr_f64_unsorted.npz')).toMatchObject({
      indices: Uint32Array.of(0, 2, 1),
      values: Float32Array.of(0.25, 0.5, 3),
    });
  });

  it('is the same file every time', () => {
    const empty: SparseCodes = {
      rows: 1,
      cols: 2,
      indptr: Uint32Array.of(0, 1),
      indices: Uint32Array.of(1),
      values: Float32Array.of(3),
    };
    expect(writeCsr(empty)).toEqual(writeCsr(empty));
  });

  it('sorts the indices of a row, which SciPy does not', async () => {
    expect(await readCsr(file({}))).toMatchObject({ indices: Uint32Array.of(1, 3, 2), values: Float32Array.of(1, 0.5, 2) });
  });

  const int32 = (...data: number[]): Uint8Array => writeNpy({ dtype: 'int32', shape: [data.length], data: Int32Array.from(data) });
  it.each([
    ['format', npyBytes('|S3', [], new TextEncoder().encode('csc')), /format: the sparse format is "csc"/],
    ['format', int32(1), /format: this is not a SciPy sparse matrix/],
    ['shape', int32(2, 4, 1), /two axes/],
    ['shape', int32(3, 4), /row pointers do not fit/],
    ['indptr', int32(0, 3, 2), /row pointers do not fit/],
    ['indptr', int32(0, 4, 3), /row pointers go back/],
    ['indices', int32(3, 1, -1), /indices: .*natural/],
    ['indices', int32(3, 1, 4), /beyond the 4 concepts/],
    ['indices', int32(3, 3, 2), /row 0 has concept 3 twice/],
    ['data', writeNpy({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }), /2 values for 3 indices/],
    ['data', writeNpy({ dtype: 'float32', shape: [3], data: Float32Array.of(1, NaN, 2) }), /value 1 is NaN/],
    ['data', int32(1, 2, 3), /values are int32/],
  ])('refuses another %s', async (name, bytes, message) => {
    await expect(readCsr(file({ [name]: bytes }))).rejects.toThrow(message);
  });
});
