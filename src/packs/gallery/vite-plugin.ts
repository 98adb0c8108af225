import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { attribution } from './attribution-node.ts';
import { ensureSprites, openSprites, readGallery, sheetName, type SpriteCache } from './sprites-node.ts';

const SPRITES = 'packs/gallery/sprites';
const ATTRIBUTION = 'packs/gallery/attribution.json';

/** A file that the plugin answers with. */
interface Served {
  readonly type: string;
  readonly body: Uint8Array | string;
}

/**
 * Serves (dev) and emits (build) the gallery's sprite sheets and credits, drawn from the installed icon packages:
 * `packs/gallery/sprites/sheet-NN.webp` and `packs/gallery/attribution.json`. Third-party pictures are never committed.
 */
export function galleryAssets(): Plugin {
  let root = process.cwd();
  let cache: Promise<SpriteCache> | undefined;

  const credits = async (): Promise<string> => JSON.stringify(await attribution(root, await readGallery(root)), null, 1);

  /** What answers `url` (without query), or null when it is not ours. */
  async function answer(url: string): Promise<Served | null> {
    if (url.endsWith(`/${ATTRIBUTION}`)) return { type: 'application/json', body: await credits() };
    const sheet = /\/packs\/gallery\/sprites\/sheet-(\d\d)\.webp$/.exec(url)?.[1];
    if (sheet === undefined) return null;
    cache ??= openSprites(root);
    const sprites = await cache;
    // A sheet takes half a second to draw: the one that the page asks for does not wait for the others.
    return Number(sheet) < sprites.sheets ? { type: 'image/webp', body: await readFile(await sprites.sheet(Number(sheet))) } : null;
  }

  return {
    name: 'gallery-assets',
    configResolved(config) {
      root = config.root;
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        answer((request.url ?? '').split('?')[0] ?? '')
          .then((served) => {
            if (served === null) {
              next();
              return;
            }
            response.setHeader('Content-Type', served.type);
            response.setHeader('Cache-Control', 'no-cache');
            response.end(served.body);
          })
          .catch((error: unknown) => {
            // The next request tries again: `npm ci` may have put the packages there.
            cache = undefined;
            next(error);
          });
      });
    },
    async generateBundle() {
      let quarter = 0;
      const sprites = await ensureSprites(root, (done, total) => {
        const now = Math.floor((4 * done) / total);
        if (now > quarter) process.stderr.write(`gallery sprites: ${done} of ${total} pictograms\n`);
        quarter = now;
      });
      for (let n = 0; n < sprites.sheets; n++) {
        this.emitFile({ type: 'asset', fileName: `${SPRITES}/${sheetName(n)}`, source: await readFile(await sprites.sheet(n)) });
      }
      this.emitFile({ type: 'asset', fileName: ATTRIBUTION, source: await credits() });
    },
  };
}
