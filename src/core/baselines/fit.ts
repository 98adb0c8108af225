import { fitKmeans } from './kmeans.ts';
import { fitPca } from './pca.ts';
import { checkFit } from './prepare.ts';
import { fitSemiNmf } from './semi-nmf.ts';
import { invariant } from '../errors.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix } from '../tensor.ts';
import type { BaselineMethod, Method, Recipe } from '../training/recipe.ts';
import type { Work } from '../work.ts';

type Fit = (recipe: Recipe, rows: Matrix, work: Work) => Promise<Dictionary>;

const FITS: Readonly<Record<BaselineMethod, Fit>> = { pca: fitPca, kmeans: fitKmeans, 'semi-nmf': fitSemiNmf };

/** Whether a method is fitted by `fitBaseline`, not trained by gradient descent. */
export function isBaseline(method: Method): method is BaselineMethod {
  return method in FITS;
}

/**
 * Fits the baseline `recipe.method` to the embeddings `rows` `(n, d)` and returns it as a canonical dictionary, which may have
 * fewer concepts than `recipe.concepts`; its `notes` say what it is and what was left out. The same recipe and rows give the same
 * bits; the atoms do not depend on `k`. Throws InputError for a value that is not finite (naming the row), no rows, or sizes that
 * do not go together, and rejects with CancelledError when `work` does.
 */
export async function fitBaseline(recipe: Recipe, rows: Matrix, work: Work): Promise<Dictionary> {
  invariant(isBaseline(recipe.method), `${recipe.method} is not a baseline`);
  checkFit(recipe, rows);
  return FITS[recipe.method](recipe, rows, work);
}
