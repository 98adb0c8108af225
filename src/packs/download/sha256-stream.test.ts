import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitBlobOid, sha256OfFile, WHOLE_BYTES } from './digest.ts';
import { Sha256 } from './sha256-stream.ts';

const reference = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('Sha256', () => {
  it('agrees with Node on every length around its blocks', () => {
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7 + length);
      const sum = new Sha256();
      sum.update(bytes);
      expect(sum.digest()).toBe(reference(bytes));
    }
  });

  it('does not depend on how the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (pieces) => {
        const sum = new Sha256();
        for (const piece of pieces) sum.update(piece);
        const all = Buffer.concat(pieces);
        expect(sum.byteLength).toBe(all.length);
        expect(sum.digest()).toBe(reference(all));
      }),
    );
  });

  it('counts bits beyond 2³²', () => {
    const sum = new Sha256();
    const hash = createHash('sha256');
    const piece = new Uint8Array(16 * 2 ** 20).fill(0xa5);
    for (let i = 0; i < 33; i++) {
      sum.update(piece);
      hash.update(piece);
    }
    expect(sum.digest()).toBe(hash.digest('hex'));
  });
});

describe('stored files', () => {
  it('are hashed whole up to the limit and piece by piece beyond', async () => {
    for (const length of [0, 1000, WHOLE_BYTES, WHOLE_BYTES + 1]) {
      const bytes = new Uint8Array(length).fill(3);
      let largest = 0;
      const read = async (start: number, end: number): Promise<Uint8Array> => {
        largest = Math.max(largest, end - start);
        return bytes.subarray(start, end);
      };
      expect(await sha256OfFile(read, length, () => undefined)).toBe(reference(bytes));
      expect(largest).toBeLessThanOrEqual(length > WHOLE_BYTES ? 4 * 2 ** 20 : WHOLE_BYTES);
    }
  });

  it('have git’s names', async () => {
    // `git hash-object` of the empty file and of "hello\n".
    expect(await gitBlobOid(new Uint8Array(0))).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(await gitBlobOid(new TextEncoder().encode('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });
});
