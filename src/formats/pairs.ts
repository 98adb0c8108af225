import { InputError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeUtf8 } from './json.ts';

/** More than this is no list of pairs that a person or a tool would write. */
const MAX_BYTES = 1 << 30;

/**
 * A list of matched pairs: one `image,text` a line, row numbers from 0; a header line and empty lines are skipped.
 * @returns image and text numbers in turn `(2·pairs)`.
 * @throws InputError naming the line when it is no pair, or names a row that is not there.
 */
export async function readPairs(source: ByteSource, images: number, texts: number): Promise<Uint32Array> {
  const file = source.name;
  if (source.byteLength > MAX_BYTES) throw new InputError(`${source.byteLength} bytes are too many for a list of pairs.`, { file });
  const lines = decodeUtf8(await source.slice(0, source.byteLength), { file }).split(/\r?\n/u);
  const pairs: number[] = [];
  for (const [n, line] of lines.entries()) {
    const field = `line ${n + 1}`;
    const text = line.trim();
    if (text === '' || (n === 0 && /^[a-z_ "]+[,;\t][a-z_ "]+$/iu.test(text))) continue;
    const [, a, b] = /^(\d{1,10})\s*[,;\t]\s*(\d{1,10})$/u.exec(text) ?? [];
    if (a === undefined || b === undefined) {
      throw new InputError('this is no pair of row numbers.', { file, field, fix: 'Write one pair a line: image row, comma, text row; rows count from 0.' });
    }
    for (const [number, count, what] of [[Number(a), images, 'image'], [Number(b), texts, 'text']] as const) {
      if (number >= count) throw new InputError(`there is no ${what} row ${number}: there are ${count}, counted from 0.`, { file, field, fix: 'Use the list that belongs to these embeddings.' });
    }
    pairs.push(Number(a), Number(b));
  }
  if (pairs.length === 0) throw new InputError('there is no pair in it.', { file });
  return Uint32Array.from(pairs);
}
