import { deflateSync, Inflate } from 'fflate';
import { InputError } from '../errors.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { crc32 } from '../crc32.ts';
import { MAX_INFLATED_BYTES, MAX_PAYLOAD_LENGTH } from './limits.ts';
import { readReadout, writeReadout } from './readout-v1.ts';
import type { Readout } from '../readout.ts';

/*
 * A payload is base64url of: version byte, body, CRC-32 of both. Version and checksum stay outside the compression, so that
 * damage is told from a newer version, and both are seen before anything is inflated. They keep their places in later versions.
 */
const VERSION = 1;
const HEADER_BYTES = 1;
const CHECKSUM_BYTES = 4;
/** Compressed bytes inflated at a time. Deflate expands at most 1032-fold, so a bomb is noticed within half a megabyte. */
const INFLATE_STEP = 512;

/**
 * Permalink payload of a readout: sparse codes with 16-bit values, cosines, neighbours and texts, never pixels or embeddings.
 * Throws InputError when the readout is more than a link carries (`limits.ts`).
 */
export function encodeReadout(readout: Readout): string {
  const out = new ByteWriter();
  out.u8(VERSION);
  out.raw(deflateSync(writeReadout(readout), { level: 9 }));
  out.u32(crc32(out.finish()));
  const payload = toBase64Url(out.finish());
  if (payload.length > MAX_PAYLOAD_LENGTH) {
    throw new InputError(`the link would be ${payload.length} characters long; ${MAX_PAYLOAD_LENGTH} is the most`, { fix: 'Remove some probes first.' });
  }
  return payload;
}

/** The readout in a permalink payload. Throws InputError, and nothing else, whatever the payload. */
export function decodeReadout(payload: string): Readout {
  if (payload.length > MAX_PAYLOAD_LENGTH) throw damaged(`it is ${payload.length} characters long; ${MAX_PAYLOAD_LENGTH} is the most`);
  const bytes = fromBase64Url(payload);
  const body = bytes.length - CHECKSUM_BYTES;
  if (body < HEADER_BYTES) throw damaged('it ends too early');
  if (new ByteReader(bytes.subarray(body)).u32() !== crc32(bytes.subarray(0, body))) throw damaged('its checksum does not fit');
  const version = bytes[0] ?? 0;
  if (version !== VERSION) {
    throw new InputError(`the link has format version ${version}, and this page reads version ${VERSION}`, { fix: 'Open it with the page that made it.' });
  }
  return readReadout(inflateBounded(bytes.subarray(HEADER_BYTES, body)));
}

/** What decoding the payload of a readout gives; a fixed point. Show this, so that the page and its link have the same numbers. */
export function quantiseReadout(readout: Readout): Readout {
  return readReadout(writeReadout(readout));
}

/** Inflates raw deflate data, at most `MAX_INFLATED_BYTES`; throws InputError when it is damaged or larger. */
function inflateBounded(data: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  let size = 0;
  const inflate = new Inflate((chunk) => {
    size += chunk.length;
    if (size > MAX_INFLATED_BYTES) throw damaged('it unpacks to more than a link can carry');
    out.raw(chunk);
  });
  try {
    for (let at = 0; at < data.length || at === 0; at += INFLATE_STEP) {
      inflate.push(data.subarray(at, at + INFLATE_STEP), at + INFLATE_STEP >= data.length);
    }
  } catch (error) {
    throw error instanceof InputError ? error : damaged('it cannot be unpacked');
  }
  return out.finish();
}

function damaged(why: string): InputError {
  return new InputError(`the link is damaged: ${why}`, { fix: 'Copy the whole link again.' });
}
