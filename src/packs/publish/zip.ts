import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { InputError } from '../../core/errors.ts';
import type { PublishedFile } from './publish.ts';

/** Beyond this a zip needs 64-bit fields, which are not written. */
const MAX_BYTES = 2 ** 32 - 2 ** 22;
const MAX_FILES = 2 ** 16 - 1;

/**
 * Files as a zip, piece by piece, the same bytes each time. What is packed already, and all numbers, are stored as they are, so that a
 * pack in a zip is read by Range as from a folder; texts are deflated.
 * @throws InputError when they are more than a zip without 64-bit fields holds (4 GB, 65 535 files).
 */
export async function* zipFiles(files: AsyncIterable<PublishedFile> | Iterable<PublishedFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, piece) => {
    // The types promise a null where there is none.
    if (error instanceof Error) failures.push(error);
    else pieces.push(piece);
  });
  let bytes = 0;
  let count = 0;
  for await (const file of files) {
    bytes += file.bytes.length;
    count += 1;
    if (bytes > MAX_BYTES || count > MAX_FILES) throw new InputError('the pack is too large for a zip.', { file: file.name, fix: 'Publish it as a folder.' });
    const member = /\.(?:json|md|cff)$/.test(file.name) ? new ZipDeflate(file.name, { level: 6 }) : new ZipPassThrough(file.name);
    // Local time, because that is what zip stores.
    member.mtime = new Date(1980, 0, 1);
    zip.add(member);
    member.push(file.bytes, true);
    yield* taken(pieces, failures);
  }
  zip.end();
  yield* taken(pieces, failures);
}

function* taken(pieces: Uint8Array[], failures: readonly Error[]): Generator<Uint8Array> {
  const [failure] = failures;
  if (failure !== undefined) throw failure;
  yield* pieces.splice(0);
}
