import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { drawItem, DRAWING } from './draw-node.ts';
import { loadIconPackages, packageVersions, type IconPackage } from './packages-node.ts';
import { parseGallery, type GalleryItem } from './list.ts';

/** Side of a cell in pixels. */
const CELL = 96;
/** Cells per row and per column of a sheet. */
const PER_ROW = 16;
const PER_SHEET = PER_ROW * PER_ROW;
const WEBP = { quality: 82, alphaQuality: 90, effort: 4 } as const;

/** Where the gallery's list lives in a project. */
const GALLERY_LIST = 'models/gallery/gallery.jsonl';

/** The sprite sheets of a gallery, drawn when first asked for and kept on disk. */
export interface SpriteCache {
  readonly dir: string;
  readonly sheets: number;
  /** Number of pictograms in all. */
  readonly items: number;
  /** Path of sheet `n` (0 … sheets − 1), once it is drawn. */
  readonly sheet: (n: number) => Promise<string>;
}

/** File name of sheet `n`; item i is cell `i & 255` (row-major, 16 a row) of sheet `i >> 8`. */
export function sheetName(n: number): string {
  return `sheet-${String(n).padStart(2, '0')}.webp`;
}

/** Key of the cache: changes with the list, the packages' versions, the framing, the renderer and the encoding. */
export function spritesKey(items: readonly GalleryItem[]): string {
  const versions = [...packageVersions(items)].map(([name, version]) => `${name}@${version}`).sort();
  const drawn = items.map((item) => `${item.package} ${item.icon}`);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([DRAWING, CELL, PER_ROW, WEBP, sharp.versions.webp ?? '', versions, drawn]));
  return hash.digest('hex').slice(0, 16);
}

/** Reads the gallery's list of the project at `root`. @throws InputError naming the line and field. */
export async function readGallery(root: string): Promise<GalleryItem[]> {
  return parseGallery(await readFile(path.join(root, GALLERY_LIST), 'utf8'), GALLERY_LIST);
}

/**
 * Opens the sprite cache of the project at `root`, `.cache/sprites/<key>/`; nothing is drawn yet. A sheet is written under
 * another name and renamed last, so that a killed or a parallel run leaves nothing half done.
 * @throws InputError when the list is missing or broken; `sheet` throws InputError or IntegrityError when a package is.
 */
export async function openSprites(root: string): Promise<SpriteCache> {
  const items = await readGallery(root);
  const dir = path.join(root, '.cache/sprites', spritesKey(items));
  await mkdir(dir, { recursive: true });
  const inFlight = new Map<number, Promise<string>>();
  let packages: Promise<Map<string, IconPackage>> | undefined;

  async function draw(n: number): Promise<string> {
    const file = path.join(dir, sheetName(n));
    if (await exists(file)) return file;
    packages ??= loadIconPackages(root, items);
    const bytes = await drawSheet(items.slice(n * PER_SHEET, (n + 1) * PER_SHEET), await packages);
    const part = `${file}.${process.pid}.part`;
    await writeFile(part, bytes);
    await rename(part, file);
    return file;
  }

  return {
    dir,
    sheets: Math.ceil(items.length / PER_SHEET),
    items: items.length,
    sheet: (n) => {
      const pending = inFlight.get(n) ?? draw(n).finally(() => inFlight.delete(n));
      inFlight.set(n, pending);
      return pending;
    },
  };
}

/**
 * Draws every sheet of the gallery of the project at `root` that the cache lacks; a second run is instant.
 * `onProgress` counts pictograms.
 * @throws InputError or IntegrityError when the list or a package is missing, of another version, or broken.
 */
export async function ensureSprites(root: string, onProgress: (done: number, total: number) => void = () => undefined): Promise<SpriteCache> {
  const sprites = await openSprites(root);
  for (let n = 0; n < sprites.sheets; n++) {
    await sprites.sheet(n);
    onProgress(Math.min(sprites.items, (n + 1) * PER_SHEET), sprites.items);
  }
  return sprites;
}

/** One sheet as WebP with alpha; cells beyond the last item stay transparent. */
async function drawSheet(items: readonly GalleryItem[], packages: ReadonlyMap<string, IconPackage>): Promise<Uint8Array> {
  const side = CELL * PER_ROW;
  const pixels = new Uint8ClampedArray(side * side * 4);
  const drawings = await Promise.all(items.map((item) => drawItem(item, packages, CELL)));
  for (const [cell, { data }] of drawings.entries()) {
    const left = (cell % PER_ROW) * CELL;
    const top = Math.floor(cell / PER_ROW) * CELL;
    for (let y = 0; y < CELL; y++) {
      pixels.set(data.subarray(y * CELL * 4, (y + 1) * CELL * 4), ((top + y) * side + left) * 4);
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 4 } }).webp(WEBP).toBuffer();
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}
