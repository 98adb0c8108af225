import { InputError } from '../../core/errors.ts';
import { refuseFailedDownload } from '../../formats/sniff.ts';
import { avifSize } from './headers/avif.ts';
import { bmpHeader } from './headers/bmp.ts';
import { ByteView, type PixelSize } from './headers/byte-view.ts';
import { gifSize } from './headers/gif.ts';
import { jpegSize } from './headers/jpeg.ts';
import { pngSize } from './headers/png.ts';
import { webpSize } from './headers/webp.ts';

/** Largest picture that is decoded: 64 megapixels, 256 MB of RGBA. */
export const MAX_PIXELS = 64_000_000;
/** Longest side, the limit of JPEG itself; a bound on what one row or column of resampling weights costs. */
export const MAX_SIDE = 65_535;
/** Largest image file that is read. */
export const MAX_IMAGE_BYTES = 128 * 1024 * 1024;

export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'bmp' | 'avif';

/** What a picture's header says, without decoding it. */
export interface ImageInfo extends PixelSize {
  readonly format: ImageFormat;
  readonly mime: string;
}

const SIZES: Readonly<Record<ImageFormat, (view: ByteView) => PixelSize>> = {
  png: pngSize,
  jpeg: jpegSize,
  gif: gifSize,
  webp: webpSize,
  bmp: bmpHeader,
  avif: avifSize,
};

const FIX_FORMAT = 'Use a PNG, JPEG, GIF, WebP, BMP or AVIF file.';

/**
 * Recognises a picture by its content, never by its name, and checks that it is whole and of a reasonable size. Called
 * before any decoder, in Node and in the browser, so that the page and the CLI accept the same files. Width and height
 * are as stored, before EXIF orientation.
 *
 * Throws InputError, naming `name`, for: empty or too large files, SVG, HTML, text, Git LFS pointers, other formats, zero
 * size, more than MAX_PIXELS or MAX_SIDE, truncated or damaged files.
 */
export function inspectImage(bytes: Uint8Array, name: string): ImageInfo {
  const view = new ByteView(bytes);
  try {
    if (bytes.length > MAX_IMAGE_BYTES) {
      throw new InputError(`over the limit of ${MAX_IMAGE_BYTES / 2 ** 20} MB for an image file.`, {
        field: 'file size',
        fix: 'Save a smaller copy.',
      });
    }
    const format = recognise(view, name);
    const { width, height } = SIZES[format](view);
    checkSize(width, height);
    return { format, mime: `image/${format}`, width, height };
  } catch (error) {
    throw error instanceof InputError ? error.inFile(name) : error;
  }
}

function checkSize(width: number, height: number): void {
  const place = { field: 'size', fix: 'Save a smaller copy.' };
  if (width === 0 || height === 0) {
    throw new InputError(`${width} × ${height} pixels: nothing to see.`, { field: 'size', fix: 'Export the picture again.' });
  }
  if (width > MAX_SIDE || height > MAX_SIDE) throw new InputError(`${width} × ${height} pixels, longer than ${MAX_SIDE} on a side.`, place);
  if (width * height > MAX_PIXELS) {
    throw new InputError(`${width} × ${height} pixels, over the limit of ${MAX_PIXELS / 1e6} megapixels.`, place);
  }
}

function recognise(view: ByteView, name: string): ImageFormat {
  const start = view.ascii(0, 16);
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'gif';
  if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return 'webp';
  if (start.startsWith('BM')) return 'bmp';
  if (start.startsWith('ftyp', 4)) return isoBrand(view);
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) throw new InputError('a TIFF or raw photo.', { fix: FIX_FORMAT });
  const text = view.ascii(0, 1024);
  if (/^(\xef\xbb\xbf)?\s*<(svg|\?xml|!--|!doctype svg)/i.test(text) && /<svg/i.test(text)) {
    throw new InputError('an SVG drawing, which can carry scripts and is not opened.', { fix: 'Export it as PNG.' });
  }
  refuseFailedDownload(name, view.bytes.subarray(0, 64));
  throw new InputError('not an image that can be read.', { fix: FIX_FORMAT });
}

/** The brands of an ISO media file decide: AVIF, HEIC (which browsers cannot decode) or a film. */
function isoBrand(view: ByteView): ImageFormat {
  const brands = view.ascii(8, Math.min(view.u32(0, 'file type'), 256) - 8);
  if (/avi[fs]/.test(brands)) return 'avif';
  const what = /hei[cxms]|hev[cx]|mif1/.test(brands) ? 'a HEIC photo' : 'a film';
  throw new InputError(`${what}, which browsers cannot decode as an image.`, { fix: 'Export it as JPEG or PNG.' });
}
