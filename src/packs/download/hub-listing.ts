import * as v from 'valibot';
import { InputError } from '../../core/errors.ts';
import { asRecord, parseStrictJson } from '../../formats/json.ts';
import { short } from '../../formats/text.ts';
import { hubFileUrl, hubListingUrl, hubStoreName, type HubAddress } from './hub.ts';
import { isSafePath } from './paths.ts';
import { getText, type NetOptions } from './request.ts';
import type { DownloadFile } from './transfer.ts';

/** One file of a repository, as the hub lists it. */
export interface HubFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of a large file; null for a small one, which git keeps. */
  readonly sha256: string | null;
  /** Name of git's object: SHA-1 of "blob SIZE\0" and the content. A large file's is that of the note that git keeps in its place. */
  readonly gitOid: string;
}

const MAX_FILES = 100_000;
/** A page of the hub holds 1,000 files. */
const MAX_PAGES = 200;
const MAX_PAGE_BYTES = 16 * 2 ** 20;

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const entrySchema = v.object({
  type: v.literal('file'),
  path: v.pipe(v.string(), v.check(isSafePath, 'this is not a path in a repository')),
  size: bytes,
  oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a git object has 40 lower-case hex digits')),
  lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^(?:sha256:)?[0-9a-f]{64}$/, 'a SHA-256 has 64 lower-case hex digits')), size: bytes })),
});

/**
 * Reads one page of the hub's list of files; folders are left out.
 * @param file what messages call it.
 * @throws InputError for anything that is not such a list, names a file twice, or a path that leaves the repository.
 */
export function parseHubListing(text: string, file: string): HubFile[] {
  const parsed = parseStrictJson(text, { file });
  const error = asRecord(parsed)?.['error'];
  if (typeof error === 'string') throw new InputError(`the server says: ${short(error)}`, { file });
  if (!Array.isArray(parsed)) throw new InputError('this is not a list of files.', { file });
  if (parsed.length > MAX_FILES) throw new InputError(`more than ${MAX_FILES} files are listed.`, { file });
  const files = parsed.flatMap((entry: unknown, i) => {
    if (asRecord(entry)?.['type'] === 'directory') return [];
    const read = v.safeParse(entrySchema, entry);
    if (!read.success) {
      const issue = read.issues[0];
      throw new InputError(short(issue.message, 200), { file, field: [`[${i}]`, v.getDotPath(issue)].filter((part) => part !== null).join('.') });
    }
    const { path, size, oid, lfs } = read.output;
    return [{ path, size: lfs?.size ?? size, sha256: lfs?.oid.replace('sha256:', '') ?? null, gitOid: oid }];
  });
  refuseDoubles(files, file);
  return files;
}

/**
 * All files of a repository, page after page.
 * @throws InputError when there is no such repository or revision, when it may not be read, or when the server does not answer as the hub does; CancelledError.
 */
export async function fetchHubListing(at: HubAddress, options: NetOptions = {}): Promise<HubFile[]> {
  const files: HubFile[] = [];
  let url: string | null = hubListingUrl(at);
  for (let page = 0; url !== null; page++) {
    if (page === MAX_PAGES) throw new InputError(`the list of files has more than ${MAX_PAGES} pages.`, { file: at.repo });
    const { text, link } = await getText(url, at.repo, MAX_PAGE_BYTES, options);
    for (const file of parseHubListing(text, at.repo)) files.push(file);
    if (files.length > MAX_FILES) throw new InputError(`more than ${MAX_FILES} files are listed.`, { file: at.repo });
    url = nextPage(link, url, at);
  }
  refuseDoubles(files, at.repo);
  return files;
}

/** What `download` needs to fetch a listed file. */
export function hubDownload(at: HubAddress, { path, size, sha256, gitOid }: HubFile): DownloadFile {
  return { url: hubFileUrl(at, path), name: hubStoreName(at, path), size, sha256, gitOid: sha256 === null ? gitOid : null };
}

function refuseDoubles(files: readonly HubFile[], file: string): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw new InputError('the file is listed twice.', { file, field: short(path) });
    seen.add(path);
  }
}

/** The address of the next page in a `Link` header; it has to stay with the same list on the same server. */
function nextPage(link: string | null, current: string, at: HubAddress): string | null {
  const target = /<([^<>]{1,4000})>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const list = new URL(hubListingUrl(at));
  const next = URL.canParse(target, current) ? new URL(target, current) : null;
  if (next?.origin !== list.origin || next.pathname !== list.pathname)
    throw new InputError('the list of files goes on at another address, which is not followed.', { file: at.repo, field: short(target) });
  return next.href;
}
