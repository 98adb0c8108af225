import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** What the first bytes of a file say it is. */
export type Container = 'zip' | 'json' | 'safetensors' | 'unknown';

/**
 * Recognises a container by its first bytes, never by its name.
 * @throws InputError when the file is empty, a web page or a Git LFS pointer: the usual results of a failed download.
 */
export async function sniff(source: ByteSource): Promise<Container> {
  const head = await source.slice(0, Math.min(64, source.byteLength));
  refuseFailedDownload(source.name, head);
  if (head[0] === 0x50 && head[1] === 0x4b) return 'zip';
  if (head[0] === 0x7b) return 'json';
  return head.length >= 9 && head[8] === 0x7b ? 'safetensors' : 'unknown';
}

/** @throws InputError when `head`, the first bytes of a file, is nothing, HTML or a Git LFS pointer. */
export function refuseFailedDownload(file: string, head: Uint8Array): void {
  if (head.length === 0) throw new InputError('the file is empty.', { file, fix: 'Download it again.' });
  const text = new TextDecoder().decode(head.subarray(0, 64)).trimStart().toLowerCase();
  if (text.startsWith('version https://git-lfs'))
    throw new InputError('this is a Git LFS pointer, not the file itself.', {
      file,
      fix: 'Run "git lfs pull", or download the file itself.',
    });
  if (text.startsWith('<!doctype') || text.startsWith('<html'))
    throw new InputError('this is a web page, not the file itself.', {
      file,
      fix: 'Download the file itself; it may need a login.',
    });
}
