import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countingSource } from '../../tests/hostile/formats.ts';
import { bytesSource } from './byte-source.ts';
import { openSafetensors, readSafetensors, writeSafetensors } from './safetensors.ts';

const tensor = fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return fc.record({ shape: fc.constant(shape), data: fc.float32Array({ minLength: length, maxLength: length }) });
});
const tensors = fc.uniqueArray(
  fc.tuple(
    fc.string().filter((name) => name !== '__metadata__'),
    tensor,
  ),
  { selector: ([name]) => name, maxLength: 6 },
);
const metadata = fc.dictionary(fc.string(), fc.string());

describe('safetensors', () => {
  it('reads back what it writes, bit for bit, whatever the names', async () => {
    await fc.assert(
      fc.asyncProperty(tensors, metadata, async (list, meta) => {
        const bytes = writeSafetensors(new Map(list), meta);
        const back = await readSafetensors(bytesSource('a.safetensors', bytes));
        expect([...back.keys()].sort()).toEqual(list.map(([name]) => name).sort());
        for (const [name, { shape, data }] of list) {
          expect(back.get(name)).toMatchObject({ dtype: 'float32', shape });
          expect(new Uint32Array(back.get(name)?.data.buffer ?? new ArrayBuffer(0))).toEqual(new Uint32Array(data.slice().buffer));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuses every cut of a file, with an InputError', async () => {
    const bytes = writeSafetensors(new Map([['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]), { tool: 'x' });
    for (let length = 0; length < bytes.length; length++) {
      await expect(readSafetensors(bytesSource('cut', bytes.subarray(0, length)))).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('refuses random bytes or reads them, and never crashes', async () => {
    const bytes = writeSafetensors(new Map([['a', { shape: [3], data: Float32Array.of(1, 2, 3) }]]));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
        const damaged = bytes.slice();
        damaged[at] = byte;
        const error: unknown = await readSafetensors(bytesSource('damaged', damaged)).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toMatchObject({ name: 'InputError' });
      }),
    );
  });

  it('reads the header, then only the tensor that is asked for', async () => {
    const source = countingSource(
      bytesSource(
        'big',
        writeSafetensors(
          new Map([
            ['big', { shape: [100_000], data: new Float32Array(100_000) }],
            ['small', { shape: [2], data: Float32Array.of(5, 6) }],
          ]),
        ),
      ),
    );
    const file = await openSafetensors(source);
    expect((await file.read('small')).data).toEqual(Float32Array.of(5, 6));
    expect(source.bytesRead()).toBeLessThan(1000);
    await expect(file.read('none')).rejects.toThrow('big: none: the tensor is missing.');
  });

  it("reads a tool's own file to the value", async () => {
    const path = new URL('../../tests/fixtures/hostile/safetensors/scalar_and_other_dtypes.safetensors', import.meta.url);
    const back = await readSafetensors(bytesSource('x', readFileSync(path)));
    expect(back.get('i')).toEqual({ dtype: 'int64', shape: [2], data: BigInt64Array.of(-3n, 1099511627776n) });
    expect(back.get('bf')).toEqual({ dtype: 'bfloat16', shape: [2], data: Float32Array.of(1.5, -2) });
  });
});
