/** A static host as plain as they come: files of one folder under one path, a 404 for all else. No headers but the type. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

/** A host that runs, and what it was asked for. */
export interface StaticHost {
  /** Where the site is: origin and path, with a slash at the end. */
  readonly url: string;
  /** Paths of all requests, in order. */
  readonly requests: readonly string[];
  /** Serves another folder from now on, as after a deployment. */
  readonly deploy: (folder: string) => void;
  readonly close: () => Promise<void>;
}

/** Serves `folder` under `path` (`/some/deep/path/`) on a free port. */
export async function serveFolder(folder: string, path: string): Promise<StaticHost> {
  let root = folder;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    requests.push(asked);
    const name = normalize(asked.endsWith('/') ? `${asked.slice(path.length)}index.html` : asked.slice(path.length));
    if (!asked.startsWith(path) || name.startsWith(`..${sep}`)) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(root, name)).then(
      (bytes) => response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Content-Length': bytes.byteLength }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://localhost:${String(address.port)}${path}`,
    requests,
    deploy: (next) => {
      root = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => { resolve(); });
      }),
  };
}
