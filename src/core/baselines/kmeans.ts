import { Random } from '../random.ts';
import { fewerNote, pursuitDictionary, unitAtoms } from './assemble.ts';
import { lloyd } from './lloyd.ts';
import { Meter } from './meter.ts';
import { miniBatchKmeans } from './minibatch.ts';
import { biasOf, lessBias } from './prepare.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix } from '../tensor.ts';
import type { Recipe } from '../training/recipe.ts';
import type { Work } from '../work.ts';

/** Most rows that Lloyd's iterations see all of. */
const LLOYD_ROWS = 16_384;

/**
 * k-means as a dictionary: the atoms are the centroids of `rows` `(n, d)` (less the data mean where `init.bias` is `mean`) at unit
 * norm; codes are residual coding by matching pursuit on them, k steps, so that k = 1 is the one best direction with a gain.
 * Up to 16 384 rows: k-means++ and at most `epochs` of Lloyd's iterations. Beyond, mini-batch k-means that visits `epochs` times
 * 16 384 rows in batches of `batch`. Fewer concepts than asked for where fewer rows differ.
 */
export async function fitKmeans(recipe: Recipe, rows: Matrix, work: Work): Promise<Dictionary> {
  const { concepts, epochs, batch, k, seed } = recipe;
  const random = new Random(seed);
  const seedRows = Math.min(rows.rows, Math.max(LLOYD_ROWS, 4 * concepts));
  const visits = epochs * Math.min(rows.rows, LLOYD_ROWS);
  const meter = new Meter(work, (visits + seedRows) * concepts * rows.cols);
  const bias = await biasOf(recipe, rows, meter);
  const data = await lessBias(rows, bias, meter);
  const whole = rows.rows <= LLOYD_ROWS;
  const centroids = whole
    ? (await lloyd(data, concepts, epochs, random, meter)).centroids
    : await miniBatchKmeans(data, concepts, { batch, visits, seedRows }, random, meter);
  meter.finish();
  const found = unitAtoms(centroids, rows.cols);
  return pursuitDictionary(found, bias, { kind: 'mp', k }, [
    `k-means: atoms are unit centroids of the rows${recipe.init.bias === 'mean' ? ' less their mean' : ''}; codes are residual coding by matching pursuit, k steps.`,
    ...(whole ? [] : [`Mini-batch k-means on ${rows.rows} rows, ${visits} visits.`]),
    ...fewerNote(concepts, found.c, 'only so many clusters of different rows were found'),
  ]);
}
