/** The cache behind the service worker: which file is kept, under which key, and what is answered from it. */

/** The files of one build; path under the application's root → SHA-256 in hex. */
export interface SiteFiles {
  /** Changes with any byte of any file. */
  readonly version: string;
  /** What the first screen needs, and all scripts and styles: kept when the worker is installed. */
  readonly shell: Readonly<Record<string, string>>;
  /** The gallery's tables and pictures: kept when the page has what it wanted. */
  readonly data: Readonly<Record<string, string>>;
  /** Models and wasm, large, and not all for this browser: kept once they have been used. */
  readonly models: Readonly<Record<string, string>>;
}

type Load = (request: Request | string, init?: RequestInit) => Promise<Response>;

const PAGE = 'index.html';
/** The bundler writes a hash of their content into these files' names. */
const IMMUTABLE = 'assets/';

/**
 * One cache for one place (`scope`: several builds may live on one host, and all share its storage). Keys carry the file's
 * SHA-256, so that a build finds what an earlier one kept and never sees a file that has changed since.
 */
export class SiteCache {
  readonly #files: SiteFiles;
  readonly #all: Readonly<Record<string, string>>;
  readonly #scope: string;
  readonly #name: string;
  readonly #caches: CacheStorage;
  readonly #load: Load;

  constructor(files: SiteFiles, scope: string, caches: CacheStorage, load: Load) {
    this.#files = files;
    this.#all = { ...files.shell, ...files.data, ...files.models };
    this.#scope = scope;
    this.#name = `${namesOf(scope)}1`;
    this.#caches = caches;
    this.#load = load;
  }

  /** Fetches what of the shell is not there yet. Rejects, and the worker is not installed, when a file is not the build's. */
  async install(): Promise<void> {
    const cache = await this.#caches.open(this.#name);
    const missing = await this.#missing(cache, Object.keys(this.#files.shell));
    await Promise.all(missing.map((path) => this.#fetchInto(cache, path)));
  }

  /** Removes what this build has no use for: other files, other contents, caches of earlier layouts. */
  async activate(): Promise<void> {
    const names = (await this.#caches.keys()).filter((name) => name.startsWith(namesOf(this.#scope)) && name !== this.#name);
    await Promise.all(names.map((name) => this.#caches.delete(name)));
    const cache = await this.#caches.open(this.#name);
    const wanted = new Set(Object.keys(this.#all).map((path) => this.#key(path)));
    const old = (await cache.keys()).filter(({ url }) => !wanted.has(url));
    await Promise.all(old.map((request) => cache.delete(request)));
  }

  /** Keeps the site's own files among `urls`; one that cannot be had is left out. */
  async keep(urls: readonly string[]): Promise<void> {
    const cache = await this.#caches.open(this.#name);
    const paths = urls.map((url) => this.#pathOf(url)).filter((path) => path !== null).filter((path) => Object.hasOwn(this.#all, path));
    for (const path of await this.#missing(cache, paths)) await this.#fetchInto(cache, path).catch(() => undefined);
  }

  /** Keeps the data that has not been used yet, so that every view works without a network. */
  keepData(): Promise<void> {
    return this.keep(Object.keys(this.#files.data).map((path) => new URL(path, this.#scope).href));
  }

  /**
   * The answer to a request, null when the browser should see to it itself: other origins and folders, Range, anything but GET,
   * and files that this build does not know. `meanwhile` is given the work that goes on after the answer.
   */
  answer(request: Request, meanwhile: (work: Promise<unknown>) => void): Promise<Response> | null {
    const path = this.#pathOf(request.url);
    if (path === null || request.method !== 'GET' || request.headers.has('range')) return null;
    if (request.mode === 'navigate') return path === '' || path === PAGE ? this.#page(request) : null;
    return Object.hasOwn(this.#all, path) ? this.#file(request, path, meanwhile) : null;
  }

  /** The page: the network's, so that a new version is seen at once, else the one that was kept. */
  async #page(request: Request): Promise<Response> {
    const cache = await this.#caches.open(this.#name);
    try {
      const response = await this.#load(request);
      if (response.status === 200) {
        // A page of another build must not get this build's data under the same name: see #file.
        if ((await sha256(await response.clone().arrayBuffer())) === this.#all[PAGE]) await cache.delete(this.#superseded());
        else await cache.put(this.#superseded(), new Response());
      }
      if (response.status < 500) return response;
    } catch {
      // No network: below.
    }
    return (await cache.match(this.#key(PAGE))) ?? Response.error();
  }

  /** A file: the kept one, except that a newer page gets the network's as long as there is one. */
  async #file(request: Request, path: string, meanwhile: (work: Promise<unknown>) => void): Promise<Response> {
    const cache = await this.#caches.open(this.#name);
    const kept = await cache.match(this.#key(path));
    if (kept !== undefined && (path.startsWith(IMMUTABLE) || (await cache.match(this.#superseded())) === undefined)) return kept;
    try {
      const response = await this.#load(request);
      if (response.status === 200 && kept === undefined) {
        const copy = response.clone();
        // Storage may be full: then it is fetched again next time.
        meanwhile(copy.arrayBuffer().then((bytes) => this.#put(cache, path, bytes, copy)).catch(() => undefined));
      }
      return response;
    } catch (error) {
      if (kept !== undefined) return kept;
      throw error;
    }
  }

  async #missing(cache: Cache, paths: readonly string[]): Promise<string[]> {
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    return [...new Set(paths)].filter((path) => !kept.has(this.#key(path)));
  }

  async #fetchInto(cache: Cache, path: string): Promise<void> {
    // The browser's own cache first, past it when it has an older file of this name.
    for (const mode of ['default', 'reload'] as const) {
      const response = await this.#load(new URL(path, this.#scope).href, { cache: mode });
      if (response.status === 200 && (await this.#put(cache, path, await response.arrayBuffer(), response))) return;
    }
    throw new Error(`${path} on the server is not the file that this version of the site was built with`);
  }

  /** Puts a file into the cache if it is the build's; says whether it was. */
  async #put(cache: Cache, path: string, bytes: ArrayBuffer, { headers }: Response): Promise<boolean> {
    if ((await sha256(bytes)) !== this.#all[path]) return false;
    // Fresh headers: the network's may speak of a compression and a length that are gone, or of a redirection.
    const type = headers.get('content-type') ?? 'application/octet-stream';
    await cache.put(this.#key(path), new Response(bytes, { headers: { 'Content-Type': type, 'Content-Length': String(bytes.byteLength) } }));
    return true;
  }

  #key(path: string): string {
    return `${new URL(path, this.#scope).href}?sha256=${this.#all[path] ?? ''}`;
  }

  /** Key of the mark that the network's page is of another build than this worker. */
  #superseded(): string {
    return `${this.#scope}?superseded=${this.#files.version}`;
  }

  /** Path under the root; null for other places, and for addresses with a query, which name no file of ours. */
  #pathOf(address: string): string | null {
    const url = address.split('#')[0] ?? '';
    if (!url.startsWith(this.#scope)) return null;
    const [path = '', query] = url.slice(this.#scope.length).split('?');
    return query === undefined || path === '' || path === PAGE ? path : null;
  }
}

/** How the names of all caches of a place begin; nothing else of ours is stored under such a name. */
function namesOf(scope: string): string {
  return `vlm-explore-site ${scope} `;
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');
}
