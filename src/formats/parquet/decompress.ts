import { Gunzip } from 'fflate';
import { decompressBrotli, decompressZstd } from 'hyparquet-compressors';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { InputError, type ErrorPlace } from '../../core/errors.ts';
import { unpackLz4 } from './lz4.ts';

/** Names of `CompressionCodec` in parquet.thrift. */
const CODECS = ['uncompressed', 'Snappy', 'gzip', 'LZO', 'Brotli', 'LZ4', 'Zstandard', 'LZ4_RAW'];
/** Real pages shrink less than 20 to 1; small ones may be anything. */
const MAX_RATIO = 200;
const SMALL = 2 ** 20;
/** Packed bytes inflated at a time, so that a bomb is seen before it goes off. */
const PIECE = 2048;

/** What unpacks each codec into a buffer of the size that the page says; all of them throw when it is not exactly that. */
const UNPACK: Readonly<Record<number, (packed: Uint8Array, out: Uint8Array) => void>> = { 0: copy, 1: snappyUncompress, 2: gunzip, 4: brotli, 6: zstd, 7: unpackLz4 };

/** Refuses, before anything is read, what `decompress` does not know. @throws InputError. */
export function checkCodec(codec: number, place: ErrorPlace): void {
  if (UNPACK[codec] === undefined) throw new InputError(`columns packed with ${CODECS[codec] ?? `codec ${codec}`} are not read.`, { ...place, fix: 'Write the file again with compression Snappy, gzip or none.' });
}

/** Unpacks one page to exactly `size` bytes. @throws InputError when it is damaged, or grows beyond all reason. */
export function decompress(codec: number, packed: Uint8Array, size: number, place: ErrorPlace): Uint8Array {
  if (size > SMALL && size > packed.length * MAX_RATIO) throw new InputError(`${packed.length} bytes claim to unpack to ${size}: this looks like a bomb.`, place);
  const out = new Uint8Array(size);
  try {
    UNPACK[codec]?.(packed, out);
  } catch {
    throw new InputError('the packed bytes of a page are damaged.', { ...place, fix: 'Copy the file again.' });
  }
  return out;
}

function copy(packed: Uint8Array, out: Uint8Array): void {
  if (packed.length !== out.length) throw new Error('another size');
  out.set(packed);
}

function brotli(packed: Uint8Array, out: Uint8Array): void {
  copy(decompressBrotli(packed, out.length), out);
}

/** Writes into `out`, and throws where it is too small. */
function zstd(packed: Uint8Array, out: Uint8Array): void {
  if (decompressZstd(packed, out).length !== out.length) throw new Error('another size');
}

/** Throws when there are more or fewer bytes than `out` has room for. */
function gunzip(packed: Uint8Array, out: Uint8Array): void {
  let filled = 0;
  const stream = new Gunzip((chunk) => {
    if (filled + chunk.length > out.length) throw new Error('too long');
    out.set(chunk, filled);
    filled += chunk.length;
  });
  for (let at = 0; at < packed.length; at += PIECE) stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
  if (filled !== out.length) throw new Error('too short');
}
