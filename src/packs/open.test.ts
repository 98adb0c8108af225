import { beforeAll, describe, expect, it } from 'vitest';
import { tinyPack } from '../../tests/support/tiny-pack.ts';
import { encode } from '../core/encode.ts';
import { IntegrityError } from '../core/errors.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { openPack, type Pack } from './open.ts';
import { LAYOUT_PARTS, parseManifest, PARTS, type PartName } from './schema.ts';

let files = new Map<string, Uint8Array>();
let built: Awaited<ReturnType<typeof tinyPack>>;

beforeAll(async () => {
  built = await tinyPack();
  files = built.files;
});

function open(from: ReadonlyMap<string, Uint8Array>, asked: string[] = []): Promise<Pack> {
  return openPack((name) => {
    asked.push(name);
    return Promise.resolve(from.get(name) ?? new Uint8Array());
  });
}

/** What reads each part. */
const uses: Readonly<Record<PartName, (pack: Pack) => Promise<unknown>>> = {
  'concepts.json': (pack) => pack.concepts(),
  'samples.json': (pack) => pack.samples(),
  'example.json': (pack) => pack.example(),
  'images.npy': (pack) => pack.embeddings('images'),
  'texts.npy': (pack) => pack.embeddings('texts'),
  'codes_images.npz': (pack) => pack.codes('images'),
  'codes_texts.npz': (pack) => pack.codes('texts'),
  'layout_concepts.npy': (pack) => pack.layout('concepts'),
  'layout_samples.npy': (pack) => pack.layout('samples'),
};

/** The pack with a part replaced and its entry in the manifest made to fit. */
async function resealed(name: PartName, bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const manifest = parseManifest(files.get('manifest.json') ?? new Uint8Array());
  const entry = { bytes: bytes.length, sha256: await sha256(bytes) };
  const json = canonicalJson({ ...manifest, files: { ...manifest.files, [name]: entry } });
  return new Map([...files, [name, bytes], ['manifest.json', new TextEncoder().encode(json)]]);
}

function changedJson(name: PartName, path: string, value: unknown): Uint8Array {
  const root = JSON.parse(new TextDecoder().decode(files.get(name))) as Record<string, unknown>;
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  keys.reduce((at, key) => at[key] as Record<string, unknown>, root)[last] = value;
  return new TextEncoder().encode(JSON.stringify(root));
}

describe('openPack', () => {
  it('gives back what was built', async () => {
    const pack = await open(files);
    for (const of of ['images', 'texts'] as const) {
      expect(await pack.embeddings(of)).toEqual(built.body.embeddings[of]);
      expect(await pack.codes(of)).toEqual(encode(built.dictionary, built.body.embeddings[of]));
    }
    expect(await pack.example()).toBe('payload');
    const { images, texts, pairs } = await pack.samples();
    expect(images.map(({ name }) => name)).toEqual(['red heart', 'red apple', 'sad face', 'house']);
    expect(pairs.map((carried) => carried.map((t) => texts[t]?.text))).toEqual([['red heart', 'love'], ['red apple', 'fruit'], ['sad face'], ['house', 'home', 'love']]);
    expect((await pack.concepts()).label).toHaveLength(12);
  });

  it('reads a part when it is first asked for, and once', async () => {
    const asked: string[] = [];
    const pack = await open(files, asked);
    expect(asked).toEqual(['manifest.json']);
    await Promise.all([pack.concepts(), pack.example(), pack.concepts()]);
    await pack.concepts();
    expect(asked).toEqual(['manifest.json', 'concepts.json', 'example.json']);
  });

  it.each([...PARTS, ...Object.values(LAYOUT_PARTS)])('notices one changed byte, a cut and an addition in %s', async (name) => {
    const bytes = files.get(name) ?? new Uint8Array();
    const flipped = bytes.slice();
    const at = bytes.length >> 1;
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    for (const broken of [flipped, bytes.slice(0, -1), Uint8Array.of(...bytes, 0)]) {
      const error: unknown = await uses[name](await open(new Map([...files, [name, broken]]))).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(IntegrityError);
      expect((error as IntegrityError).place.file).toBe(name);
    }
  });

  it('forgets a failure, so that a second download works', async () => {
    let broken = true;
    const pack = await openPack((name) => Promise.resolve((name === 'images.npy' && broken ? files.get('texts.npy') : files.get(name)) ?? new Uint8Array()));
    await expect(pack.embeddings('images')).rejects.toThrow(IntegrityError);
    broken = false;
    expect((await pack.embeddings('images')).rows).toBe(4);
  });

  it.each<[PartName, string, unknown, string]>([
    ['concepts.json', 'label', ['one'], 'label'],
    ['concepts.json', 'modality', new Array(12).fill(1.5), 'modality.0'],
    ['concepts.json', 'topImages/item', new Array(12).fill([4]), 'topImages'],
    ['concepts.json', 'topTexts/activation', [], 'topTexts'],
    ['samples.json', 'images/name', [], 'images.name'],
    ['samples.json', 'images/package/of', [0, 0, 0, 7], 'images.package'],
    ['samples.json', 'texts/ja', [null], 'texts.ja'],
    ['samples.json', 'pairs', [[0], [0], [0], [0]], 'pairs'],
    ['samples.json', 'pairs', [[99, 99], [0, 0], [0], [0, 0, 0]], 'pairs'],
    ['example.json', 'payload', 3, 'payload'],
  ])('refuses %s whose %s is %j although its hash fits', async (name, path, value, field) => {
    const pack = await open(await resealed(name, changedJson(name, path, value)));
    const error: unknown = await uses[name](pack).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(IntegrityError);
    expect((error as IntegrityError).place).toMatchObject({ file: name, field });
  });

  it('refuses embeddings and codes of another shape although their hash fits', async () => {
    for (const [name, other] of [['images.npy', 'texts.npy'], ['codes_texts.npz', 'codes_images.npz']] as const) {
      const pack = await open(await resealed(name, files.get(other) ?? new Uint8Array()));
      await expect(uses[name](pack)).rejects.toThrow(/shape/);
    }
  });
});
