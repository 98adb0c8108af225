import { InputError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';
import { isSafePath } from './paths.ts';

/** A repository of models at one of its revisions, on the hub or a server that speaks the hub's URLs. */
export interface HubAddress {
  /** `https://huggingface.co`, or another server with the folder it serves from; no slash at the end. */
  readonly base: string;
  /** `owner/name`. */
  readonly repo: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

const HUB = 'https://huggingface.co';
const FIX = 'Write owner/name, owner/name@revision, or the https address of the repository.';
/** The hub's own rules: letters, digits, `-`, `_`, `.`; neither `--` nor `..`; `-` and `.` not at the ends; 96 at most. */
const NAME = /^(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$/;
const REVISION = /^(?!.*(?:\.\.|\/\/))[A-Za-z0-9_](?:[A-Za-z0-9_./-]{0,198}[A-Za-z0-9_-])?$/;

/**
 * Reads what a person types or pastes: `owner/name`, `owner/name@revision`, `huggingface.co/owner/name`, the https address of a
 * repository, of its tree at a revision, or of a file in it; on any host that speaks the hub's URLs, also from a folder of that host.
 * Plain http is taken from this machine alone. The revision is `main` unless given.
 * @throws InputError for anything else: other schemes, passwords, queries, datasets, paths that climb.
 */
export function parseHubAddress(text: string): HubAddress {
  const typed = text.trim();
  if (typed.length === 0 || typed.length > 500 || /[\s\\\p{C}]/u.test(typed)) throw refuse(typed);
  if (/^[a-z][a-z0-9+.-]*:/i.test(typed)) return parseUrl(typed, typed);
  if (/^(?:www\.)?(?:huggingface\.co|hf\.co)\//i.test(typed)) return parseUrl(`https://${typed}`, typed);
  return withRevision(HUB, typed.split('/', 2), typed.split('/').slice(2), typed);
}

/** URL of a file: `{base}/{repo}/resolve/{revision}/{path}`. @throws InputError for a path that is none. */
export function hubFileUrl(at: HubAddress, path: string): string {
  if (!isSafePath(path)) throw new InputError('this is not a path in a repository.', { file: at.repo, field: short(path) });
  return `${at.base}/${at.repo}/resolve/${encodeURIComponent(at.revision)}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** URL of the list of all files: `{base}/api/models/{repo}/tree/{revision}?recursive=true`. */
export function hubListingUrl(at: HubAddress): string {
  return `${at.base}/api/models/${at.repo}/tree/${encodeURIComponent(at.revision)}?recursive=true`;
}

/** Name under which the store keeps a file: host, folder, repository, revision and path, so that no two files share one. */
export function hubStoreName(at: HubAddress, path: string): string {
  const host = at.base.slice(at.base.indexOf('//') + 2).replace(/[:[\]]/g, '_');
  return `${host}/${at.repo}/${encodeURIComponent(at.revision)}/${path}`;
}

function parseUrl(address: string, typed: string): HubAddress {
  // A URL object makes `https:///a/b` and `https:a/b` the host a.
  if (!/^[a-z]+:\/\/[^/]/i.test(address)) throw refuse(typed);
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw refuse(typed);
  }
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!safe) throw new InputError('only https addresses are read.', { file: short(typed), fix: FIX });
  if (url.username !== '' || url.password !== '')
    throw new InputError('an address with a name or password in it is not read.', { file: short(url.host), fix: FIX });
  if (/[?#]/.test(address)) throw new InputError('an address with a query or fragment is not a repository.', { file: short(typed), fix: FIX });
  // From the text: a URL object has resolved `..` already.
  const raw = address.slice(address.indexOf('//') + 2).split('/').slice(1);
  const parts = raw.at(-1) === '' ? raw.slice(0, -1) : raw;
  if (parts.some((part) => part === '' || /^(?:\.|%2e){1,2}$/i.test(part))) throw refuse(typed);

  const hub = /^(?:www\.)?(?:huggingface\.co|hf\.co)$/.test(url.hostname);
  if (hub && /^(?:datasets|spaces|api|models|docs)$/.test(parts[0] ?? ''))
    throw new InputError('this is no repository of models.', { file: short(typed), fix: FIX });
  const verb = parts.findIndex((part, i) => i >= 2 && /^(?:tree|resolve|blob)$/.test(part));
  const repoEnd = verb === -1 ? parts.length : verb;
  if (repoEnd < 2 || (hub && repoEnd > 2)) throw refuse(typed);
  const folder = hub ? [] : parts.slice(0, repoEnd - 2);
  if (!folder.every((part) => /^[A-Za-z0-9._~-]+$/.test(part))) throw refuse(typed);
  const base = hub ? HUB : [url.origin, ...folder].join('/');
  const repo = parts.slice(repoEnd - 2, repoEnd);
  if (verb === -1) return withRevision(base, repo, [], typed);
  return checked(base, repo, revisionIn(parts.slice(verb + 1), typed), typed);
}

/** The revision at the start of what follows `tree/`; `refs/pr/3` has slashes, which the hub writes as %2F or as they are. */
function revisionIn(rest: readonly string[], typed: string): string {
  try {
    return decodeURIComponent(rest[0] === 'refs' ? rest.slice(0, 3).join('/') : (rest[0] ?? ''));
  } catch {
    throw refuse(typed);
  }
}

/** `name@revision` as the last part, where the revision may have slashes. */
function withRevision(base: string, repo: readonly string[], rest: readonly string[], typed: string): HubAddress {
  const [owner = '', last = ''] = repo;
  const at = last.indexOf('@');
  if (at === -1) {
    if (rest.length > 0) throw refuse(typed);
    return checked(base, [owner, last], 'main', typed);
  }
  return checked(base, [owner, last.slice(0, at)], [last.slice(at + 1), ...rest].join('/'), typed);
}

function checked(base: string, [owner = '', name = '']: readonly string[], revision: string, typed: string): HubAddress {
  if (!NAME.test(owner) || !NAME.test(name) || name.endsWith('.git')) throw refuse(typed);
  if (!REVISION.test(revision)) throw new InputError('this is not a revision.', { file: `${owner}/${name}`, field: short(revision), fix: FIX });
  return { base, repo: `${owner}/${name}`, revision };
}

/** True for this machine's own names, where plain http harms nobody. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function refuse(typed: string): InputError {
  return new InputError('this is not the address of a repository.', { file: typed === '' ? undefined : short(typed), fix: FIX });
}
