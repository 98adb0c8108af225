import { crc32 } from '../../core/crc32.ts';
import { invariant } from '../../core/errors.ts';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** The header chunk comes first and is always this long: 13 bytes between length and type, and the checksum. */
const HEADER_END = SIGNATURE.length + 8 + 13 + 4;

/**
 * A PNG with a text chunk more, right behind its header (PNG specification, 11.3.3.2 tEXt): `keyword`, a zero byte, `text`, both
 * in Latin-1 without zero bytes; a keyword has 1 to 79 characters.
 */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  invariant(SIGNATURE.every((byte, at) => png[at] === byte) && png.length > HEADER_END, 'a PNG begins with its signature and header');
  invariant(/^[ -~]{1,79}$/u.test(keyword) && Array.from(text).every((character) => character > '\0' && character <= 'ÿ'), 'a text chunk is Latin-1 without zero bytes');
  const chunk = chunkOf('tEXt', latin1(`${keyword}\0${text}`));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, HEADER_END));
  out.set(chunk, HEADER_END);
  out.set(png.subarray(HEADER_END), HEADER_END + chunk.length);
  return out;
}

/** Length, type, data, and the CRC-32 of type and data; numbers big-endian. */
function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(latin1(type), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
