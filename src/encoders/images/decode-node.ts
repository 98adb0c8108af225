import sharp, { type Sharp } from 'sharp';
import { InputError } from '../../core/errors.ts';
import { decodeBmp } from './bmp.ts';
import { FIX_DAMAGED } from './headers/byte-view.ts';
import type { RgbaImage } from './image.ts';
import { inspectImage, MAX_PIXELS } from './inspect.ts';

/**
 * Decodes a picture in Node: upright (EXIF; an invalid orientation counts as 1), first frame only, values as stored (ICC
 * and gamma ignored, as PIL does), 16 bits cut to the high byte, greyscale and palette as RGB, straight alpha with the
 * colours under transparent pixels kept. PNG, JPEG, WebP, BMP and opaque GIF give bit for bit what PIL gives, and what
 * `decode-browser.ts` gives in Chromium. Exceptions: transparent GIF pixels are black in both, AVIF with subsampled chroma is
 * interpolated differently by libheif, and Chromium is one level off for CMYK and rounds the colours of transparent AVIF pixels.
 * `name` is used in messages. Throws InputError for whatever `inspectImage` refuses and for data that does not decode.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbaImage> {
  const info = inspectImage(bytes, name);
  if (info.format === 'bmp') return decodeBmp(bytes);
  try {
    // `error`, not sharp's stricter default: a harmless warning (a known-wrong colour profile, say) stops no other reader.
    const picture = sharp(bytes, { failOn: 'error', ignoreIcc: true, autoOrient: true, limitInputPixels: MAX_PIXELS });
    const { space } = await picture.metadata();
    return space === 'cmyk' ? await decodeCmyk(picture) : await decodeRgba(picture);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').at(-1) : String(error);
    throw new InputError(`does not decode as ${info.format.toUpperCase()} (${reason}).`, { file: name, fix: FIX_DAMAGED });
  }
}

async function decodeRgba(picture: Sharp): Promise<RgbaImage> {
  const { data, info } = await picture.ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength) };
}

/** CMYK without its profile, as PIL and browsers convert it: `(255 − C)·(255 − K)/255`. libvips would use a press profile. */
async function decodeCmyk(picture: Sharp): Promise<RgbaImage> {
  const raw = picture.pipelineColourspace('cmyk').toColourspace('cmyk').raw({ depth: 'uchar' });
  const { data: cmyk, info } = await raw.toBuffer({ resolveWithObject: true });
  const data = new Uint8ClampedArray(cmyk.length).fill(255);
  for (let at = 0; at < cmyk.length; at += 4) {
    const light = 255 - (cmyk[at + 3] ?? 0);
    for (let c = 0; c < 3; c++) data[at + c] = Math.round(((255 - (cmyk[at + c] ?? 0)) * light) / 255);
  }
  return { width: info.width, height: info.height, data };
}
