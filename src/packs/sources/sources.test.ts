import { afterEach, describe, expect, it } from 'vitest';
import { zipSync } from 'fflate';
import { FROZEN, frozenPack } from '../../../tests/fixtures/packs/load.ts';
import { serve, type HostHabits, type StaticHost } from '../../../tests/fixtures/packs/serve.ts';
import { CancelledError, InputError, IntegrityError } from '../../core/errors.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { addressSource } from './address.ts';
import { droppedSource, type DroppedFile } from './dropped.ts';
import { openTravelled } from './open.ts';
import type { PackSource } from './source.ts';
import { zipSource } from './zip.ts';

const files = frozenPack();
const PICTURE = new Uint8Array(300_000).map((_, i) => (i * 31) ^ (i >> 7));
const everything = new Map(files).set('sprites/sheet-00.webp', PICTURE);
const packed = zipSync(Object.fromEntries([...everything].map(([name, bytes]) => [name, [bytes, { level: name.endsWith('json') ? 6 : 0 }]])));
const hosts: StaticHost[] = [];

async function host(served: ReadonlyMap<string, Uint8Array>, habits?: HostHabits): Promise<StaticHost> {
  const one = await serve(served, habits);
  hosts.push(one);
  return one;
}

afterEach(async () => {
  for (const one of hosts.splice(0)) await one.close();
});

const under = (folder: string, of: ReadonlyMap<string, Uint8Array> = files): Map<string, Uint8Array> => new Map([...of].map(([name, bytes]) => [`${folder}${name}`, bytes]));
const dropped = (of: ReadonlyMap<string, Uint8Array>): DroppedFile[] => [...of].map(([path, bytes]) => ({ path, blob: new Blob([Uint8Array.from(bytes)]) }));

/** Reads everything there is, and compares it with what lies on disk. */
async function expectPack(source: PackSource): Promise<void> {
  const { pack, dictionaryFiles } = await openTravelled(source);
  expect(pack.hash).toBe(FROZEN.v1);
  expect((await pack.concepts()).label).toHaveLength(12);
  expect((await pack.codes('texts')).cols).toBe(12);
  expect(await pack.bytes('images.npy')).toEqual(files.get('images.npy'));
  const dictionary = await dictionaryFiles();
  expect(new Set(dictionary?.keys())).toEqual(new Set(['cfg.json', 'sae_weights.safetensors']));
  expect(dictionary?.get('cfg.json')).toEqual(files.get('dictionary/cfg.json'));
}

async function failure(promise: Promise<unknown>): Promise<InputError> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

describe('dropped files', () => {
  it.each(['', 'my pack/', '/downloads/my pack/'])('below %j are a pack', async (folder) => {
    const source = await droppedSource(dropped(under(folder)));
    await expectPack(source);
    expect(source.list?.().toSorted()).toEqual([...files.keys()].sort());
  });

  it('may be one zip', async () => {
    await expectPack(await droppedSource(dropped(new Map([['pack.zip', packed]]))));
  });

  it('with the manifest of another program above still have one pack; with two packs they are asked to choose', async () => {
    const other = new TextEncoder().encode('{"name": "an app"}');
    await expectPack(await droppedSource(dropped(new Map([...under('site/packs/one/'), ['site/manifest.json', other]]))));
    const error = await failure(droppedSource(dropped(new Map([...under('a/'), ...under('b/')]))));
    expect(error.message).toMatch(/2 packs, such as a\/manifest\.json and b\/manifest\.json/);
    expect((await failure(droppedSource(dropped(new Map([['a.txt', other]]))))).message).toMatch(/no manifest\.json/);
    await failure(droppedSource([]));
  });

  it('as the lab exports them: the dictionary lies where the application keeps it', async () => {
    const inner = [...files].filter(([name]) => !name.startsWith('dictionary/'));
    const models = [...files].filter(([name]) => name.startsWith('dictionary/')).map(([name, bytes]) => [`models/sae/${name.slice(11)}`, bytes] as const);
    await expectPack(await droppedSource(dropped(new Map([...under('packs/lab-1/', new Map(inner)), ...models]))));
    // Without it, the application's own is meant.
    const { dictionaryFiles } = await openTravelled(await droppedSource(dropped(new Map(inner))));
    expect(await dictionaryFiles()).toBeNull();
  });

  it('are refused by name: twice the same path, a path that leaves, a part that is missing, longer or another', async () => {
    const list = dropped(files);
    expect((await failure(droppedSource([...list, { path: '/images.npy', blob: new Blob() }]))).place.file).toBe('images.npy');
    for (const path of ['../images.npy', 'a/../../b', 'a\\b', 'C:/x', 'a//b', './x', 'x\u0000y']) {
      expect((await failure(droppedSource([...list, { path, blob: new Blob() }]))).message).toMatch(/relative path/);
    }
    for (const [bytes, kind] of [[null, InputError], [Uint8Array.of(...(files.get('texts.npy') ?? []), 1), IntegrityError], [files.get('images.npy') ?? null, IntegrityError]] as const) {
      const others = list.filter(({ path }) => path !== 'texts.npy');
      const source = await droppedSource(bytes === null ? others : [...others, { path: 'texts.npy', blob: new Blob([bytes]) }]);
      const error = await failure((await openTravelled(source)).pack.embeddings('texts'));
      expect(error).toBeInstanceOf(kind);
      expect(error.place.file).toBe('texts.npy');
    }
  });

  it('with another dictionary than the pack’s, or half of it, are refused by its name', async () => {
    const changed = new Map(files).set('dictionary/cfg.json', new TextEncoder().encode('{}'));
    const { dictionaryFiles } = await openTravelled(await droppedSource(dropped(changed)));
    const error = await failure(dictionaryFiles());
    expect([error.name, error.place.file]).toEqual(['IntegrityError', 'dictionary/cfg.json']);
    const half = new Map(files);
    half.delete('dictionary/sae_weights.safetensors');
    expect((await failure((await openTravelled(await droppedSource(dropped(half)))).dictionaryFiles())).place.file).toMatch(/sae_weights/);
  });
});

describe('a zip', () => {
  it('is a pack at its top, or in its folder, with the folder’s own entries', async () => {
    await expectPack(await zipSource(bytesSource('p.zip', packed)));
    const nested = zipSync({ 'my pack/': [new Uint8Array(), { level: 0 }], ...Object.fromEntries(under('my pack/')) });
    await expectPack(await zipSource(bytesSource('p.zip', nested)));
  });

  it('gives slices of what is stored, and of what is deflated', async () => {
    const source = await zipSource(bytesSource('p.zip', packed));
    for (const name of ['images.npy', 'concepts.json']) {
      const bytes = files.get(name) ?? new Uint8Array();
      const range = await source.range?.(name, bytes.length);
      expect(range?.byteLength).toBe(bytes.length);
      expect(await range?.slice(3, 50)).toEqual(bytes.subarray(3, 50));
    }
  });

  it('is refused when a member leaves the folder, or is a bomb', async () => {
    for (const name of ['../evil', '/etc/passwd', 'a\\b', 'a/../b']) {
      expect((await failure(zipSource(bytesSource('p.zip', zipSync({ ...Object.fromEntries(files), [name]: Uint8Array.of(1) }))))).message).toMatch(/relative path/);
    }
    const bomb = await zipSource(bytesSource('p.zip', zipSync({ ...Object.fromEntries(files), 'texts.npy': new Uint8Array(2 ** 24) })));
    const error = await failure((await openTravelled(bomb)).pack.embeddings('texts'));
    expect([error.name, error.place.file]).toEqual(['IntegrityError', 'texts.npy']);
    const manifest = await zipSource(bytesSource('p.zip', zipSync({ 'manifest.json': new Uint8Array(2 ** 24) })));
    expect((await failure(openTravelled(manifest))).place.file).toBe('manifest.json');
  });
});

describe('an address', () => {
  const net = { attempts: 1 };

  it.each(['packs/tiny', 'packs/tiny/', 'packs/tiny/manifest.json', 'packs/tiny/?token=1#x'])('%s is a pack', async (path) => {
    const { url, asked } = await host(under('packs/tiny/'));
    await expectPack(await addressSource(url + path, net));
    expect(asked.every(({ cookie, method }) => cookie === undefined && method === 'GET')).toBe(true);
    await expectPack(await addressSource(path, { ...net, base: url }));
  });

  it.each<[string, HostHabits]>([['with Range', {}], ['that hides Content-Range', { hideRange: true }], ['without Range', { range: false }]])('of a zip on a server %s is a pack', async (_, habits) => {
    const { url, asked, sent } = await host(new Map([['a/p.zip', packed]]), habits);
    const source = await addressSource(`${url}a/p.zip?x=1`, net);
    await expectPack(source);
    if (habits.range === false) {
      expect(asked).toHaveLength(1);
    } else {
      // The picture is never read: the pack's own parts are, and the directory.
      expect(sent()).toBeLessThan(PICTURE.length);
      const picture = await source.range?.('sprites/sheet-00.webp', PICTURE.length);
      expect(await picture?.slice(100_000, 100_010)).toEqual(PICTURE.subarray(100_000, 100_010));
    }
  });

  it('reads a part of a folder by slices', async () => {
    for (const range of [true, false]) {
      const { url, asked } = await host(new Map([...under('p/'), ['p/big.bin', PICTURE]]), { range });
      const source = await addressSource(`${url}p/`, net);
      const big = await source.range?.('big.bin', PICTURE.length);
      expect(asked).toEqual([]);
      expect(await big?.slice(200_000, 200_004)).toEqual(PICTURE.subarray(200_000, 200_004));
      expect(await big?.slice(200_010, 200_014)).toEqual(PICTURE.subarray(200_010, 200_014));
      expect(asked).toHaveLength(1);
      const shorter = await source.range?.('big.bin', 1000);
      if (!range) expect((await failure(shorter?.slice(0, 10) ?? Promise.resolve())).place.file).toBe('big.bin');
    }
  });

  it('in a site has its dictionary in the site', async () => {
    const inner = new Map([...files].filter(([name]) => !name.startsWith('dictionary/')));
    const { url } = await host(new Map([...under('app/packs/tiny/', inner), ...['cfg.json', 'sae_weights.safetensors'].map((name) => [`app/models/sae/${name}`, files.get(`dictionary/${name}`) ?? new Uint8Array()] as const)]));
    await expectPack(await addressSource(`${url}app/packs/tiny/`, net));
  });

  it('gives a sentence that names the file when the server has none, more than it should, or is not there', async () => {
    const { url, close } = await host(new Map([['p/manifest.json', files.get('manifest.json') ?? new Uint8Array()], ['p/texts.npy', new Uint8Array(1000)], ['long/manifest.json', new Uint8Array(2 ** 20 + 1)], ['page/manifest.json', new TextEncoder().encode('<!doctype html>')]]));
    const { pack } = await openTravelled(await addressSource(`${url}p/`, net));
    expect((await failure(pack.concepts())).place.file).toBe('concepts.json');
    const long = await failure(pack.embeddings('texts'));
    expect([long.name, long.place.file]).toEqual(['IntegrityError', 'texts.npy']);
    for (const folder of ['long', 'page', 'none']) expect((await failure(openTravelled(await addressSource(`${url}${folder}/`, net)))).place.file).toBe('manifest.json');
    await failure(addressSource(`${url}none.zip`, net));
    await close();
    hosts.length = 0;
    expect((await failure(openTravelled(await addressSource(`${url}p/`, net)))).message).toMatch(/failed once/);
  });

  it('does not read on when a server never ends', async () => {
    let sent = 0;
    const endless = (): Promise<Response> =>
      Promise.resolve(new Response(new ReadableStream({ pull: (stream) => { sent += 2 ** 18; stream.enqueue(new Uint8Array(2 ** 18)); } })));
    const error = await failure(openTravelled(await addressSource('https://host/p/', { fetch: endless })));
    expect([error.name, error.place.file]).toEqual(['IntegrityError', 'manifest.json']);
    expect(sent).toBeLessThan(2 ** 22);
  });

  it('ends when it is cancelled', async () => {
    const { url } = await host(under('p/'));
    const signal = AbortSignal.abort();
    await expect(addressSource(`${url}p/`, { signal }).then(openTravelled)).rejects.toBeInstanceOf(CancelledError);
  });

  it.each(['', 'ftp://x/y', 'file:///etc/', 'data:application/json,{}', 'blob:http://x/y', 'javascript:alert(1)', 'https://user:secret@host/p/', 'not an address', 'packs/x', 'https://h/a/../b/', 'https://h/a/%2e%2e/b', 'https://h/a\\b', `https://h/${'x'.repeat(3000)}`])(
    '%j is refused, and no password is repeated',
    async (text) => {
      const error = await failure(addressSource(text, { fetch: () => Promise.reject(new Error('asked')) }));
      expect(error.message).not.toMatch(/secret|asked/);
    },
  );

  it('of a hub repository is a pack: in a data set, a model, a folder, a zip, at a revision', async () => {
    const { url, asked } = await host(
      new Map([...under('datasets/me/packs/resolve/main/'), ...under('me/model/resolve/v1.0/some folder/'), ['datasets/me/zips/resolve/refs/pr/2/p.zip', packed]]),
      { redirects: { 'datasets/me/packs/resolve/main/codes_texts.npz': '/me/model/resolve/v1.0/some%20folder/codes_texts.npz' } },
    );
    const options = { ...net, hub: url.slice(0, -1) };
    for (const text of ['hf:me/packs', 'hf:datasets/me/packs@main', 'https://huggingface.co/datasets/me/packs', 'https://huggingface.co/datasets/me/packs/blob/main/manifest.json', 'hf:me/model@v1.0/some%20folder']) {
      await expectPack(await addressSource(text, options));
    }
    await expectPack(await addressSource('https://huggingface.co/me/model/tree/v1.0/some%20folder', options));
    await expectPack(await addressSource('hf:datasets/me/zips@refs%2Fpr%2F2/p.zip', options));
    expect(asked.some(({ path }) => path === 'datasets/me/zips/resolve/refs%2Fpr%2F2/p.zip')).toBe(true);
    // A model is found where no data set has the name.
    expect((await failure(addressSource('hf:me/model', options))).place.file).toBe('manifest.json');
    expect(asked.slice(-2).map(({ path }) => path)).toEqual(['datasets/me/model/resolve/main/manifest.json', 'me/model/resolve/main/manifest.json']);
  });
});
