import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { readEmbeddings } from './embeddings.ts';
import { npyBytes, readNpy, writeNpy } from './npy.ts';

const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

describe('npy', () => {
  it('reads back what it writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
        fc.float32Array({ minLength: 125, maxLength: 125 }),
        async (shape, pool) => {
          const data = pool.slice(
            0,
            shape.reduce((a, b) => a * b, 1),
          );
          const back = await readNpy(bytesSource('x.npy', writeNpy({ dtype: 'float32', shape, data })));
          expect(back).toMatchObject({ dtype: 'float32', shape });
          expect(new Uint32Array(back.data.buffer)).toEqual(new Uint32Array(data.buffer));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('writes the bytes that numpy.save writes', () => {
    const bytes = writeNpy({ dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    // numpy.save(np.arange(1, 7, dtype='<f4').reshape(2, 3)): 128-byte header block.
    expect(text(bytes.subarray(0, 128))).toBe(
      `\x93NUMPY\x01\x00\x76\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
    );
    expect(bytes.length).toBe(128 + 24);
    expect(text(writeNpy({ dtype: 'uint8', shape: [1], data: Uint8Array.of(7) }))).toContain(
      "'|u1', 'fortran_order': False, 'shape': (1,), }",
    );
  });

  it('stores float16 rounded to nearest', async () => {
    const back = await readNpy(
      bytesSource('h.npy', writeNpy({ dtype: 'float16', shape: [3], data: Float32Array.of(1 / 3, 65519, 1e-9) })),
    );
    expect(back).toEqual({ dtype: 'float16', shape: [3], data: Float32Array.of(0.333251953125, 65504, 0) });
  });

  it('reads big-endian float16, as rare as it is', async () => {
    // 1, -2 and the smallest subnormal, high byte first.
    const file = bytesSource('b.npy', npyBytes('>f2', [3], Uint8Array.of(0x3c, 0x00, 0xc0, 0x00, 0x00, 0x01)));
    expect((await readNpy(file)).data).toEqual(Float32Array.of(1, -2, 2 ** -24));
  });

  it('puts a Fortran-order array of three axes in row-major order', async () => {
    // Element [i, j, k] of shape (2, 3, 2) is 100i + 10j + k; the first axis varies fastest in the file.
    const stored: number[] = [];
    for (let k = 0; k < 2; k++) for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) stored.push(100 * i + 10 * j + k);
    const bytes = writeNpy({ dtype: 'int32', shape: [2, 3, 2], data: Int32Array.from(stored) });
    const fortran = Uint8Array.from(text(bytes).replace('False, ', 'True,  '), (char) => char.charCodeAt(0));
    expect((await readNpy(bytesSource('f.npy', fortran))).data).toEqual(
      Int32Array.of(0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121),
    );
  });

  it('never throws anything but an InputError on a damaged header', async () => {
    const bytes = writeNpy({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 127 }), fc.nat({ max: 255 }), fc.nat({ max: bytes.length }), async (at, byte, length) => {
        const damaged = bytes.slice(0, length);
        if (at < length) damaged[at] = byte;
        const error: unknown = await readNpy(bytesSource('d.npy', damaged)).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toMatchObject({ name: 'InputError' });
      }),
    );
  });

  it.each([
    ['[2]', /dictionary/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", /shape/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': (1,)}", /more/],
    ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", /descr/],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", /dictionary/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + {}", /dictionary/],
  ])('refuses the header %s', async (header, message) => {
    const bytes = npyBytes('<f4', [2], new Uint8Array(8));
    const room = bytes.length - 8 - 11;
    bytes.set(new TextEncoder().encode(header.padEnd(room)), 10);
    await expect(readNpy(bytesSource('h.npy', bytes))).rejects.toThrow(message);
  });

  it('reads the header Python 2 wrote', async () => {
    const bytes = npyBytes('<f4', [2], new Uint8Array(8));
    bytes.set(new TextEncoder().encode("{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }".padEnd(bytes.length - 19)), 10);
    expect((await readNpy(bytesSource('h.npy', bytes))).shape).toEqual([2]);
  });
});

describe('embeddings', () => {
  const embeddings = (shape: readonly number[], data: Float32Array): Promise<unknown> =>
    readEmbeddings(bytesSource('x.npy', writeNpy({ dtype: 'float32', shape, data })));

  it('reads a matrix', async () => {
    expect(await embeddings([2, 2], Float32Array.of(1, 2, 3, 4))).toEqual({ rows: 2, cols: 2, data: Float32Array.of(1, 2, 3, 4) });
  });

  it.each([
    [[4], [1, 2, 3, 4], /two axes.*\(4\)/],
    [[1, 2, 2], [1, 2, 3, 4], /two axes.*\(1, 2, 2\)/],
    [[0, 4], [], /no embedding/],
    [[4, 0], [], /no embedding/],
    [[2, 2], [1, 2, 3, NaN], /row 1: holds NaN in column 1/],
    [[2, 2], [1, -Infinity, 3, 4], /row 0: holds -Infinity in column 1/],
  ])('refuses shape %j with %j', async (shape, data, message) => {
    await expect(embeddings(shape, Float32Array.from(data))).rejects.toThrow(message);
  });
});
