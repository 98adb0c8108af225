import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../../formats/byte-source.ts';
import { short } from '../../formats/text.ts';
import { applicationOf, checkPartName, MANIFEST, refuseLonger, refuseMissing, type PackSource } from './source.ts';

/** A file of a folder or an archive whose files are all known. */
export interface Member {
  readonly byteLength: number;
  read(): Promise<Uint8Array>;
  readonly range: (() => Promise<ByteSource>) | null;
}

/** A manifest is a few kB; each hash and number in it is short. */
export const MAX_MANIFEST = 2 ** 20;
/** Manifests that are looked into to find the pack's among other programs'. */
const MAX_LOOKED_AT = 16;

/**
 * The pack among `members`, which are named by their paths: it lies where its manifest.json is, at the top or in a folder.
 * @throws InputError when a name leaves the folder, or there is no pack, or more than one.
 */
export async function memberSource(label: string, members: ReadonlyMap<string, Member>): Promise<PackSource> {
  for (const name of members.keys()) checkPartName(name);
  const folder = await folderOfPack(label, members);
  const application = applicationOf(folder);
  const find = (path: string): Member => members.get(path) ?? refuseMissing(short(path), label);
  const read = (from: string) => async (name: string, max: number): Promise<Uint8Array> => {
    checkPartName(name);
    const member = find(from + name);
    refuseLonger(name, member.byteLength, max);
    return member.read();
  };
  return {
    label,
    read: read(folder),
    ...(application === null ? {} : { readOfApplication: read(application) }),
    list: () => [...members.keys()].filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length)),
    range: async (name, byteLength) => {
      checkPartName(name);
      const member = find(folder + name);
      refuseLonger(name, member.byteLength, byteLength);
      return member.range === null ? inMemory(name, member) : member.range();
    },
  };
}

async function inMemory(name: string, member: Member): Promise<ByteSource> {
  const bytes = await member.read();
  return { name, byteLength: bytes.length, slice: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

/** Folder of the one manifest that is a pack's, with a slash at its end; '' at the top. */
async function folderOfPack(label: string, members: ReadonlyMap<string, Member>): Promise<string> {
  const found = [...members.keys()].filter((path) => path === MANIFEST || path.endsWith(`/${MANIFEST}`));
  const depth = (path: string): number => path.split('/').length;
  const fix = 'Choose the folder or zip that has a pack’s manifest.json in it.';
  if (found.length === 0) throw new InputError('there is no manifest.json, so this is not a pack.', { file: label, fix });
  const packs: string[] = [];
  // A web site, a browser extension or another tool's folder may have a manifest.json too. One alone is the pack's, or is refused with its own reason.
  for (const path of found.length === 1 ? [] : found.sort((a, b) => depth(a) - depth(b)).slice(0, MAX_LOOKED_AT)) {
    const member = members.get(path);
    if (member === undefined || member.byteLength > MAX_MANIFEST) continue;
    if (new TextDecoder().decode(await member.read()).includes('"vlm-explore-pack"')) packs.push(path);
  }
  const [first = found[0] ?? '', second] = packs;
  if (second !== undefined && depth(second) === depth(first))
    throw new InputError(`there are ${packs.length} packs, such as ${short(first)} and ${short(second)}.`, { file: label, fix: 'Open one of them.' });
  return first.slice(0, first.length - MANIFEST.length);
}
