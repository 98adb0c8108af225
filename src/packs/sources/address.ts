import { InputError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';
import type { NetOptions } from '../download/request.ts';
import { HUB, hubUrls, parseHubPack } from './hub.ts';
import { MAX_MANIFEST } from './members.ts';
import { MANIFEST, type PackSource } from './source.ts';
import { urlSource } from './url.ts';

/** How an address is read. */
export interface AddressOptions extends NetOptions {
  /** What a relative address is relative to, e.g. the page's own. */
  readonly base?: string | undefined;
  /** A server that speaks the hub's URLs, in place of the hub. */
  readonly hub?: string | undefined;
}

const MAX_ADDRESS = 2000;

/**
 * The pack that a link's `pack=` or a person names: the address of a folder, of a manifest.json or of a zip, or a repository of the hub
 * (`hf:owner/name[@revision][/folder]`, or its https address).
 * @throws InputError naming the address, and as `urlSource`.
 */
export async function addressSource(text: string, options: AddressOptions = {}): Promise<PackSource> {
  const address = text.trim();
  const fix = 'Give the https address of a folder, of a manifest.json or of a zip, or hf:owner/name.';
  if (address === '' || address.length > MAX_ADDRESS || /[\s\p{C}\\]/u.test(address)) throw new InputError('this is not the address of a pack.', { file: short(address), fix });
  const inHub = parseHubPack(address);
  if (inHub !== null) return firstOf(hubUrls(inHub, options.hub ?? HUB), options);
  // A URL object resolves `..`; whoever wrote it meant to leave a folder.
  if (/(?:^|[/\\])(?:\.|%2e){2}(?:[/\\?#]|$)/i.test(address)) throw new InputError('an address with “..” in it is not read.', { file: short(address), fix });
  if (!URL.canParse(address, options.base)) throw new InputError('this is not the address of a pack.', { file: short(address), fix });
  return urlSource(new URL(address, options.base), options);
}

/** The first address that has a pack; the first one's failure where none has. */
async function firstOf(addresses: readonly URL[], options: AddressOptions): Promise<PackSource> {
  const [first, ...others] = addresses;
  if (first === undefined) throw new InputError('this is not the address of a pack.');
  if (others.length === 0) return urlSource(first, options);
  let failure: unknown = null;
  for (const address of addresses) {
    try {
      const source = await urlSource(address, options);
      await source.read(MANIFEST, MAX_MANIFEST);
      return source;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failure ??= error;
    }
  }
  throw failure instanceof Error ? failure : new InputError('no pack is there.', { file: short(first.href) });
}
