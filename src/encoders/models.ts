import { InputError } from '../core/errors.ts';
import { asRecord } from '../formats/json.ts';
import type { Dtype } from './port.ts';
import type { AlphaMode } from './preprocess/config.ts';

/** What the adapter has to know about a model beyond its files. */
export interface KnownModel {
  /** Layout of the two towers and their inputs and outputs. */
  readonly family: 'clip';
  /** Embedding dimension d. */
  readonly dim: number;
  /** Transparency: transformers' processors drop it, mini-clip was trained over white. */
  readonly alpha: AlphaMode;
  readonly text: TextRules;
  /** Weights to try, in this order. */
  readonly dtypes: readonly Dtype[];
}

/** How texts become rows of token ids. */
export interface TextRules {
  /** Rows are cut to this many tokens. */
  readonly maxTokens: number;
  /** Cutting keeps the last token: CLIP reads the embedding off the end token, and is lost without it. */
  readonly keepLast: boolean;
}

/** Where a model differs from its family; keyed by `_name_or_path`. */
const EXCEPTIONS: Readonly<Record<string, { readonly alpha: AlphaMode; readonly keepLast: boolean }>> = {
  // Trained on drawings over white; texts pooled over all tokens and cut plainly, the end token with them (training/texts.py).
  'mini-clip': { alpha: 'white', keepLast: false },
};
const CLIP = { alpha: 'drop', keepLast: true } as const;

/**
 * Reads a transformers `config.json`, whose path is `file`. Throws InputError naming the field when the model is no CLIP or
 * a number that we need is missing or absurd.
 */
export function knownModel(config: unknown, file: string): KnownModel {
  const root = asRecord(config);
  if (root === null) throw new InputError('is not a JSON object.', { file });
  const type = root['model_type'];
  if (type !== 'clip') {
    throw new InputError(typeof type === 'string' ? `models of type "${type.slice(0, 80)}" are not supported.` : 'is missing.', {
      file,
      field: 'model_type',
      fix: 'Use a CLIP model in the layout of transformers.js.',
    });
  }
  const name = root['_name_or_path'];
  const own = typeof name === 'string' && Object.hasOwn(EXCEPTIONS, name) ? EXCEPTIONS[name] : undefined;
  const { alpha, keepLast } = own ?? CLIP;
  const text = asRecord(root['text_config']) ?? {};
  return {
    family: 'clip',
    dim: count(root['projection_dim'] ?? 512, 16_384, file, 'projection_dim'),
    alpha,
    text: { maxTokens: count(text['max_position_embeddings'] ?? 77, 4096, file, 'text_config.max_position_embeddings'), keepLast },
    dtypes: ['q8', 'fp16', 'fp32'],
  };
}

function count(value: unknown, max: number, file: string, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= max) return value;
  throw new InputError(`is not a whole number from 1 to ${max}.`, { file, field });
}
