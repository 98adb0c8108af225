import { InputError } from '../errors.ts';
import { fewerNote, SOURCE } from './assemble.ts';
import { eigenWork, symmetricEigen } from './eigen.ts';
import { Meter } from './meter.ts';
import { columnMeans } from './prepare.ts';
import { addGram, mirrorLower, transpose } from './products.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix } from '../tensor.ts';
import type { Recipe } from '../training/recipe.ts';
import type { Work } from '../work.ts';

/** Rows that enter the covariance together. */
const BLOCK = 128;
/** Widest embedding: the covariance and the eigenvectors take 2·d² float64, 256 MB here. */
const MOST_DIMENSIONS = 4096;
/** Directions with a smaller share of the first one's variance are rounding of the float32 rows. */
const NEGLIGIBLE_VARIANCE = 1e-12;

/**
 * PCA as a dictionary: the m = c/2 principal directions v of `rows` `(n, d)`, each as the two atoms +v (concept 2i) and −v
 * (2i + 1), descending in variance; `b_pre` = `b_dec` = data mean. The scores of ±v are each other's negative, so TopK after ReLU
 * keeps exactly the k scores of largest magnitude: L0 is k, and with k ≥ m the reconstruction is PCA's own of rank m, the best
 * there is (Eckart and Young). m is at most d and n − 1, and directions without variance are left out; `notes` say so.
 * `recipe.init`, `epochs` and `seed` do not matter. Throws InputError for embeddings of more than 4096 dimensions.
 */
export async function fitPca(recipe: Recipe, rows: Matrix, work: Work): Promise<Dictionary> {
  const d = rows.cols;
  if (d > MOST_DIMENSIONS) {
    throw new InputError(`PCA needs the covariance of all pairs of ${d} dimensions, and ${MOST_DIMENSIONS} dimensions are the most`, { field: 'method', fix: 'Choose another method.' });
  }
  const meter = new Meter(work, (rows.rows * d * d) / 2 + eigenWork(d));
  const mean = await columnMeans(rows, meter);
  const covariance = await covarianceOf(rows, mean, meter);
  const { values, vectors } = await symmetricEigen(covariance, d, meter);
  const m = directions(recipe.concepts, rows, values);
  meter.finish();

  const c = 2 * m;
  const W_dec = new Float32Array(c * d);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < d; j++) {
      const value = vectors[i * d + j] ?? 0;
      W_dec[2 * i * d + j] = value;
      W_dec[(2 * i + 1) * d + j] = -value;
    }
  }
  const W_enc = new Float32Array(c * d);
  transpose(W_dec, c, d, W_enc);
  const bias = Float32Array.from(mean);
  return {
    d,
    c,
    W_enc,
    b_enc: new Float32Array(c),
    W_dec,
    b_dec: bias,
    b_pre: bias,
    act: { kind: 'topk', k: recipe.k, relu: true },
    norm: { kind: 'none' },
    notes: notes(recipe, m),
    source: SOURCE,
  };
}

/** Covariance `(d, d)` of `rows` about `mean`, divided by n. */
async function covarianceOf(rows: Matrix, mean: Float64Array, meter: Meter): Promise<Float64Array> {
  const d = rows.cols;
  const covariance = new Float64Array(d * d);
  const block = new Float64Array(d * BLOCK);
  for (let start = 0; start < rows.rows; start += BLOCK) {
    const size = Math.min(BLOCK, rows.rows - start);
    for (let r = 0; r < size; r++) {
      const at = (start + r) * d;
      for (let j = 0; j < d; j++) block[j * size + r] = (rows.data[at + j] ?? 0) - (mean[j] ?? 0);
    }
    await addGram(block.subarray(0, d * size), d, size, covariance, meter);
  }
  mirrorLower(covariance, d);
  return covariance.map((sum) => sum / rows.rows);
}

/** Number of directions: half the concepts, as far as there are dimensions, rows and variance; at least one. */
function directions(concepts: number, rows: Matrix, variances: Float64Array): number {
  const largest = variances[0] ?? 0;
  const varying = variances.reduce((count, variance) => count + (variance > NEGLIGIBLE_VARIANCE * largest ? 1 : 0), 0);
  return Math.max(1, Math.min(Math.floor(concepts / 2), rows.cols, rows.rows - 1, varying));
}

function notes({ concepts, k }: Recipe, m: number): string[] {
  return [
    'PCA: each principal direction is two atoms, +v and −v; TopK keeps the k scores of largest magnitude.',
    ...fewerNote(concepts, 2 * m, 'two for each principal direction that the rows have'),
    ...(k > m ? [`k is ${k}, and with ${m} directions no more than ${m} codes of a row are active.`] : []),
  ];
}
