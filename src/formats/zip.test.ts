import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { openNpz } from './npz.ts';
import { crc32 } from '../core/crc32.ts';
import { writeNpy } from './npy.ts';
import { openZip } from './zip.ts';

const open = (bytes: Uint8Array): ReturnType<typeof openZip> => openZip(bytesSource('a.zip', bytes));
const zeros = new Uint8Array(8 * 2 ** 20);

/** Replaces the 32-bit number that follows `offset` bytes after each record with this signature. */
function patch(bytes: Uint8Array, signature: number, offset: number, value: number): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  for (let i = 0; i + 4 <= out.length; i++) if (view.getUint32(i, true) === signature) view.setUint32(i + offset, value, true);
  return out;
}

describe('zip', () => {
  it('computes the check value of CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('reads stored and deflated members, and any name', async () => {
    const members = { 'a/b.txt': Uint8Array.of(1, 2, 3), empty: new Uint8Array(0), größe: zeros.subarray(0, 5000) };
    for (const level of [0, 6] as const) {
      const zip = await open(zipSync(members, { level }));
      expect([...zip.entries.keys()].sort()).toEqual(['a/b.txt', 'empty', 'größe']);
      for (const [name, bytes] of Object.entries(members)) expect(await zip.read(name)).toEqual(bytes);
    }
  });

  it('refuses a bomb by the size it declares, before inflating', async () => {
    const zip = await open(zipSync({ a: zeros }));
    await expect(zip.read('a')).rejects.toThrow(/a\.zip: a: \d+ bytes claim to inflate to 8388608/);
  });

  it('stops inflating at the size a bomb understates', async () => {
    // Central directory (PK\1\2): uncompressed size at 24.
    const zip = await open(patch(zipSync({ a: zeros }), 0x02014b50, 24, 3072));
    await expect(zip.read('a')).rejects.toThrow(/more than the 3072 bytes it claims/);
  });

  it('refuses a member that inflates to less than it claims', async () => {
    const zip = await open(patch(zipSync({ a: zeros.subarray(0, 3000) }), 0x02014b50, 24, 4000));
    await expect(zip.read('a')).rejects.toThrow(/3000 bytes instead of 4000/);
  });

  it('refuses every cut of an archive', async () => {
    const bytes = zipSync({ a: Uint8Array.of(1, 2, 3), b: zeros.subarray(0, 100) });
    for (let length = 0; length < bytes.length; length++) {
      await expect(open(bytes.subarray(0, length))).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('notices any single damaged byte of the contents', async () => {
    // Stored: the last byte of deflated contents has bits that mean nothing.
    const bytes = zipSync({ a: Uint8Array.from({ length: 60 }, (_, i) => (i * 37) & 255) }, { level: 0 });
    const end = bytes.length - 22 - 46 - 1;
    for (let at = 31; at < end; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await expect(open(damaged).then((zip) => zip.read('a'))).rejects.toMatchObject({ name: 'InputError' });
    }
  });
});

describe('npz', () => {
  it('refuses members that are no arrays, and bombs', async () => {
    await expect(openNpz(bytesSource('a.npz', zipSync({ 'readme.txt': zeros.subarray(0, 4) })))).rejects.toThrow(
      /a\.npz: readme\.txt.*only \.npy/,
    );
    const bomb = await openNpz(
      bytesSource('b.npz', zipSync({ 'emb.npy': writeNpy({ dtype: 'uint8', shape: [zeros.length], data: zeros }) })),
    );
    await expect(bomb.read('emb')).rejects.toThrow(/zip bomb/);
  });
});
