import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../core/errors.ts';
import { openEmbeddings } from './embeddings.ts';
import { urlSource } from './url-source.ts';

const table = readFileSync(new URL('../../tests/fixtures/parquet/double_groups.parquet', import.meta.url));
const numbers = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

describe('a file on a server', () => {
  let server: Server;
  let root = '';
  /** What it was asked, and how it behaves. */
  let asked: string[] = [];
  let answers = 0;
  let tag = '"1"';

  beforeAll(async () => {
    server = createServer((request, response) => { serve(request, response); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    root = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  });
  beforeEach(() => {
    asked = [];
    answers = 0;
    tag = '"1"';
  });

  function serve({ url = '', headers, method }: IncomingMessage, response: ServerResponse): void {
    asked.push(`${method ?? ''} ${headers.range ?? ''}`);
    answers += 1;
    const [, kind = '', file] = url.split('/');
    const bytes = file === 'table' ? table : file === 'empty' ? Buffer.alloc(0) : Buffer.from(numbers);
    if (kind === 'moved') return void response.writeHead(302, { location: `/range/${file ?? ''}` }).end();
    if (kind === 'missing') return void response.writeHead(404).end();
    if (kind === 'login') return void response.writeHead(403).end();
    if (kind === 'flaky' && answers % 2 === 1) return void response.socket?.destroy();
    if (kind === 'broken') return void response.writeHead(503).end();
    if (kind === 'whole') return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    if (kind === 'endless') {
      response.writeHead(200);
      const send = (): void => { while (!response.destroyed && response.write(Buffer.alloc(65_536))); };
      response.on('drain', send);
      send();
      return;
    }
    if (kind === 'cut') {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 10));
      return void setTimeout(() => response.destroy(), 20);
    }
    if (method === 'HEAD') return void response.writeHead(200, { 'content-length': bytes.length }).end();
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (Number(from) >= bytes.length) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    const part = bytes.subarray(Number(from), Math.min(bytes.length, Number(to) + 1));
    response.writeHead(206, { etag: tag, ...(kind === 'quiet' ? {} : { 'content-range': `bytes ${from}-${to}/${bytes.length}` }) }).end(kind === 'short' && part.length > 1 ? part.subarray(1) : part);
  }

  it('is read by Range, nothing but the slices', async () => {
    const source = await urlSource(`${root}/range/numbers`);
    expect(source.byteLength).toBe(1000);
    expect(await source.slice(10, 20)).toEqual(numbers.slice(10, 20));
    expect(await source.slice(999, 1000)).toEqual(numbers.slice(999));
    expect((await source.slice(5, 5)).length).toBe(0);
    expect(asked).toEqual(['GET bytes=0-0', 'GET bytes=10-19', 'GET bytes=999-999']);
  });

  it('is fetched once where there is no Range, up to a size', async () => {
    const source = await urlSource(`${root}/whole/numbers`);
    expect(await source.slice(10, 20)).toEqual(numbers.slice(10, 20));
    expect(await source.slice(0, 1000)).toEqual(numbers);
    expect(asked.length).toBe(1);
    await expect(urlSource(`${root}/whole/numbers`, { maxWhole: 999 })).rejects.toThrow(/knows no Range/);
    await expect(urlSource(`${root}/endless/numbers`, { maxWhole: 300_000 })).rejects.toThrow(/knows no Range/);
    await expect(urlSource(`${root}/cut/numbers`)).rejects.toThrow(/connection broke/);
  });

  it('follows redirects, asks HEAD where the size is hidden, tries again after a broken connection', async () => {
    expect(await (await urlSource(`${root}/moved/numbers`)).slice(3, 6)).toEqual(numbers.slice(3, 6));
    asked = [];
    const quiet = await urlSource(`${root}/quiet/numbers`);
    expect([quiet.byteLength, asked]).toEqual([1000, ['GET bytes=0-0', 'HEAD ']]);
    answers = 0;
    const flaky = await urlSource(`${root}/flaky/numbers`);
    expect(await flaky.slice(0, 1000)).toEqual(numbers);
    expect((await urlSource(`${root}/range/empty`)).byteLength).toBe(0);
  });

  it('says what went wrong', async () => {
    await expect(urlSource(`${root}/missing/x`)).rejects.toThrow(/answers 404.*Check the address/);
    await expect(urlSource(`${root}/login/x`)).rejects.toThrow(/answers 403.*login/);
    await expect(urlSource(`${root}/broken/x`)).rejects.toThrow(/cannot be fetched: the server answers 503/);
    await expect(urlSource('file:///etc/passwd')).rejects.toThrow(/no web address/);
    await expect(urlSource('nonsense')).rejects.toBeInstanceOf(InputError);
    const short = await urlSource(`${root}/short/numbers`);
    await expect(short.slice(0, 10)).rejects.toThrow(/9 bytes instead of 10/);
    const source = await urlSource(`${root}/range/numbers`);
    tag = '"2"';
    await expect(source.slice(0, 10)).rejects.toThrow(/changed while it was read/);
    await expect(urlSource(`${root}/range/numbers`, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(/stopped/);
  });

  it('holds embeddings like any other file', async () => {
    const file = await openEmbeddings(await urlSource(`${root}/range/table`));
    expect([file.rows, file.cols, (await file.read(150, 151)).data[0]]).toEqual([300, 12, (((150 * 12 * 37) % 97) - 48) / 64]);
  });
});
