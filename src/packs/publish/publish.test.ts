import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROZEN, frozenFolder, frozenPack } from '../../../tests/fixtures/packs/load.ts';
import { serve } from '../../../tests/fixtures/packs/serve.ts';
import { tinyPack } from '../../../tests/support/tiny-pack.ts';
import { encode } from '../../core/encode.ts';
import { InputError, IntegrityError } from '../../core/errors.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { writeOvercomplete } from '../../formats/writers/overcomplete.ts';
import { sealPack } from '../build.ts';
import { sha256 } from '../canonical.ts';
import { openPack, type Pack } from '../open.ts';
import { addressSource } from '../sources/address.ts';
import { droppedSource } from '../sources/dropped.ts';
import { diskSource } from '../sources/folder-node.ts';
import { openTravelled } from '../sources/open.ts';
import type { PackSource } from '../sources/source.ts';
import { zipSource } from '../sources/zip.ts';
import { publishFiles, type Pictures, type PublishedFile } from './publish.ts';
import { zipFiles } from './zip.ts';

const frozen = frozenPack();
const dictionaryFiles = new Map(['cfg.json', 'sae_weights.safetensors'].map((name) => [name, frozen.get(`dictionary/${name}`) ?? new Uint8Array()]));
const SHEET: PublishedFile = { name: 'sprites/sheet-00.webp', bytes: Uint8Array.of(1, 2, 3) };
let pack: Pack;
let published = new Map<string, Uint8Array>();
let zipped = new Uint8Array();
const scratch = mkdtempSync(join(tmpdir(), 'publish-'));

async function collect(files: AsyncIterable<PublishedFile>): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for await (const { name, bytes } of files) {
    expect(all.has(name)).toBe(false);
    all.set(name, bytes);
  }
  return all;
}

async function zipOf(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of zipFiles([...files].map(([name, bytes]) => ({ name, bytes })))) pieces.push(Uint8Array.from(piece));
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

beforeAll(async () => {
  pack = (await openTravelled(await diskSource(frozenFolder('v1')))).pack;
  published = await collect(publishFiles(pack, dictionaryFiles, { authors: ['Ada "A." Lovelace', 'K. Gödel'], licence: 'CC-BY-4.0', site: 'https://explore.example/', released: '2026-11-24' }, [SHEET]));
  zipped = await zipOf(published);
  for (const [name, bytes] of published) {
    mkdirSync(dirname(join(scratch, 'pack', name)), { recursive: true });
    writeFileSync(join(scratch, 'pack', name), bytes);
  }
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const textOf = (name: string): string => new TextDecoder().decode(published.get(name));
const table = (name: string): Promise<Record<string, unknown>[]> => parquetReadObjects({ file: Uint8Array.from(published.get(name) ?? []).buffer });

/** The one of the rows that the test speaks of. */
async function expectSamePack(source: PackSource): Promise<void> {
  const again = await openTravelled(source);
  expect(again.pack.hash).toBe(FROZEN.v1);
  for (const name of Object.keys(again.pack.manifest.files)) expect(await again.pack.bytes(name as 'images.npy')).toEqual(frozen.get(name));
  expect(await again.dictionaryFiles()).toEqual(dictionaryFiles);
  expect(await source.read(SHEET.name, 100)).toEqual(SHEET.bytes);
}

describe('a published pack', () => {
  it('has everything that a host needs, and its sums', () => {
    expect([...published.keys()].filter((name) => !name.includes('/'))).toEqual(expect.arrayContaining(['README.md', 'CITATION.cff', 'LICENSES', 'SHA256SUMS', 'concepts.parquet', 'samples.parquet', 'examples.parquet', 'pairs.parquet', 'manifest.json']));
    const sums = textOf('SHA256SUMS').trimEnd().split('\n').map((line) => line.split('  '));
    expect(sums.map(([, name]) => name)).toEqual([...published.keys()].filter((name) => name !== 'SHA256SUMS'));
    for (const [sum, name = ''] of sums) expect(createHash('sha256').update(published.get(name) ?? '').digest('hex')).toBe(sum);
  });

  it('opens again from its folder, from a zip, and from servers with and without Range: with the same hash', async () => {
    await expectSamePack(await diskSource(join(scratch, 'pack')));
    await expectSamePack(await zipSource(bytesSource('p.zip', zipped)));
    await expectSamePack(await droppedSource([...published].map(([name, bytes]) => ({ path: `pack/${name}`, blob: new Blob([Uint8Array.from(bytes)]) }))));
    for (const range of [true, false]) {
      const host = await serve(new Map([...[...published].map(([name, bytes]) => [`data/${name}`, bytes] as const), ['data.zip', zipped]]), { range });
      try {
        await expectSamePack(await addressSource(`${host.url}data/`));
        await expectSamePack(await addressSource(`${host.url}data/manifest.json`));
        await expectSamePack(await addressSource(`${host.url}data.zip`));
      } finally {
        await host.close();
      }
    }
  });

  it('is the same bytes again, as files and as zip', async () => {
    const again = await collect(publishFiles(pack, dictionaryFiles, { authors: ['Ada "A." Lovelace', 'K. Gödel'], licence: 'CC-BY-4.0', site: 'https://explore.example/', released: '2026-11-24' }, [SHEET]));
    expect(again).toEqual(published);
    expect(await zipOf(again)).toEqual(zipped);
    expect(new Map(Object.entries(unzipSync(zipped)))).toEqual(published);
  });
});

describe('its tables, read by another reader', () => {
  it('say of each concept what the pack says', async () => {
    const rows = await table('concepts.parquet');
    const stored = JSON.parse(new TextDecoder().decode(frozen.get('concepts.json'))) as Record<string, unknown[]>;
    expect(rows.map((row) => row['concept'])).toEqual(Array.from({ length: 12 }, (_, i) => i));
    for (const column of ['label', 'labelJa', 'labelScore', 'labelFrom', 'energyImages', 'energyTexts', 'frequencyImages', 'frequencyTexts', 'modality', 'stability']) {
      expect(rows.map((row) => row[column]), column).toEqual(stored[column]);
    }
    const places = Buffer.from(frozen.get('layout_concepts.npy') ?? []);
    expect(rows.map((row) => [row['x'], row['y']])).toEqual(Array.from({ length: 12 }, (_, i) => [0, 4].map((at) => places.readFloatLE(places.length - 96 + 8 * i + at))));
  });

  it('list the strongest examples, best first, as the codes have them', async () => {
    const rows = await table('examples.parquet');
    const codes = { image: await pack.codes('images'), text: await pack.codes('texts') };
    expect(rows.length).toBe(codes.image.indices.length + codes.text.indices.length);
    for (const row of rows) {
      const of = codes[row['modality'] as 'image' | 'text'];
      const item = row['item'] as number;
      const at = of.indices.subarray(of.indptr[item], of.indptr[item + 1]).indexOf(row['concept'] as number);
      expect(row['activation']).toBeCloseTo(of.values[(of.indptr[item] ?? 0) + at] ?? Number.NaN, 4);
    }
  });

  it('have a row for each sample and each pair', async () => {
    const rows = await table('samples.parquet');
    expect(rows.map((row) => row['name'])).toEqual(['red heart', 'red apple', 'sad face', 'house', ...(await pack.samples()).texts.map(({ text }) => text)]);
    expect(rows[0]).toMatchObject({ modality: 'image', item: 0, ja: null, kind: null, package: '@iconify-json/mdi', licence: 'Apache-2.0' });
    expect(rows[4]).toMatchObject({ modality: 'text', item: 0, kind: 'name', ja: '赤いハート', package: null });
    const { indptr } = await pack.codes('texts');
    expect(rows.slice(4).map((row) => row['l0'])).toEqual(Array.from({ length: indptr.length - 1 }, (_, i) => (indptr[i + 1] ?? 0) - (indptr[i] ?? 0)));
    const pairs = await table('pairs.parquet');
    const names = pairs.map(({ image, text }) => [rows[image as number]?.['name'], rows[4 + (text as number)]?.['name']]);
    expect(names).toEqual([['red heart', 'red heart'], ['red heart', 'love'], ['red apple', 'red apple'], ['red apple', 'fruit'], ['sad face', 'sad face'], ['house', 'house'], ['house', 'home'], ['house', 'love']]);
  });

  it('open in pandas, where it is', () => {
    try {
      execFileSync('python3', ['-c', 'import pyarrow.parquet'], { stdio: 'ignore' });
    } catch {
      console.warn('python3 with pyarrow is not here: the Parquet tables were read by hyparquet alone.');
      return;
    }
    const read = 'import sys, json, pyarrow.parquet as p; print(json.dumps([p.read_table(f).to_pylist() for f in sys.argv[1:]]))';
    const files = ['concepts.parquet', 'samples.parquet'].map((name) => join(scratch, 'pack', name));
    const [concepts, samples] = JSON.parse(execFileSync('python3', ['-c', read, ...files], { encoding: 'utf8' })) as Record<string, unknown>[][];
    expect(concepts?.map((row) => row['label'])).toEqual((JSON.parse(new TextDecoder().decode(frozen.get('concepts.json'))) as { label: string[] }).label);
    expect(samples?.[4]?.['ja']).toBe('赤いハート');
  });

  it('are of the types that other tools expect', () => {
    const { schema } = parquetMetadata(Uint8Array.from(published.get('concepts.parquet') ?? []).buffer);
    const types = new Map(schema.slice(1).map(({ name, type }) => [name, type]));
    expect([types.get('concept'), types.get('label'), types.get('modality')]).toEqual(['INT32', 'BYTE_ARRAY', 'DOUBLE']);
  });
});

/** Safetensors as its specification says: eight bytes of length, a JSON header, little-endian numbers. */
function safetensors(bytes: Uint8Array): Map<string, { shape: number[]; data: Float32Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  return new Map(
    Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, { dtype, shape, data_offsets: [start, end] }]) => {
      expect(dtype).toBe('F32');
      return [name, { shape, data: Float32Array.from({ length: (end - start) / 4 }, (_, i) => view.getFloat32(8 + length + start + 4 * i, true)) }];
    }),
  );
}

describe('its dictionary', () => {
  it('is a SAELens folder, whose arithmetic gives the stored codes', async () => {
    const cfg = JSON.parse(textOf('dictionary/cfg.json')) as { architecture: string; d_in: number; d_sae: number; apply_b_dec_to_input: boolean };
    expect(cfg).toMatchObject({ architecture: 'jumprelu', d_in: 8, d_sae: 12, apply_b_dec_to_input: false });
    const tensors = safetensors(published.get('dictionary/sae_weights.safetensors') ?? new Uint8Array());
    const [W, b, threshold] = ['W_enc', 'b_enc', 'threshold'].map((name) => tensors.get(name)?.data ?? new Float32Array());
    expect(tensors.get('W_dec')?.shape).toEqual([12, 8]);
    const [x, codes] = [await pack.embeddings('images'), await pack.codes('images')];
    for (let row = 0; row < 4; row++) {
      const active: [number, number][] = [];
      for (let j = 0; j < 12; j++) {
        let pre = b?.[j] ?? Number.NaN;
        for (let i = 0; i < 8; i++) pre += (x.data[row * 8 + i] ?? 0) * (W?.[i * 12 + j] ?? Number.NaN);
        if (pre > (threshold?.[j] ?? 0)) active.push([j, pre]);
      }
      const [start, end] = [codes.indptr[row] ?? 0, codes.indptr[row + 1] ?? 0];
      expect([...codes.indices.subarray(start, end)]).toEqual(active.map(([j]) => j));
      active.forEach(([, pre], n) => { expect(codes.values[start + n]).toBeCloseTo(pre, 5); });
    }
  });

  it('of another tool goes along as it is, and once more for SAELens', async () => {
    const { body, dictionary } = await tinyPack(4);
    const tool = new Map<string, Uint8Array>(Object.entries<Uint8Array>({ ...writeOvercomplete({ ...dictionary, act: { kind: 'jumprelu', theta: new Float32Array(12).fill(0.2), cmp: '>=' } }) }));
    const hashes = Object.fromEntries(await Promise.all([...tool].map(async ([name, bytes]) => [name, await sha256(bytes)] as const)));
    const files = await sealPack(body, 'payload', { id: 'tiny', title: 'Tiny', encoder: pack.manifest.encoder, dictionary: { id: 'sae', path: 'x', files: hashes, c: 12, d: 8, k: null, theta: 0.2 } });
    const tiny = await openPack((name) => Promise.resolve(files.get(name) ?? new Uint8Array()));
    const all = await collect(publishFiles(tiny, tool));
    expect([...all.keys()].filter((name) => /^(?:dictionary|saelens)\//.test(name)).sort()).toEqual(['dictionary/config.json', 'dictionary/sae.safetensors', 'saelens/cfg.json', 'saelens/sae_weights.safetensors']);
    expect(all.get('dictionary/sae.safetensors')).toEqual(tool.get('sae.safetensors'));
    const again = await openDictionary(['cfg.json', 'sae_weights.safetensors'].map((name) => bytesSource(name, all.get(`saelens/${name}`) ?? new Uint8Array())));
    expect([...encode(again, body.embeddings.images).indices]).toEqual([...body.codes.images.indices]);
    expect(new TextDecoder().decode(all.get('README.md'))).toContain('SAE.load_from_disk("saelens")');
  });

  it('is refused when it is another one, or not all there', async () => {
    const other = new Map(dictionaryFiles).set('cfg.json', Uint8Array.of(123, 125));
    await expect(collect(publishFiles(pack, other))).rejects.toThrow(IntegrityError);
    await expect(collect(publishFiles(pack, new Map()))).rejects.toThrow(/cfg\.json/);
  });
});

describe('its words', () => {
  it('are a card with front matter, a citation, and the licences of what is inside', () => {
    const [, front = '', body = ''] = textOf('README.md').split(/^---$/m);
    expect(front).toContain('license: other\nlicense_name: "several, or not stated"');
    expect(front).toContain('config_name: concepts\n  data_files: concepts.parquet');
    expect(body).toContain('# Tiny pack, version 1');
    expect(body).toContain('https://explore.example/?pack=ADDRESS');
    expect(body).toContain(FROZEN.v1);
    expect(textOf('CITATION.cff')).toContain('  - name: "Ada \\"A.\\" Lovelace"\n  - name: "K. Gödel"\n');
    expect(textOf('CITATION.cff')).toContain('date-released: "2026-11-24"');
    expect(textOf('LICENSES')).toContain('@iconify-json/noto 1.2.3: MIT, 1 image\n');
    expect(textOf('LICENSES')).toContain('CC-BY-4.0: https://spdx.org/licenses/CC-BY-4.0.html');
  });

  it('are only words, whatever a pack calls itself', async () => {
    const evil = 'x\n---\nlicense: mit\n<script>alert(1)</script> [a](javascript:b) `';
    const renamed = { ...pack, manifest: { ...pack.manifest, title: evil, encoder: { ...pack.manifest.encoder, id: evil } } };
    const all = await collect(publishFiles(renamed, dictionaryFiles));
    for (const name of ['README.md', 'CITATION.cff', 'LICENSES']) {
      const lines = new TextDecoder().decode(all.get(name)).split('\n');
      expect(lines.filter((line) => line === '---')).toHaveLength(name === 'README.md' ? 2 : 0);
      expect(lines).not.toContain('license: mit');
    }
    const card = new TextDecoder().decode(all.get('README.md')).split(/^---$/m)[2] ?? '';
    expect(card).not.toMatch(/(?<!\\)<script|(?<!\\)\[a/);
  });

  it.each([['../x.webp', /relative path/], ['sprites/a/b.webp', /only sprites/], ['index.html', /only sprites/], ['manifest.json', /only sprites/]])('a picture called %s does not go along', async (name, message) => {
    const pictures: Pictures = [{ name, bytes: new Uint8Array() }];
    const error: unknown = await collect(publishFiles(pack, dictionaryFiles, {}, pictures)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(message);
  });
});
