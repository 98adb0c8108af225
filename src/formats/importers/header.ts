import { InputError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { asRecord, decodeUtf8, parseStrictJson } from '../json.ts';
import type { Settings } from './importer.ts';

/** Headers have a few hundred bytes. */
const MAX_HEADER = 2 ** 16;
const NEWLINE = 0x0a;

/**
 * Splits a file that is one line of JSON and then a zip archive (saev), whose own offsets count from after that line.
 * Null for anything else, such as a settings file. @throws InputError when the line is not a JSON object.
 */
export async function readHeader(source: ByteSource): Promise<{ readonly header: Settings; readonly rest: ByteSource } | null> {
  const head = await source.slice(0, Math.min(MAX_HEADER, source.byteLength));
  const end = head.indexOf(NEWLINE);
  if (end < 0) return null;
  const start = end + 1;
  const magic = await source.slice(start, Math.min(start + 2, source.byteLength));
  if (magic[0] !== 0x50 || magic[1] !== 0x4b) return null;
  const place = { file: source.name, field: 'header' };
  const values = asRecord(parseStrictJson(decodeUtf8(head.subarray(0, end), place), place));
  if (values === null) throw new InputError('the first line is not a JSON object.', place);
  const rest = { name: source.name, byteLength: source.byteLength - start, slice: (from: number, to: number) => source.slice(start + from, start + to) };
  return { header: { file: source.name, values }, rest };
}
