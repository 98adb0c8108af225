import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FROZEN, frozenFolder, frozenPack } from '../../../tests/fixtures/packs/load.ts';
import { encode } from '../../core/encode.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { diskSource } from './folder-node.ts';
import { openTravelled } from './open.ts';

/** Float16, as IEEE 754 has it. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Keys in the order of their bytes, no spaces: what the hash is taken of. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => `${JSON.stringify(key)}:${sortedJson(one)}`).join(',')}}`;
}

describe.each(['v1', 'v1-least'] as const)('the pack %s, published when the format was new', (name) => {
  const files = frozenPack(name);

  it('opens, and has the hash that links to it carry', async () => {
    const { pack } = await openTravelled(await diskSource(frozenFolder(name)));
    expect(pack.hash).toBe(FROZEN[name]);
    const manifest: unknown = JSON.parse(new TextDecoder().decode(files.get('manifest.json')));
    expect(createHash('sha256').update(sortedJson(manifest)).digest('hex')).toBe(FROZEN[name]);
  });

  it('gives every part', async () => {
    const { pack, dictionaryFiles } = await openTravelled(await diskSource(frozenFolder(name)));
    const [concepts, samples, images] = [await pack.concepts(), await pack.samples(), await pack.embeddings('images')];
    expect(samples.images.map((image) => image.name)).toEqual(['red heart', 'red apple', 'sad face', 'house']);
    expect(samples.pairs.map((carried) => carried.map((t) => samples.texts[t]?.text))).toEqual([['red heart', 'love'], ['red apple', 'fruit'], ['sad face'], ['house', 'home', 'love']]);
    expect(concepts.label).toHaveLength(12);
    expect(concepts.stability?.map((value) => value === null)).toEqual(name === 'v1' ? Array.from({ length: 12 }, (_, i) => i === 5) : undefined);
    expect(await pack.example()).toBe('payload');
    const npy = Buffer.from(files.get('images.npy') ?? []);
    expect([...images.data]).toEqual(Array.from({ length: 4 * 8 }, (_, i) => half(npy.readUInt16LE(npy.length - 64 + 2 * i))));
    for (const layer of ['concepts', 'samples'] as const) expect((await pack.layout(layer))?.seed).toBe(name === 'v1' ? 3 : undefined);
    const dictionary = await openDictionary([...((await dictionaryFiles()) ?? [])].map(([file, bytes]) => bytesSource(file, bytes)));
    for (const of of ['images', 'texts'] as const) {
      const [stored, again] = [await pack.codes(of), encode(dictionary, await pack.embeddings(of))];
      expect([...stored.indices]).toEqual([...again.indices]);
      stored.values.forEach((value, e) => { expect(value).toBeCloseTo(again.values[e] ?? Number.NaN, 6); });
      expect(stored.values.length).toBeGreaterThan(10);
    }
  });
});
