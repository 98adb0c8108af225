import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InputError } from '../core/errors.ts';
import { parseSelfTest } from './self-test.ts';

const good = {
  image: { width: 2, height: 1, rgb: btoa('\u0001\u0002\u0003\u00fd\u00fe\u00ff'), embedding: [0, 1] },
  text: { text: 'x', ids: [2, 3], embedding: [1, 0] },
};

function fieldOf(json: unknown): string | undefined {
  try {
    parseSelfTest(json, 'f', 2);
  } catch (error) {
    if (error instanceof InputError && error.place.file === 'f') return error.place.field;
    throw error;
  }
  return 'none';
}

describe('parseSelfTest', () => {
  it('reads picture, tokens and vectors', () => {
    const { image, text } = parseSelfTest(good, 'f', 2);
    expect([...image.picture.data]).toEqual([1, 2, 3, 255, 253, 254, 255, 255]);
    expect(text).toEqual({ text: 'x', ids: [2, 3], embedding: new Float32Array([1, 0]) });
  });

  it('reads the one that ships, whose vectors have length 1', () => {
    const { image, text } = parseSelfTest(JSON.parse(readFileSync('models/mini-clip/selftest.json', 'utf8')), 'f', 256);
    expect(image.picture).toMatchObject({ width: 64, height: 64 });
    for (const { embedding } of [image, text]) expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
  });

  it('names the field that is wrong', () => {
    const { image, text } = good;
    expect(fieldOf(null)).toBe('text.text');
    expect(fieldOf({ image })).toBe('text.text');
    expect(fieldOf({ ...good, image: { ...image, width: 1e9 } })).toBe('image.width');
    expect(fieldOf({ ...good, image: { ...image, height: 0 } })).toBe('image.height');
    expect(fieldOf({ ...good, image: { ...image, rgb: 'AAAA' } })).toBe('image.rgb');
    expect(fieldOf({ ...good, image: { ...image, rgb: '********' } })).toBe('image.rgb');
    expect(fieldOf({ ...good, image: { ...image, embedding: [1] } })).toBe('image.embedding');
    expect(fieldOf({ ...good, text: { ...text, embedding: [1, null] } })).toBe('text.embedding');
    expect(fieldOf({ ...good, text: { ...text, ids: [1, -1] } })).toBe('text.ids');
    expect(fieldOf({ ...good, text: { ...text, ids: '23' } })).toBe('text.ids');
  });
});
