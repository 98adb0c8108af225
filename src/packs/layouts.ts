import * as v from 'valibot';
import { IntegrityError } from '../core/errors.ts';
import type { LayoutQuality } from '../core/layout/quality.ts';
import { bytesSource } from '../formats/byte-source.ts';
import { readNpy, writeNpy } from '../formats/npy.ts';
import { toFloat32 } from '../formats/tensor.ts';

/** A layout that a pack carries: UMAP of its concepts' atoms, or of its images and then its texts. */
export interface StoredLayout {
  readonly seed: number;
  /** `(n, 2)` in [-1, 1]; NaN where a point has no place. */
  readonly positions: Float32Array;
  readonly quality: LayoutQuality;
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 24));

/** What a manifest says of a layout: everything but the points. */
export const layoutSchema = v.strictObject({
  seed: count,
  quality: v.strictObject({ trustworthiness: share, continuity: share, k: count, judged: count, of: count }),
});

/** The points as a float32 npy file. */
export function storeLayout(positions: Float32Array): Uint8Array {
  return writeNpy({ dtype: 'float32', shape: [positions.length / 2, 2], data: positions });
}

/** Reads the points of `n` items. @throws InputError or IntegrityError naming the file when they are not `(n, 2)` numbers near [-1, 1]. */
export async function parseLayout(bytes: Uint8Array, file: string, n: number): Promise<Float32Array> {
  const array = await readNpy(bytesSource(file, bytes));
  if (array.shape.join() !== `${String(n)},2`) throw new IntegrityError(`shape (${array.shape.join(', ')}) instead of (${n}, 2).`, { file, field: 'shape' });
  const positions = toFloat32(array);
  const beyond = positions.findIndex((value) => Math.abs(value) > 1.001);
  if (beyond >= 0) throw new IntegrityError(`point ${beyond >> 1} lies outside of [-1, 1].`, { file });
  return positions;
}
