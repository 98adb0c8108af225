import { InputError } from '../core/errors.ts';
import { asRecord } from '../formats/json.ts';

/** A model's tokenizer. */
export interface Tokenizer {
  /** Token ids with the model's special tokens, neither cut nor padded. */
  encode(text: string): readonly number[];
  /** What short rows are filled up with. */
  readonly padId: number;
}

/**
 * Wraps a transformers.js tokenizer, whose file is `file`. Throws InputError when it has no padding token; `encode` throws
 * InputError when a text comes out as anything but token ids (a vocabulary without an unknown-token).
 */
export function wrapTokenizer(call: (text: string) => unknown, padId: unknown, file: string): Tokenizer {
  if (!isId(padId)) throw new InputError('has no padding token.', { file, field: 'pad_token' });
  return {
    padId,
    encode: (text) => {
      const ids: unknown = asRecord(call(text))?.['input_ids'];
      if (!Array.isArray(ids) || !ids.every(isId)) throw new InputError(`has no tokens for "${text.slice(0, 80)}".`, { file });
      return ids;
    },
  };
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
