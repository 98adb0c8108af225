import sharp from 'sharp';
import { InputError } from '../../core/errors.ts';
import type { GalleryItem } from './list.ts';
import type { IconPackage } from './packages-node.ts';

/** Straight-alpha RGBA pixels, row-major, 4 bytes a pixel. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Space around a pictogram: the square view box is this much larger than its longer side. */
const MARGIN = 1.06;

/** Names everything that decides a pixel besides the packages, for cache keys. */
export const DRAWING = `margin ${String(MARGIN)}, centred, #000, sharp ${sharp.versions.sharp}, rsvg ${sharp.versions.rsvg ?? '?'}`;

/**
 * The SVG of a gallery item at `size` px. The framing is that of the pictures mini-clip was trained on: centred in a
 * square view box 1.06 times the longer side, `currentColor` black, Iconify's own defaults (16 units) where a set says nothing.
 * @throws InputError when the package has no such icon.
 */
function svgOf(item: Pick<GalleryItem, 'package' | 'icon'>, from: IconPackage, size: number): string {
  const icon = Object.hasOwn(from.icons.icons, item.icon) ? from.icons.icons[item.icon] : undefined;
  if (icon === undefined) throw new InputError('the package has no such icon', { file: item.package, field: item.icon });
  const width = icon.width ?? from.icons.width ?? 16;
  const height = icon.height ?? from.icons.height ?? 16;
  const side = Math.max(width, height) * MARGIN;
  const box = [(icon.left ?? 0) - (side - width) / 2, (icon.top ?? 0) - (side - height) / 2, side, side].join(' ');
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return `<svg ${namespaces} color="#000" width="${String(size)}" height="${String(size)}" viewBox="${box}">${icon.body}</svg>`;
}

/**
 * Draws a gallery item as `size`×`size` straight-alpha RGBA on a transparent ground (librsvg, through sharp).
 * @throws InputError when the package is not loaded or has no such icon.
 */
export async function drawItem(item: Pick<GalleryItem, 'package' | 'icon'>, packages: ReadonlyMap<string, IconPackage>, size: number): Promise<Drawing> {
  const from = packages.get(item.package);
  if (from === undefined) throw new InputError('the package is not loaded', { file: item.package });
  const svg = new TextEncoder().encode(svgOf(item, from, size));
  const { data, info } = await sharp(svg).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  if (info.width !== size || info.height !== size || info.channels !== 4) {
    throw new InputError(`drew ${String(info.width)}×${String(info.height)}`, { file: item.package, field: item.icon });
  }
  return { width: size, height: size, data: new Uint8ClampedArray(data) };
}
