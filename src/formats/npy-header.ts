import { InputError } from '../core/errors.ts';
import { short } from './text.ts';

/** What an npy header says, before it is judged. */
export interface NpyHeader {
  /** NumPy type string such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

type Literal = string | boolean | readonly number[];

/**
 * Parses the dictionary literal of an npy header. Only the three known keys with a string, True/False and a tuple of natural numbers:
 * never an expression.
 * @throws InputError naming `file` and the key.
 */
export function parseNpyHeader(text: string, file: string): NpyHeader {
  const fields = readDict(text.trim(), file);
  const descr = fields.get('descr');
  const fortranOrder = fields.get('fortran_order');
  const shape = fields.get('shape');
  if (typeof descr !== 'string') throw new InputError('the header has no type string.', { file, field: 'descr' });
  if (typeof fortranOrder !== 'boolean')
    throw new InputError('the header does not say True or False.', { file, field: 'fortran_order' });
  if (!Array.isArray(shape)) throw new InputError('the header has no tuple of natural numbers.', { file, field: 'shape' });
  return { descr, fortranOrder, shape };
}

/** The header text of a C-order array, without padding. */
export function npyHeaderText(descr: string, shape: readonly number[]): string {
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  return `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
}

function readDict(text: string, file: string): Map<string, Literal> {
  const refuse = (): never => {
    throw new InputError('the header is not the dictionary that the npy format asks for.', { file, field: 'header' });
  };
  if (!text.startsWith('{') || !text.endsWith('}')) refuse();
  const fields = new Map<string, Literal>();
  // `key: value` with a trailing comma or the end; sticky, so that anything else in between is refused.
  const pair = /\s*(?:'(\w+)'|"(\w+)")\s*:\s*('[^'\\]*'|"[^"\\]*"|\[.*?\]|True|False|\([\d,\sL]*\))\s*(?:,|$)/y;
  const body = text.slice(1, -1).trimEnd();
  while (pair.lastIndex < body.length) {
    const match = pair.exec(body) ?? refuse();
    const key = match[1] ?? match[2] ?? '';
    if (fields.has(key) || !['descr', 'fortran_order', 'shape'].includes(key)) {
      throw new InputError('the key is unknown or given twice in the header.', { file, field: short(key) });
    }
    const value = literal(match[3] ?? '');
    if (value === null) throw new InputError('the header value cannot be read.', { file, field: key });
    fields.set(key, value);
  }
  return fields;
}

function literal(text: string): Literal | null {
  if (text === 'True' || text === 'False') return text === 'True';
  if (text.startsWith('(')) return tuple(text.slice(1, -1).trim());
  // A list is the descr of a structured array: kept as written, for the message that refuses it.
  return text.startsWith('[') ? text : text.slice(1, -1);
}

/** `(7, 12)`, `(7,)`, `()`; Python 2 wrote `7L`. */
function tuple(body: string): number[] | null {
  if (body === '') return [];
  const parts = body
    .replace(/,$/, '')
    .split(',')
    .map((part) => part.trim().replace(/L$/, ''));
  if (parts.length === 1 && !body.endsWith(',')) return null;
  const axes = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
  return axes.every((axis) => Number.isSafeInteger(axis)) ? axes : null;
}
