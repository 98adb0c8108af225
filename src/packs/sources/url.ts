import { InputError } from '../../core/errors.ts';
import { short } from '../../formats/text.ts';
import type { NetOptions } from '../download/request.ts';
import { fetchWhole, httpSource } from './http.ts';
import { applicationOf, checkPartName, MANIFEST, type PackSource } from './source.ts';
import { zipSource } from './zip.ts';

/**
 * The pack at the address of a folder, of its manifest.json or of a zip; a query stays with every request. A folder is read file by
 * file, a zip by Range. Cookies and referrer are not sent.
 * @throws InputError for an address that is none, has a password or is not http(s); naming the file as `zipSource` and `httpSource`.
 */
export async function urlSource(address: URL, net: NetOptions = {}): Promise<PackSource> {
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    throw new InputError('a pack is read from an https address.', { file: short(address.protocol), fix: 'Download it and open the file.' });
  if (address.username !== '' || address.password !== '')
    throw new InputError('an address with a name or password in it is not read.', { file: short(address.host), fix: 'Give one without.' });
  if (/\.zip$/i.test(address.pathname)) return zipSource(await httpSource(withoutHash(address), fileName(address), net));
  const path = address.pathname.endsWith(`/${MANIFEST}`) ? address.pathname.slice(0, -MANIFEST.length) : address.pathname.replace(/\/?$/, '/');
  const urlOf = (folder: string, name: string): string => {
    checkPartName(name);
    const url = new URL(address);
    url.hash = '';
    url.pathname = folder + name.split('/').map(encodeURIComponent).join('/');
    return url.href;
  };
  const application = applicationOf(path);
  return {
    label: short(`${address.host}${path}`),
    read: async (name, max) => fetchWhole(urlOf(path, name), name, max, net),
    ...(application === null ? {} : { readOfApplication: async (name: string, max: number) => fetchWhole(urlOf(application, name), name, max, net) }),
    range: async (name, byteLength) => httpSource(urlOf(path, name), name, net, byteLength),
  };
}

function withoutHash(address: URL): string {
  const url = new URL(address);
  url.hash = '';
  return url.href;
}

function fileName(address: URL): string {
  return short(`${address.host}/${address.pathname.split('/').at(-1) ?? ''}`);
}
