import { matrix, type Matrix } from '../../core/tensor.ts';
import { bytesSource } from '../../formats/byte-source.ts';
import { readEmbeddings } from '../../formats/embeddings.ts';
import { writeNpy } from '../../formats/npy.ts';
import { sha256 } from '../../packs/canonical.ts';
import type { Folder } from '../lab/folder.ts';
import type { ImageInput } from '../protocol.ts';

/** Batches of embeddings that outlive a closed tab. */
export interface KeptBatches {
  read(start: number): Promise<Matrix | null>;
  write(start: number, rows: Matrix): Promise<void>;
  /** The work is done: nothing of it is kept. */
  forget(): Promise<void>;
}

/**
 * What was embedded of these pictures by this model before the page went away: the next try goes on from there. Pictures are told
 * apart by name, size and order.
 */
export async function keptBatches(folder: Folder, encoder: string, images: readonly ImageInput[]): Promise<KeptBatches> {
  const list = [encoder, ...images.map(({ name, blob }) => `${name} ${blob.size}`)].join('\n');
  const place = `embedding/${(await sha256(new TextEncoder().encode(list))).slice(0, 16)}`;
  return {
    async read(start) {
      const path = `${place}/${start}.npy`;
      const bytes = await folder.read(path);
      // A batch that does not read is made again.
      return bytes === null ? null : readEmbeddings(bytesSource(path, bytes)).catch(() => null);
    },
    async write(start, { rows, cols, data }) {
      const copy = matrix(rows, cols, Float32Array.from(data));
      // Without room the work goes on; it only cannot be taken up again.
      await folder.write(`${place}/${start}.npy`, Uint8Array.from(writeNpy({ dtype: 'float32', shape: [rows, cols], data: copy.data }))).catch(() => undefined);
    },
    forget: () => folder.remove(place),
  };
}
