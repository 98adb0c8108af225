import type { Manifest } from './schema.ts';

/** JSON with sorted keys, so that equal values are equal bytes. `indent` as in JSON.stringify. */
export function canonicalJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_key, part: unknown) => (isObject(part) ? sorted(part) : part), indent);
}

/** SHA-256 of `bytes` as 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Content hash of a pack: SHA-256 of its canonical manifest, which names the hash of everything else. Links carry 12 digits. */
export async function packHash(manifest: Manifest): Promise<string> {
  return sha256(new TextEncoder().encode(canonicalJson(manifest)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
