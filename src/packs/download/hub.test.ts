import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startHubServer } from '../../../tests/support/hub-server.ts';
import { InputError } from '../../core/errors.ts';
import { fetchHubListing, hubDownload, parseHubListing } from './hub-listing.ts';
import { hubFileUrl, hubListingUrl, hubStoreName, parseHubAddress } from './hub.ts';

const HUB = 'https://huggingface.co';

describe('parseHubAddress', () => {
  it.each([
    ['openai/clip-vit-base-patch32', HUB, 'openai/clip-vit-base-patch32', 'main'],
    ['  openai/clip  ', HUB, 'openai/clip', 'main'],
    ['openai/clip@v1.0', HUB, 'openai/clip', 'v1.0'],
    ['openai/clip@refs/pr/3', HUB, 'openai/clip', 'refs/pr/3'],
    ['https://huggingface.co/openai/clip', HUB, 'openai/clip', 'main'],
    ['https://huggingface.co/openai/clip/', HUB, 'openai/clip', 'main'],
    ['https://www.huggingface.co/openai/clip@abc', HUB, 'openai/clip', 'abc'],
    ['huggingface.co/openai/clip', HUB, 'openai/clip', 'main'],
    ['hf.co/openai/clip', HUB, 'openai/clip', 'main'],
    ['https://huggingface.co/openai/clip/tree/dev', HUB, 'openai/clip', 'dev'],
    ['https://huggingface.co/openai/clip/tree/refs%2Fpr%2F3/onnx', HUB, 'openai/clip', 'refs/pr/3'],
    ['https://huggingface.co/openai/clip/tree/refs/pr/3/onnx', HUB, 'openai/clip', 'refs/pr/3'],
    ['https://huggingface.co/openai/clip/blob/main/onnx/model.onnx', HUB, 'openai/clip', 'main'],
    ['https://huggingface.co/openai/clip/resolve/main/config.json', HUB, 'openai/clip', 'main'],
    ['https://mirror.example:8443/openai/clip', 'https://mirror.example:8443', 'openai/clip', 'main'],
    ['https://example.org/hub/v2/openai/clip@x', 'https://example.org/hub/v2', 'openai/clip', 'x'],
    ['http://127.0.0.1:8080/tiny/clip', 'http://127.0.0.1:8080', 'tiny/clip', 'main'],
    ['http://localhost/tiny/clip', 'http://localhost', 'tiny/clip', 'main'],
  ])('%s', (text, base, repo, revision) => {
    expect(parseHubAddress(text)).toEqual({ base, repo, revision });
  });

  it.each([
    '', 'clip', 'openai/', '/clip', 'openai/clip/more', 'openai/clip@', 'openai/clip@../x', 'openai/clip@a//b', 'openai/clip@/a', '../clip', 'openai/..', 'a b/c',
    'openai\\clip', 'open\u0000ai/clip', 'openai/cl\u202eip', '.hidden/clip', 'openai/clip.git', 'own--er/clip', 'openai/c..p', 'openai/clip?x=1', `o/${'x'.repeat(97)}`,
    'http://huggingface.co/openai/clip', 'http://10.0.0.1/openai/clip', 'http://127.0.0.1.evil.example/a/b', 'ftp://huggingface.co/a/b', 'javascript:alert(1)//a/b', 'data:text/html,a/b', 'file:///etc/passwd',
    'https://user:secret@huggingface.co/openai/clip', 'https://huggingface.co/openai', 'https://huggingface.co/openai/clip/more/parts', 'https://huggingface.co/datasets/a/b',
    'https://huggingface.co/spaces/a/b', 'https://huggingface.co/a/b?token=x', 'https://huggingface.co/a/b#x', 'https://huggingface.co/../a/b', 'https://huggingface.co/a/%2e%2e/b/c', 'https://huggingface.co//a/b',
    'https://huggingface.co/a/b/tree/%ff', 'https://huggingface.co/a/b/tree/', 'https://', 'https:///a/b', 'https:/a/b/c', 'https:a/b/c', 'https://example.org/x y/a/b',
  ])('refuses %j', (text) => {
    expect(() => parseHubAddress(text)).toThrow(InputError);
  });

  it('gives either an InputError or an address whose URLs stay below its base', () => {
    const parts = fc.constantFrom('https://', 'http://', 'huggingface.co', '/', '//', '..', '.', '@', ':', '?', '#', '%2e', '%2f', '%', '\\', 'a', 'owner', 'name', 'tree', 'resolve', 'refs', ' ', '\u0000', 'é', 'localhost');
    const typed = fc.oneof(fc.string(), fc.webUrl(), fc.array(parts, { maxLength: 12 }).map((list) => list.join('')));
    fc.assert(
      fc.property(typed, (text) => {
        let at;
        try {
          at = parseHubAddress(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        for (const url of [hubFileUrl(at, 'a b/ü#?.onnx'), hubListingUrl(at)]) {
          expect(new URL(url).href.startsWith(new URL(at.base).href)).toBe(true);
          expect(new URL(url).hash).toBe('');
        }
        expect(parseHubAddress(`${at.base}/${at.repo}@${at.revision}`)).toEqual(at);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('URLs of the hub', () => {
  const at = { base: HUB, repo: 'openai/clip', revision: 'refs/pr/3' };

  it('encode each part', () => {
    expect(hubFileUrl(at, 'onnx/a b#1?.onnx')).toBe(`${HUB}/openai/clip/resolve/refs%2Fpr%2F3/onnx/a%20b%231%3F.onnx`);
    expect(hubListingUrl(at)).toBe(`${HUB}/api/models/openai/clip/tree/refs%2Fpr%2F3?recursive=true`);
    expect(hubStoreName({ ...at, base: 'http://[::1]:80/x' }, 'a/b')).toBe('___1__80/x/openai/clip/refs%2Fpr%2F3/a/b');
  });

  it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a\\b', 'a\nb', 'a\ud800', 'x'.repeat(300)])('refuse the path %j', (path) => {
    expect(() => hubFileUrl(at, path)).toThrow(InputError);
  });
});

describe('the list of files', () => {
  const oid = 'a'.repeat(40);
  const sha = 'b'.repeat(64);
  const entry = { type: 'file', path: 'a', size: 3, oid };
  const parse = (value: unknown) => parseHubListing(JSON.stringify(value), 'o/n');

  it('gives sizes and hashes, of large files those of their content', () => {
    expect(parse([{ type: 'directory', path: 'd', size: 0, oid }, entry, { ...entry, path: 'd/b', size: 9, lfs: { oid: sha, size: 9, pointerSize: 130 }, xetHash: 'x' }])).toEqual([
      { path: 'a', size: 3, sha256: null, gitOid: oid },
      { path: 'd/b', size: 9, sha256: sha, gitOid: oid },
    ]);
  });

  it.each([
    [null], [{}], [{ error: 'Repository not found' }], ['x'], [[1]], [[{ ...entry, path: '../a' }]], [[{ ...entry, path: '/etc/passwd' }]], [[{ ...entry, path: 'a\\b' }]], [[{ ...entry, path: 7 }]],
    [[{ ...entry, size: -1 }]], [[{ ...entry, size: 1.5 }]], [[{ ...entry, size: 1e300 }]], [[{ ...entry, oid: 'x' }]], [[{ ...entry, lfs: { oid: 'x', size: 3 } }]], [[{ ...entry, lfs: 3 }]], [[entry, entry]],
  ])('refuses %j', (value: unknown) => {
    expect(() => parse(value)).toThrow(InputError);
  });

  it('refuses whatever is no JSON, and names the repository', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parseHubListing(text, 'o/n');
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).message).toContain('o/n');
      }
    }));
  });

  it('is fetched page after page from a server, and says what to download', async () => {
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`d${i % 3}/f ${i}.bin`, new Uint8Array(i * 100)]));
    const hub = await startHubServer({ repos: { 'tiny/clip': files }, pageSize: 7 });
    const at = parseHubAddress(`${hub.base}/tiny/clip`);
    const listed = await fetchHubListing(at);
    expect(new Map(listed.map(({ path, size }) => [path, size]))).toEqual(new Map(Object.entries(files).map(([path, { length }]) => [path, length])));
    expect(listed.filter(({ sha256 }) => sha256 !== null).length).toBe(14);
    expect(hub.requests.length).toBe(4);
    const large = listed.find(({ path }) => path === 'd0/f 24.bin');
    expect(large && hubDownload(at, large)).toMatchObject({ url: `${hub.base}/tiny/clip/resolve/main/d0/f%2024.bin`, size: 2400, gitOid: null });
    await expect(fetchHubListing({ ...at, repo: 'no/body' })).rejects.toThrow(/without a login \(401\)/);
    await expect(fetchHubListing({ ...at, revision: 'v9' })).rejects.toThrow(/no such file \(404\)/);
    await hub.close();
  });

  it.each([
    ['another server', () => new Response('[]', { headers: { link: '<https://evil.example/api/models/o/n/tree/main?cursor=1>; rel="next"' } }), /another address/],
    ['no end', (url: string) => new Response('[]', { headers: { link: `<${url}>; rel="next"` } }), /more than 200 pages/],
    ['too much', () => new Response(new Uint8Array(17 * 2 ** 20)), /longer than/],
    ['a page of HTML', () => new Response('<html>'), /not valid JSON/],
  ])('with %s is refused', async (_, answer, reason) => {
    const fake = (async (url: string) => answer(url)) as unknown as typeof fetch;
    await expect(fetchHubListing({ base: 'https://h.example', repo: 'o/n', revision: 'main' }, { fetch: fake })).rejects.toThrow(reason);
  });
});
