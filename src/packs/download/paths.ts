import { InputError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';

/** Endings of what lies beside a finished file. */
const PART = '.part';
const STATE = '.state.json';
/** The longest name that file systems take is 255 bytes; an ending is added to it. */
const MAX_SEGMENT = 200;
const MAX_PATH = 1024;

/** True for a relative path with forward slashes that stays in its folder: no `..`, no root, backslash or control character. */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || path.length > MAX_PATH || /[\\\p{Cc}\p{Cs}]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && new TextEncoder().encode(part).length <= MAX_SEGMENT);
}

/** Lets a name into the store. @throws InputError for one that leaves its folder, that some system cannot have, or that ends as our own notes do. */
export function checkName(name: string): void {
  if (!isSafePath(name) || /[:*?"<>|]/.test(name)) throw new InputError('this is not a file name that can be stored.', { file: short(name) });
  if (name.endsWith(PART) || name.endsWith(STATE))
    throw new InputError(`names ending in ${PART} or ${STATE} are kept for downloads in progress.`, { file: short(name) });
}

/** Where the bytes of an unfinished file are. */
export function partOf(name: string): string {
  return name + PART;
}

/** Where the notes on a file are. */
export function stateOf(name: string): string {
  return name + STATE;
}

/** The file that `stored` is, or belongs to. */
export function ownerOf(stored: string): { name: string; kind: 'file' | 'part' | 'state' } {
  if (stored.endsWith(STATE + PART)) return { name: stored.slice(0, -(STATE + PART).length), kind: 'state' };
  if (stored.endsWith(PART)) return { name: stored.slice(0, -PART.length), kind: 'part' };
  if (stored.endsWith(STATE)) return { name: stored.slice(0, -STATE.length), kind: 'state' };
  return { name: stored, kind: 'file' };
}
