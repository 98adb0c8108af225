import { InputError } from '../../core/errors.ts';
import { decodeBmp } from './bmp.ts';
import { ByteView, FIX_DAMAGED } from './headers/byte-view.ts';
import { exifOrientation } from './headers/exif.ts';
import { webpExif } from './headers/webp.ts';
import type { RgbaImage } from './image.ts';
import { inspectImage } from './inspect.ts';
import { orientImage } from './orient.ts';
import { readStraightPixels } from './straight-alpha-browser.ts';

/** A picture decoded by the browser. */
export interface BrowserImage extends RgbaImage {
  /**
   * True when the picture is partly transparent and WebGL2 was not to be had: colours under transparent pixels are
   * approximate then (a 2D canvas premultiplies), which matters only to models that drop alpha.
   */
  readonly approximateAlpha: boolean;
}

/** Rows read back at a time, so that a large photo needs one copy of itself and not three. */
const STRIP_PIXELS = 4_000_000;

/**
 * Decodes a picture in a worker: upright (EXIF), first frame only, values as stored (no colour-space conversion), straight
 * alpha. In Chromium bit for bit what `decode-node.ts` gives (see there for AVIF and CMYK). Opaque pictures are read through a 2D canvas; partly
 * transparent ones through a WebGL2 texture, because a 2D canvas destroys the colours under transparent pixels.
 * `name` is used in messages. Throws InputError for whatever `inspectImage` refuses and for data that does not decode.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<BrowserImage> {
  const info = inspectImage(bytes, name);
  if (info.format === 'bmp') return { ...decodeBmp(bytes), approximateAlpha: false };
  const copy = bytes.slice();
  const orientation = info.format === 'webp' ? takeWebpOrientation(copy) : 1;
  const bitmap = await openBitmap(new Blob([copy], { type: info.mime }), name);
  try {
    const { width, height } = bitmap;
    const data = readCanvasPixels(bitmap);
    const approximateAlpha = isTransparent(data) && !readStraightPixels(bitmap, data);
    return { ...orientImage({ width, height, data }, orientation), approximateAlpha };
  } finally {
    bitmap.close();
  }
}

/**
 * EXIF orientation of a WebP, whose EXIF block is then renamed so that no decoder sees it: Chromium 156 ignores it, unlike
 * that of JPEG and PNG, and a browser that heeds it would turn the picture a second time.
 */
function takeWebpOrientation(bytes: Uint8Array): number {
  const exif = webpExif(new ByteView(bytes));
  if (exif === undefined) return 1;
  bytes.set([0x58, 0x58, 0x58, 0x58], exif.start - 8);
  return exifOrientation(bytes.subarray(exif.start, exif.start + exif.length));
}

async function openBitmap(blob: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
      imageOrientation: 'from-image',
    });
  } catch {
    throw new InputError(`this browser cannot decode it (${blob.type}).`, { file: name, fix: FIX_DAMAGED });
  }
}

/** Pixels by way of a 2D canvas, strip by strip; exact where alpha is 255, and alpha itself is exact everywhere. */
function readCanvasPixels(bitmap: ImageBitmap): Uint8ClampedArray<ArrayBuffer> {
  const { width, height } = bitmap;
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_PIXELS / width)));
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no 2D canvas in a worker.');
  const data = new Uint8ClampedArray(width * height * 4);
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    data.set(context.getImageData(0, 0, width, count).data, top * width * 4);
  }
  return data;
}

function isTransparent(data: Uint8ClampedArray): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true;
  return false;
}
