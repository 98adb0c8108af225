import { InputError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';
import { isSafePath } from '../download/paths.ts';

/** A folder (or a zip) of a repository on the hub. */
export interface HubPack {
  /** Null where it was not said: a pack is looked for among data sets, then among models. */
  readonly kind: 'datasets' | 'models' | null;
  /** `owner/name`. */
  readonly repo: string;
  readonly revision: string;
  /** '' for the whole repository. */
  readonly path: string;
}

/** The hub that `hf:` means. */
export const HUB = 'https://huggingface.co';
const HUB_HOST = /^(?:www\.)?(?:huggingface\.co|hf\.co)$/i;
const NAME = /^(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?$/;
const FIX = 'Write hf:owner/name, hf:owner/name@revision/folder, or the https address of the repository.';

/**
 * Reads `hf:[datasets/|models/]owner/name[@revision][/folder]`, where a slash in the revision is written %2F, and addresses of the hub:
 * a repository, a folder (`tree/…`) or a file (`resolve/…`, `blob/…`) in it. Null for anything else.
 * @throws InputError for what begins so and is no repository, revision or path.
 */
export function parseHubPack(text: string): HubPack | null {
  if (/^hf:/i.test(text)) {
    const { kind, rest } = kindOf(text.slice(3).replace(/^\/+/, '').split('/'), text);
    const [owner = '', last = '', ...path] = rest;
    const [name = '', revision = 'main', more] = last.split('@');
    if (more !== undefined) throw refuse(text);
    return checked(kind, [owner, name], decoded(revision, text), path.map((part) => decoded(part, text)).join('/'), text);
  }
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (!HUB_HOST.test(url.hostname) || !/^https?:$/.test(url.protocol)) return null;
  // From the text: a URL object has resolved `..` already.
  const parts = (text.split('//')[1] ?? '').replace(/[?#].*$/s, '').split('/').slice(1).map((part) => decoded(part, text));
  const { kind, rest } = kindOf(parts, text);
  const [owner = '', name = '', verb, revision = 'main', ...path] = rest;
  const repo = [owner, name] as const;
  if (verb === undefined || verb === '') return checked(kind ?? 'models', repo, 'main', '', text);
  if (!/^(?:tree|blob|resolve|raw)$/.test(verb)) throw refuse(text);
  // The hub writes refs/pr/3 as it is in some addresses.
  const slashes = revision === 'refs' ? 2 : 0;
  return checked(kind ?? 'models', repo, [revision, ...path.slice(0, slashes)].join('/'), path.slice(slashes).join('/'), text);
}

/** Addresses of the pack's folder or zip, in the order in which they are tried. */
export function hubUrls({ kind, repo, revision, path }: HubPack, hub = HUB): URL[] {
  const inside = path.split('/').map(encodeURIComponent).join('/');
  const kinds = kind === null ? (['datasets', 'models'] as const) : [kind];
  // A folder ends in a slash, so that it is not taken for a file.
  const end = path === '' || /\.(?:zip|json)$/i.test(path) ? '' : '/';
  return kinds.map((one) => new URL(`${hub}/${one === 'datasets' ? 'datasets/' : ''}${repo}/resolve/${encodeURIComponent(revision)}/${inside}${end}`));
}

function kindOf(parts: readonly string[], text: string): { kind: HubPack['kind']; rest: readonly string[] } {
  const [first = ''] = parts;
  if (first === 'spaces' || first === 'api') throw refuse(text);
  return first === 'datasets' || first === 'models' ? { kind: first, rest: parts.slice(1) } : { kind: null, rest: parts };
}

function checked(kind: HubPack['kind'], [owner, name]: readonly [string, string], revision: string, path: string, text: string): HubPack {
  if (!NAME.test(owner) || !NAME.test(name)) throw refuse(text);
  const repo = `${owner}/${name}`;
  const folder = path.replace(/\/+$/, '');
  if (!isSafePath(revision) || revision.length > 200) throw new InputError('this is not a revision.', { file: repo, field: short(revision), fix: FIX });
  if (folder !== '' && !isSafePath(folder)) throw new InputError('this is not a path in a repository.', { file: repo, field: short(folder), fix: FIX });
  return { kind, repo, revision, path: folder };
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refuse(text);
  }
}

function refuse(text: string): InputError {
  return new InputError('this is not the address of a repository.', { file: short(text), fix: FIX });
}
