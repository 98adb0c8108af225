import { InputError } from '../../core/errors.ts';
import type { RgbaImage } from '../images/image.ts';
import { type AlphaMode, MAX_EDGE, type PreprocessConfig } from './config.ts';
import { type RgbRows, resizeWindow, type Window } from './resize.ts';

/** 8-bit RGB `(height, width, 3)`, row-major. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What a model takes: `(3, height, width)` float32, channels first. */
export interface PixelValues {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * A picture as its model wants it, equal to transformers' PIL-based processors: transparency, resize, centre crop, rescale,
 * normalise. Throws InputError (without a file name) when the resized picture would be too large.
 */
export function preprocessImage(image: RgbaImage, config: PreprocessConfig): PixelValues {
  const { width, height, data: rgb } = resizeAndCrop(image, config);
  const plane = width * height;
  const data = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const table = valueTable(config, channel);
    for (let i = 0; i < plane; i++) data[channel * plane + i] = table[rgb[i * 3 + channel] ?? 0] ?? 0;
  }
  return { width, height, data };
}

/** The 8-bit picture after transparency, resize and crop, before any arithmetic on its values. Throws as `preprocessImage`. */
export function resizeAndCrop(image: RgbaImage, config: PreprocessConfig): RgbImage {
  const resized = resizedSize(image, config.resize);
  const { width, height } = config.crop ?? resized;
  if (width * height > MAX_EDGE * MAX_EDGE) {
    throw new InputError(`${image.width} × ${image.height} would become ${width} × ${height} pixels.`, {
      field: 'size',
      fix: 'Crop the picture to a less extreme shape, or choose a model that crops.',
    });
  }
  // transformers' center_crop: the offset is floored, also when it is negative and zeros are padded around the image.
  const left = Math.floor((resized.width - width) / 2);
  const top = Math.floor((resized.height - height) / 2);
  const window: Window = {
    left: Math.max(0, left),
    top: Math.max(0, top),
    width: Math.min(width, resized.width),
    height: Math.min(height, resized.height),
  };
  const visible = resizeWindow(rgbRows(image, config.alpha), resized.width, resized.height, window, config.resample);
  if (window.width === width && window.height === height) return { width, height, data: visible };
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < window.height; y++) {
    const row = visible.subarray(y * window.width * 3, (y + 1) * window.width * 3);
    data.set(row, ((y + Math.max(0, -top)) * width + Math.max(0, -left)) * 3);
  }
  return { width, height, data };
}

/** Size after the resize; the long side is truncated, as `get_resize_output_image_size` of transformers does. */
function resizedSize(image: RgbaImage, resize: PreprocessConfig['resize']): { width: number; height: number } {
  if (resize === undefined) return { width: image.width, height: image.height };
  if ('width' in resize) return { width: resize.width, height: resize.height };
  const short = resize.shortestEdge;
  return image.width <= image.height
    ? { width: short, height: Math.trunc((short * image.height) / image.width) }
    : { width: Math.trunc((short * image.width) / image.height), height: short };
}

/**
 * Rows without transparency. Over white, each 8-bit channel is `round((c·α + 255·(255 − α)) / 255)` on straight values
 * before the resize (never a tie; equal to pasting over white with PIL), so that no dark fringes appear.
 */
function rgbRows(image: RgbaImage, alpha: AlphaMode): RgbRows {
  const { width, height, data } = image;
  const readRow = (y: number, into: Uint8Array): void => {
    let from = y * width * 4;
    for (let to = 0; to < width * 3; to += 3, from += 4) {
      const a = alpha === 'drop' ? 255 : (data[from + 3] ?? 0);
      for (let c = 0; c < 3; c++) {
        const value = data[from + c] ?? 0;
        into[to + c] = a === 255 ? value : Math.round((value * a + 255 * (255 - a)) / 255);
      }
    }
  };
  return { width, height, readRow };
}

/** Float32 value of each 8-bit value, in transformers' order: float64 product, to float32, then float32 arithmetic. */
function valueTable({ rescale, normalise }: PreprocessConfig, channel: number): Float32Array {
  const mean = Math.fround(normalise?.mean[channel] ?? 0);
  const std = Math.fround(normalise?.std[channel] ?? 1);
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = Math.fround(value * (rescale ?? 1));
    return normalise === undefined ? scaled : Math.fround(scaled - mean) / std;
  });
}
