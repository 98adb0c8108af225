/**
 * A local server that speaks the hub's URLs: the list of files, `resolve` with its redirect to another path for large files, ETags,
 * ranges and the headers for pages of other origins. It can be told to misbehave, and counts what it sends.
 */
import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, relative, sep } from 'node:path';

/** What goes wrong, for files only; change it between requests. */
export interface HubFaults {
  /** Only for paths in the repository for which this is true; all when absent. */
  only?: ((path: string) => boolean) | undefined;
  /** Break the connection after so many bytes of each answer; null lets one through. */
  cutAfter?: number | ((request: number) => number | null) | undefined;
  /** After so many bytes send nothing more, with the connection open. */
  stallAfter?: number | undefined;
  /** Answer 200 with the whole file to a request for a range. */
  ignoreRange?: boolean | undefined;
  /** Leave out Content-Range, Content-Length and ETag, as pages see some servers. */
  hideHeaders?: boolean | undefined;
  /** Break the connection of each request with If-Range, as a preflight that fails does. */
  refuseIfRange?: boolean | undefined;
  /** The ETag of all files from now on; the bytes stay. */
  etag?: string | undefined;
  /** Flip the bits of the byte at this offset. */
  corruptAt?: number | undefined;
  /** Other bytes in place of the file's. */
  replaceBy?: Uint8Array | undefined;
  /** Answer with this status; a function gets the number of the request, from 0. */
  status?: number | ((request: number) => number | null) | undefined;
  /** With such a status: seconds in Retry-After. */
  retryAfter?: number | undefined;
  /** Bytes a second, about; without it as fast as they are taken. */
  bytesPerSecond?: number | undefined;
  /** Awaited after each 64 KiB, with the offset in the file that they reach: a network as slow as the test wants it. */
  pace?: ((offset: number) => Promise<void>) | undefined;
}

export interface HubServerOptions {
  /** Folder, or path → bytes, of each `owner/name`. */
  repos: Record<string, string | Record<string, Uint8Array>>;
  /** Revisions that all repositories have, besides their commit. */
  revisions?: string[];
  /** Files of at least so many bytes are large ones, with a SHA-256 and a redirect; the hub goes by .gitattributes. */
  largeBytes?: number;
  /** Files a page of the list; the hub's are 1,000. */
  pageSize?: number;
  faults?: HubFaults;
  port?: number;
}

/** A request that the server got. */
export interface HubRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

export interface HubServer {
  /** `http://127.0.0.1:PORT`. */
  readonly base: string;
  readonly faults: HubFaults;
  /** All requests so far. */
  readonly requests: HubRequest[];
  /** Bytes of files that were sent so far, without headers and lists. */
  sent(): number;
  close(): Promise<void>;
}

/** A file as the server knows it. */
interface Served {
  path: string;
  size: number;
  read(start: number, end: number): Promise<Uint8Array>;
  /** Lower-case hex digests, made when first asked for. */
  hashes(): Promise<{ sha256: string; gitOid: string }>;
}

const COMMIT = 'c0ffee'.padEnd(40, '0');
const PIECE = 64 * 1024;
const EXPOSED = 'X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, Content-Range, X-Linked-Size, X-Linked-Etag';

/** Starts a server on a free port of this machine. */
export async function startHubServer(options: HubServerOptions): Promise<HubServer> {
  const { largeBytes = 1024, pageSize = 1000, revisions = ['main'] } = options;
  const faults: HubFaults = { ...options.faults };
  const requests: HubRequest[] = [];
  const repos = new Map(await Promise.all(Object.entries(options.repos).map(async ([name, files]) => [name, await served(files)] as const)));
  let sent = 0;
  let fileRequests = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: target = '/' } = request;
    requests.push({ method, url: target, headers: request.headers });
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (method === 'OPTIONS') {
      response.writeHead(204, { 'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Headers': 'Range, If-Range, Authorization' }).end();
      return;
    }
    if (method !== 'GET' && method !== 'HEAD') {
      refuse(response, 405, 'MethodNotAllowed');
      return;
    }

    const url = new URL(target, 'http://hub');
    const [, api, cdn, owner = '', name = '', verb = '', revision = '', ...path] =
      /^(\/api\/models)?(\/cdn)?\/([^/]+)\/([^/]+)\/(tree|resolve)\/([^/]+)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    const repo = repos.get(`${owner}/${name}`);
    const file = repo?.find((each) => each.path === (path[0] ?? '').split('/').map(decodeURIComponent).join('/'));
    // The hub does not tell a stranger whether a repository is missing or private.
    if (repo === undefined) refuse(response, verb === '' ? 404 : 401, 'RepoNotFound');
    else if (![...revisions, COMMIT].includes(decodeURIComponent(revision))) refuse(response, 404, 'RevisionNotFound');
    else {
      response.setHeader('X-Repo-Commit', COMMIT);
      if (api !== undefined && verb === 'tree') await list(url, response, repo);
      else if (verb !== 'resolve' || file === undefined) refuse(response, 404, 'EntryNotFound');
      else await resolve(request, response, file, cdn === undefined);
    }
  }

  async function list(url: URL, response: ServerResponse, repo: Served[]): Promise<void> {
    const folders = new Set(repo.flatMap(({ path }) => path.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
    const tree = [
      ...[...folders].map((path) => ({ type: 'directory', oid: '0'.repeat(40), size: 0, path })),
      ...await Promise.all(repo.map(async (file) => {
        const { path, size } = file;
        const { sha256, gitOid } = await file.hashes();
        if (size < largeBytes) return { type: 'file', oid: gitOid, size, path };
        return { type: 'file', oid: pointerOid(sha256, size), size, lfs: { oid: sha256, size, pointerSize: pointer(sha256, size).length }, path };
      })),
    ];
    const from = Number(url.searchParams.get('cursor') ?? 0);
    if (from + pageSize < tree.length) {
      url.searchParams.set('cursor', String(from + pageSize));
      response.setHeader('Link', `<${base}${url.pathname}${url.search}>; rel="next"`);
    }
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(tree.slice(from, from + pageSize)));
  }

  async function resolve(request: IncomingMessage, response: ServerResponse, file: Served, redirects: boolean): Promise<void> {
    const { sha256, gitOid } = await file.hashes();
    const large = file.size >= largeBytes;
    if (large && redirects) {
      response.writeHead(302, { 'Location': `/cdn${request.url ?? ''}?Expires=1&Signature=x`, 'X-Linked-Etag': `"${sha256}"`, 'X-Linked-Size': file.size, 'Accept-Ranges': 'bytes' }).end();
      return;
    }
    await send(request, response, file, `"${large ? sha256 : gitOid}"`);
  }

  async function send(request: IncomingMessage, response: ServerResponse, file: Served, ownEtag: string): Promise<void> {
    const fault: HubFaults = faults.only?.(file.path) === false ? {} : faults;
    const number = fileRequests++;
    const status = typeof fault.status === 'function' ? fault.status(number) : (fault.status ?? null);
    if (status !== null) {
      if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
      refuse(response, status, 'Fault');
      return;
    }
    const { range, 'if-range': ifRange } = request.headers;
    if (fault.refuseIfRange === true && ifRange !== undefined) {
      request.socket.destroy();
      return;
    }
    const etag = fault.etag ?? ownEtag;
    const size = fault.replaceBy?.length ?? file.size;
    const asked = fault.ignoreRange === true || (ifRange !== undefined && ifRange !== etag) ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
    const start = asked === null ? 0 : Number(asked[1]);
    const end = asked === null || asked[2] === '' ? size : Math.min(size, Number(asked[2]) + 1);
    if (fault.hideHeaders !== true) {
      response.setHeader('ETag', etag);
      response.setHeader('Accept-Ranges', 'bytes');
    }
    if (asked !== null && start >= size) {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
      return;
    }
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': end - start, ...(asked === null ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }) };
    response.writeHead(asked === null ? 200 : 206, fault.hideHeaders === true ? {} : headers);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const cut = typeof fault.cutAfter === 'function' ? fault.cutAfter(number) : (fault.cutAfter ?? null);
    const last = Math.min(end, start + (cut ?? Infinity), start + (fault.stallAfter ?? Infinity));
    for (let at = start; at < last && !response.destroyed;) {
      const until = Math.min(last, at + PIECE);
      const bytes = fault.replaceBy?.slice(at, until) ?? (await file.read(at, until));
      if (fault.corruptAt !== undefined && fault.corruptAt >= at && fault.corruptAt < until) bytes[fault.corruptAt - at] = (bytes[fault.corruptAt - at] ?? 0) ^ 0xff;
      sent += bytes.length;
      await written(response, bytes);
      if (fault.bytesPerSecond !== undefined) await new Promise((done) => setTimeout(done, (bytes.length / (fault.bytesPerSecond ?? 1)) * 1000));
      await fault.pace?.(until);
      at = until;
    }
    if (cut !== null && last < end) response.socket?.destroySoon();
    else if (last === end) response.end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(options.port ?? 0, '127.0.0.1', done));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    base,
    faults,
    requests,
    sent: () => sent,
    close: () => new Promise((done) => {
      server.close(() => { done(); });
      server.closeAllConnections();
    }),
  };
}

/** Resolves when the bytes are out of this process, or the other side has gone. */
function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(bytes, done);
  });
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'X-Error-Code': code, 'Content-Type': 'application/json' }).end(JSON.stringify({ error: code }));
}

async function served(repo: string | Record<string, Uint8Array>): Promise<Served[]> {
  if (typeof repo !== 'string')
    return Object.entries(repo).map(([path, bytes]) => ({ path, size: bytes.length, read: (start, end) => Promise.resolve(bytes.slice(start, end)), hashes: once(async () => hashesOf(bytes)) }));
  const entries = (await readdir(repo, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return {
      path: relative(repo, path).split(sep).join('/'),
      size: (await stat(path)).size,
      hashes: once(async () => hashesOf(await readFile(path))),
      read: async (start: number, end: number) => {
        const handle = await open(path);
        try {
          const { buffer, bytesRead } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
          return buffer.subarray(0, bytesRead);
        } finally {
          await handle.close();
        }
      },
    };
  }));
}

function hashesOf(bytes: Uint8Array): { sha256: string; gitOid: string } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), gitOid: blobOid(bytes) };
}

function blobOid(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The text that git keeps in place of a large file. */
function pointer(sha256: string, size: number): Uint8Array {
  return new TextEncoder().encode(`version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`);
}

function pointerOid(sha256: string, size: number): string {
  return blobOid(pointer(sha256, size));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
