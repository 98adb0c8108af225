import { InputError } from '../core/errors.ts';
import { asRecord } from '../formats/json.ts';
import type { RgbaImage } from './images/image.ts';

/** Cosine that a tower must reach on its stored input. */
export const SELF_TEST_COSINE = 0.999;

/** Stored inputs and the vectors that the uncompressed model gives for them (models/mini-clip/selftest.json). */
export interface SelfTest {
  readonly image: { readonly picture: RgbaImage; readonly embedding: Float32Array };
  readonly text: { readonly text: string; readonly ids: readonly number[]; readonly embedding: Float32Array };
}

const MAX_SIDE = 1024;

/** Reads `selftest.json`, whose path is `file`, for a model of dimension `dim`. Throws InputError naming the field. */
export function parseSelfTest(json: unknown, file: string, dim: number): SelfTest {
  const root = asRecord(json) ?? {};
  const image = asRecord(root['image']) ?? {};
  const text = asRecord(root['text']) ?? {};
  const words = text['text'];
  if (typeof words !== 'string') throw new InputError('is not a text.', { file, field: 'text.text' });
  const whole = (x: number): boolean => Number.isInteger(x) && x >= 0;
  return {
    image: { picture: parsePicture(image, file), embedding: Float32Array.from(numbers(image['embedding'], file, 'image.embedding', dim)) },
    text: {
      text: words,
      ids: numbers(text['ids'], file, 'text.ids', undefined, whole),
      embedding: Float32Array.from(numbers(text['embedding'], file, 'text.embedding', dim)),
    },
  };
}

/** `width`, `height` and `rgb`: base64 of `(height, width, 3)` bytes. */
function parsePicture(image: Readonly<Record<string, unknown>>, file: string): RgbaImage {
  const { width, height, rgb } = image;
  const bad = (field: string): InputError => new InputError('is not what a stored picture needs.', { file, field: `image.${field}` });
  if (!isSide(width)) throw bad('width');
  if (!isSide(height)) throw bad('height');
  if (typeof rgb !== 'string' || rgb.length !== width * height * 4) throw bad('rgb');
  let bytes: string;
  try {
    bytes = atob(rgb);
  } catch {
    throw bad('rgb');
  }
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) data[pixel * 4 + c] = bytes.charCodeAt(pixel * 3 + c);
  }
  return { width, height, data };
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_SIDE;
}

function numbers(value: unknown, file: string, field: string, length?: number, valid: (x: number) => boolean = Number.isFinite): number[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    throw new InputError(`is not a list of ${length ?? ''} numbers.`, { file, field });
  }
  return value.map((x: unknown) => {
    if (typeof x !== 'number' || !valid(x)) throw new InputError('is not a list of numbers.', { file, field });
    return x;
  });
}
