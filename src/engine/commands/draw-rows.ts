import { matrix, type Matrix } from '../../core/tensor.ts';
import type { Encoder } from '../../encoders/port.ts';
import { drawItem } from '../../packs/gallery/draw-node.ts';
import type { GalleryItem } from '../../packs/gallery/list.ts';
import type { IconPackage } from '../../packs/gallery/packages-node.ts';
import type { Progress } from '../protocol.ts';

/** Side of the pictures that are embedded: what mini-clip takes, so that nothing is resized. */
export const DRAWN = 64;
/** Pictures drawn and embedded at a time. */
const BATCH = 128;

/** Unit rows `(items, d)` of the drawn pictures, in batches of a fixed size, so that a re-run computes the very same. */
export async function embedDrawings(
  encoder: Encoder,
  items: readonly Pick<GalleryItem, 'package' | 'icon'>[],
  packages: ReadonlyMap<string, IconPackage>,
  onProgress: (progress: Progress) => void,
): Promise<Matrix> {
  const rows = matrix(items.length, encoder.dim);
  for (let done = 0; done < items.length; done += BATCH) {
    onProgress({ phase: 'embed', done, total: items.length, unit: 'items' });
    const drawings = await Promise.all(items.slice(done, done + BATCH).map((item) => drawItem(item, packages, DRAWN)));
    rows.data.set((await encoder.embedImages(drawings)).data, done * encoder.dim);
  }
  return rows;
}
