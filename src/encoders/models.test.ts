import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../core/errors.ts';
import { knownModel } from './models.ts';

const FILE = 'm/config.json';
const clip = { model_type: 'clip', _name_or_path: 'openai/clip-vit-base-patch32', projection_dim: 512, text_config: { max_position_embeddings: 77 } };

function fieldOf(config: unknown): string | undefined {
  try {
    knownModel(config, FILE);
  } catch (error) {
    if (error instanceof InputError && error.place.file === FILE) return error.place.field ?? '(none)';
    throw error;
  }
  return undefined;
}

describe('knownModel', () => {
  it('knows mini-clip: transparency over white, texts of 32 tokens cut plainly', () => {
    const config: unknown = JSON.parse(readFileSync('models/mini-clip/config.json', 'utf8'));
    expect(knownModel(config, FILE)).toMatchObject({ family: 'clip', dim: 256, alpha: 'white', text: { maxTokens: 32, keepLast: false } });
  });

  it('treats any other CLIP as transformers does: transparency dropped, the end token kept', () => {
    expect(knownModel(clip, FILE)).toMatchObject({ dim: 512, alpha: 'drop', text: { maxTokens: 77, keepLast: true } });
    expect(knownModel({ ...clip, _name_or_path: undefined }, FILE).alpha).toBe('drop');
  });

  it('takes no name from the prototype', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) expect(knownModel({ ...clip, _name_or_path: name }, FILE).alpha).toBe('drop');
  });

  it('falls back to the defaults of CLIPConfig', () => {
    expect(knownModel({ model_type: 'clip' }, FILE)).toMatchObject({ dim: 512, text: { maxTokens: 77 } });
  });

  it('names the field that does not fit', () => {
    expect(fieldOf(null)).toBe('(none)');
    expect(fieldOf([])).toBe('(none)');
    expect(fieldOf({})).toBe('model_type');
    expect(fieldOf({ ...clip, model_type: 'siglip' })).toBe('model_type');
    expect(fieldOf({ ...clip, model_type: { toString: null } })).toBe('model_type');
    for (const projection_dim of [0, -1, 2.5, 1e9, '512', NaN]) expect(fieldOf({ ...clip, projection_dim })).toBe('projection_dim');
    expect(fieldOf({ ...clip, text_config: { max_position_embeddings: 1e9 } })).toBe('text_config.max_position_embeddings');
  });
});
