/** What the user brings, through the engine in Node: pictures, embeddings, dictionaries and packs from elsewhere. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder, type Folder } from '../../src/engine/lab/folder.ts';
import { nodeEnvironment } from '../../src/engine/environment-node.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { CallContext } from '../../src/engine/server.ts';
import type { ImageInput } from '../../src/engine/protocol.ts';
import type { ImportOptions } from '../../src/engine/own/protocol.ts';
import { blobSource } from '../../src/formats/byte-source.ts';
import { openZip } from '../../src/formats/zip.ts';
import { writeNpy } from '../../src/formats/npy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const context: CallContext = { signal: new AbortController().signal, progress: () => undefined };
const plain: ImportOptions = { format: null, activation: null, k: null, theta: null };

async function session(folder: Folder): Promise<{ engine: Engine; embedded: () => number }> {
  const environment = nodeEnvironment(root);
  let embedded = 0;
  const engine = new Engine(
    {
      ...environment,
      read: (path) => environment.read(path.startsWith('packs/') ? `public/${path}` : path),
      openFolder: () => Promise.resolve(folder),
      openEncoder: async (path, progress, device) => {
        const encoder = await environment.openEncoder(path, progress, device);
        const embedImages = encoder.embedImages.bind(encoder);
        return Object.assign(encoder, { embedImages: (...args: Parameters<typeof embedImages>) => { embedded += args[0].length; return embedImages(...args); } });
      },
    },
    () => undefined,
  );
  await engine.open({ pack: 'gallery' }, context);
  return { engine, embedded: () => embedded };
}

/** Forty small pictures, each of its own colour and place. */
async function pictures(count = 40): Promise<ImageInput[]> {
  return Promise.all(Array.from({ length: count }, async (_, n) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="hsl(${(n * 47) % 360} 70% 90%)"/><circle cx="${20 + ((n * 13) % 80)}" cy="40" r="${12 + (n % 5) * 5}" fill="hsl(${(n * 83) % 360} 80% 45%)"/></svg>`;
    return { key: `p${n}`, name: `circle-${n}.png`, blob: new Blob([Uint8Array.from(await sharp(Buffer.from(svg)).png().toBuffer())]) };
  }));
}

const checkpoint = (folder: string): { name: string; blob: Blob }[] =>
  readdirSync(`${root}tests/fixtures/checkpoints/${folder}`).map((name) => ({ name, blob: new Blob([readFileSync(`${root}tests/fixtures/checkpoints/${folder}/${name}`)]) }));

function unitRows(rows: number, d: number): { name: string; blob: Blob } {
  const data = Float32Array.from({ length: rows * d }, (_, i) => Math.sin(12.9898 * (i + 1)) * 43758.5453 % 1);
  for (let r = 0; r < rows; r++) {
    const norm = Math.hypot(...data.subarray(r * d, (r + 1) * d));
    for (let i = 0; i < d; i++) data[r * d + i] = (data[r * d + i] ?? 0) / norm;
  }
  return { name: 'images.npy', blob: new Blob([Uint8Array.from(writeNpy({ dtype: 'float32', shape: [rows, d], data }))]) };
}

describe('photos with captions', () => {
  const folder = memoryFolder();
  let engine: Engine;
  let pack: string;
  beforeAll(async () => {
    ({ engine } = await session(folder));
    const images = await pictures();
    const texts = images.map((_, n) => `a ${n % 2 === 0 ? 'red' : 'blue'} circle`);
    const broken: ImageInput = { key: 'x', name: 'broken.png', blob: new Blob(['no picture']) };
    const source = { kind: 'items', images: [broken, ...images], texts, pairs: texts.map((_, n) => [n + 1, n] as const) } as const;
    ({ pack } = await engine.own().then((own) => own.build({ title: 'Circles', source, dictionary: { kind: 'open' } }, context)));
  }, 60_000);

  it('become a pack with names, pairs, pictures and the open dictionary', async () => {
    const view = await engine.open({ pack }, context);
    const samples = await engine.samples();
    expect([view.title, view.pictures, view.counts]).toEqual(['Circles', 'own', { images: 40, texts: 40, pairs: 40 }]);
    expect(samples.images.map(({ name }) => name).slice(0, 2)).toEqual(['circle-0.png', 'circle-1.png']);
    expect(samples.pairs[7]).toEqual([7]);
    const { width, height } = await sharp(Buffer.from(await (await engine.sheet(0)).arrayBuffer())).metadata();
    expect([width, height]).toEqual([16 * 96, 3 * 96]);
  });
  it('are found again by a probe of the same picture', async () => {
    const { results } = await engine.probeImages({ images: (await pictures()).slice(11, 12) }, context);
    expect(results[0]?.readout.neighbours.images[0]?.item).toBe(11);
    expect(results[0]?.readout.neighbours.images[0]?.cosine).toBeGreaterThan(0.999);
  });
  it('travel as a zip to another browser, where the pack has the same hash', async () => {
    const zip = await (await engine.own()).publish(pack);
    const names = [...(await openZip(blobSource(zip.blob, zip.name))).entries.keys()];
    expect(names).toEqual(expect.arrayContaining(['manifest.json', 'README.md', 'CITATION.cff', 'concepts.parquet', 'samples.parquet', 'sprites/sheet-00.webp']));
    const { engine: other } = await session(memoryFolder());
    const received = await (await other.own()).receive({ files: [{ path: zip.name, blob: zip.blob }] }, context);
    const [here, there] = [await engine.open({ pack }, context), await other.open({ pack: received.pack }, context)];
    expect([there.id, there.hash, there.title]).toEqual([here.id, here.hash, 'Circles']);
    expect((await other.sheet(0)).size).toBe((await engine.sheet(0)).size);
  });
  it('are listed, verified, and refused when a byte has changed', async () => {
    const own = await engine.own();
    expect((await own.storage()).packs.map(({ id, images }) => [id, images])).toEqual([[pack, 40]]);
    expect((await own.verify(pack, context)).parts).toBe(8);
    const path = `packs/${pack}/images.npy`;
    const bytes = (await folder.read(path)) ?? expect.fail('the part is kept');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await folder.write(path, bytes);
    await expect(own.verify(pack, context)).rejects.toThrow(/images\.npy.*SHA-256/u);
  });
  it('leave the list and come back', async () => {
    const own = await engine.own();
    await own.remove(pack);
    expect((await own.storage()).packs).toEqual([]);
    await own.restore(pack);
    expect((await own.storage()).packs).toHaveLength(1);
  });
});

describe('an embedding that was interrupted', () => {
  it('goes on where it was', async () => {
    const folder = memoryFolder();
    const images = await pictures(80);
    const source = { kind: 'items', images, texts: [], pairs: [] } as const;
    const first = await session(folder);
    const abort = new AbortController();
    const stopped = first.engine.own().then((own) => own.build({ title: 'Many', source, dictionary: { kind: 'open' } }, { signal: abort.signal, progress: ({ phase, done }) => { if (phase === 'embed' && done >= 64) abort.abort(); } }));
    await expect(stopped).rejects.toThrow();
    const second = await session(folder);
    const { pack } = await (await second.engine.own()).build({ title: 'Many', source, dictionary: { kind: 'open' } }, context);
    expect(second.embedded()).toBe(80 - 64);
    // Without captions they stand beside the gallery's texts.
    expect((await second.engine.open({ pack }, context)).counts).toEqual({ images: 80, texts: 6579, pairs: 0 });
    expect(await folder.list('embedding')).toEqual([]);
  }, 120_000);
});

describe('a checkpoint', () => {
  it('is looked at, and reads embeddings of its model into a pack that nothing can be embedded into', async () => {
    const { engine } = await session(memoryFolder());
    const own = await engine.own();
    const files = checkpoint('saelens/standard');
    const preview = await own.preview({ files, options: plain });
    expect(preview).toMatchObject({ tool: 'saelens', fits: false, thresholdMissing: false });
    const source = { kind: 'files', images: [unitRows(300, preview.d)], texts: [], pairs: null, normalise: false } as const;
    const { pack } = await own.build({ title: 'Numbers', source, dictionary: { kind: 'files', files, options: plain } }, context);
    const view = await engine.open({ pack }, context);
    expect([view.c, view.counts.images, view.pictures]).toEqual([preview.c, 300, 'none']);
    await expect(engine.load({}, context)).rejects.toThrow(/which model/u);
  });
  it('of another model is refused for the gallery', async () => {
    const { engine } = await session(memoryFolder());
    const build = (await engine.own()).build({ title: 'No', source: { kind: 'gallery' }, dictionary: { kind: 'files', files: checkpoint('saelens/standard'), options: plain } }, context);
    await expect(build).rejects.toThrow(/dimensions.*belongs to another/u);
  });
});
