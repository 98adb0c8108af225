import { beforeAll, describe, expect, it } from 'vitest';
import { tinyPack } from '../../tests/support/tiny-pack.ts';
import { IntegrityError, InputError } from '../core/errors.ts';
import { packHash } from './canonical.ts';
import { parseManifest, type Manifest } from './schema.ts';

let text = '';
let manifest: Manifest;

beforeAll(async () => {
  text = new TextDecoder().decode((await tinyPack()).files.get('manifest.json'));
  manifest = parse(text);
});

function parse(json: string): Manifest {
  return parseManifest(new TextEncoder().encode(json), 'm.json');
}

/** The manifest with the value at `path` replaced, or taken away. */
function changed(path: string, value: unknown): string {
  const root = JSON.parse(text) as Record<string, unknown>;
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, root);
  parent[last] = value;
  return JSON.stringify(root);
}

const falling = Array.from({ length: 101 }, (_, i) => 1 - i / 100);

describe('parseManifest', () => {
  it.each<[string, unknown, string]>([
    ['format', 'other', 'format'],
    ['version', 2, 'version'],
    ['id', '../x', 'id'],
    ['title', '', 'title'],
    ['title', undefined, 'title'],
    ['encoder/path', 'https://example.org/model', 'encoder.path'],
    ['encoder/path', '/etc', 'encoder.path'],
    ['encoder/path', 'a\\b', 'encoder.path'],
    ['encoder/dtype', 'q2', 'encoder.dtype'],
    ['encoder/files', { 'config.json': 'abc' }, 'encoder.files.config.json'],
    ['dictionary/c', 0, 'dictionary.c'],
    ['dictionary/c', 1.5, 'dictionary.c'],
    ['dictionary/d', 1e9, 'dictionary.d'],
    ['dictionary/theta', 'x', 'dictionary.theta'],
    ['counts/images', -1, 'counts.images'],
    ['counts/texts', 1e99, 'counts.texts'],
    ['files/images.npy/sha256', 'G'.repeat(64), 'files.images.npy.sha256'],
    ['files/images.npy/bytes', 1e12, 'files.images.npy.bytes'],
    ['files/concepts.json', undefined, 'files.concepts.json'],
    ['files/more.bin', { bytes: 1, sha256: '0'.repeat(64) }, 'files.more.bin'],
    ['selfTest/images', [], 'selfTest.images'],
    ['selfTest/images', [4], 'selfTest.images'],
    ['selfTest/texts', [999], 'selfTest.texts'],
    ['selfTest/minCosine', 2, 'selfTest.minCosine'],
    ['calibration/images/nearest', [0, 1], 'calibration.images.nearest'],
    ['calibration/texts/reconstruction', falling, 'calibration.texts.reconstruction'],
    ['extra', 1, 'extra'],
  ])('refuses %s = %j, naming %s', (path, value, field) => {
    let error: unknown;
    try {
      parse(changed(path, value));
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(IntegrityError);
    expect((error as IntegrityError).place).toMatchObject({ file: 'm.json', field });
  });

  it.each(['', '[]', 'null', '{', '{"format": "vlm-explore-pack", "format": "x"}', '<html>', '\u0000'])('refuses %j', (json) => {
    expect(() => parse(json)).toThrow(InputError);
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseManifest(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(InputError);
  });
});

describe('packHash', () => {
  it('does not depend on the order of keys or on white space', async () => {
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()));
    expect(turned).not.toBe(JSON.stringify(JSON.parse(text)));
    expect(await packHash(parse(turned))).toBe(await packHash(manifest));
  });

  it('depends on every value', async () => {
    const hashes = [packHash(manifest)];
    for (const [path, value] of [['title', 'Other'], ['dictionary/theta', 0.25], ['files/images.npy/sha256', '1'.repeat(64)]] as const) {
      hashes.push(packHash(parse(changed(path, value))));
    }
    expect(new Set(await Promise.all(hashes)).size).toBe(4);
  });
});
