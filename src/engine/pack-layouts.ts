import { rowLayout } from '../core/layout/concept-layout.ts';
import { layoutQuality } from '../core/layout/quality.ts';
import type { Dictionary } from '../core/dictionary.ts';
import { stackRows } from '../core/rows.ts';
import { matrix, type Matrix } from '../core/tensor.ts';
import type { DenseProduct } from '../core/training/dense-product.ts';
import type { Work } from '../core/work.ts';
import type { StoredLayout } from '../packs/layouts.ts';

/** Neighbours by which a layout is judged, as many as UMAP looks at. */
export const JUDGED_NEIGHBOURS = 15;
const SEED = 0;

/** The layouts that a pack carries: UMAP of the atoms, and of images and then texts. */
export async function packLayouts({ c, d, W_dec }: Dictionary, images: Matrix, texts: Matrix, work: Work, product?: DenseProduct): Promise<{ readonly concepts: StoredLayout; readonly samples: StoredLayout }> {
  const placed = async (x: Matrix): Promise<StoredLayout> => {
    const positions = await rowLayout('umap', x, SEED, work, product);
    return { seed: SEED, positions, quality: rounded(await layoutQuality(x, positions, JUDGED_NEIGHBOURS, work)) };
  };
  return { concepts: await placed(matrix(c, d, W_dec)), samples: await placed(stackRows([images, texts], d)) };
}

/** Four decimals: more would say more than a sample knows. */
function rounded({ trustworthiness, continuity, ...rest }: StoredLayout['quality']): StoredLayout['quality'] {
  return { trustworthiness: Number(trustworthiness.toFixed(4)), continuity: Number(continuity.toFixed(4)), ...rest };
}
