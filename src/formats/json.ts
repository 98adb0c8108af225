import { InputError, type ErrorPlace } from '../core/errors.ts';
import { short } from './text.ts';

/** Nesting beyond this is no settings file, and a recursive reader of it could overflow its stack. */
const MAX_DEPTH = 64;

/**
 * JSON.parse that also refuses what it lets through silently: a key given twice in one object, and deep nesting.
 * Keys such as `__proto__` become plain own properties, as in JSON.parse; go through `Object.entries` or `Object.hasOwn`.
 * @throws InputError at `place`.
 */
export function parseStrictJson(text: string, place: ErrorPlace): unknown {
  refuseDeepOrDoubled(text, place);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputError('the text is not valid JSON.', place);
  }
}

/** Decodes UTF-8 strictly. @throws InputError at `place` on invalid bytes. */
export function decodeUtf8(bytes: Uint8Array, place: ErrorPlace): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new InputError('the text is not valid UTF-8.', place);
  }
}

/** A parsed JSON value as an object of own keys, or `null` when it is something else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/**
 * Walks the tokens once, before JSON.parse sees them; whatever is not JSON is left for JSON.parse to refuse.
 * By hand and not by a regular expression: those are quadratic on a string that never ends.
 */
function refuseDeepOrDoubled(text: string, place: ErrorPlace): void {
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) throw new InputError(`the JSON is nested more than ${MAX_DEPTH} deep.`, place);
    } else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(text, i);
      const keys = open.at(-1);
      if (keys && isKey(text, end)) {
        const key = plainKey(text.slice(i, end));
        if (keys.has(key)) throw new InputError(`the key "${short(key)}" is given twice.`, place);
        keys.add(key);
      }
      i = end - 1;
    }
  }
}

/** Position after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

function isKey(text: string, from: number): boolean {
  let i = from;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}

function plainKey(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
