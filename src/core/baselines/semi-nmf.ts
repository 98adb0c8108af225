import { InputError } from '../errors.ts';
import { Random } from '../random.ts';
import { fewerNote, pursuitDictionary, unitAtoms } from './assemble.ts';
import { Factors, updateWork } from './factors.ts';
import { lloyd, lloydWork } from './lloyd.ts';
import { Meter } from './meter.ts';
import { biasOf, lessBias, pickRows, takeRows } from './prepare.ts';
import type { Dictionary } from '../dictionary.ts';
import type { Matrix } from '../tensor.ts';
import type { Recipe } from '../training/recipe.ts';
import type { Work } from '../work.ts';

/** Entries of Z that are fitted at once (64 MB), unless that leaves fewer than `ROWS_PER_CONCEPT` rows a concept. */
const MOST_CODES = 2 ** 24;
const ROWS_PER_CONCEPT = 4;
/** ZᵀZ of as many concepts takes 128 MB, and their codes 256 MB. */
const MOST_CONCEPTS = 4096;
/** Lloyd's iterations of the k-means that the codes start from. */
const START_ITERATIONS = 5;
/**
 * The fit ends once an update gains less than this share of the squared norm of A. What more updates gain in dense codes is not
 * seen in the sparse ones: on the planted benchmark (10 000 rows, c = 512, k = 5) R² is .793, .790, .789 after 5, 20, 60 updates.
 */
const TOLERANCE = 1e-3;
/** Steps of non-negative least squares after each atom that encoding picks; the supports are small, so they cost little. */
const ENCODING_STEPS = 100;

/**
 * Semi-NMF `A ≈ Z·D`, Z ≥ 0 (Ding, Li and Jordan, *Convex and Semi-Nonnegative Matrix Factorizations*; formulas of method.md) as
 * a dictionary with atoms of unit norm. A is `rows` `(n, d)`, less the data mean where `init.bias` is `mean`. Codes start from
 * k-means; `epochs` is the number of updates, fewer once they stop gaining. What the fit knows as codes is dense, so codes at an
 * L0 of k come from orthogonal matching pursuit: non-negative least squares on greedily chosen atoms.
 * Where n·c is above 16.8 million, a seeded sample of rows is fitted, at least four a concept; `notes` say so.
 * Throws InputError for more than 4096 concepts.
 */
export async function fitSemiNmf(recipe: Recipe, rows: Matrix, work: Work): Promise<Dictionary> {
  const { concepts: c, epochs, k, seed } = recipe;
  if (c > MOST_CONCEPTS) {
    throw new InputError(`Semi-NMF needs a matrix of all pairs of its ${c} concepts, and ${MOST_CONCEPTS} concepts are the most`, { field: 'concepts', fix: 'Take fewer concepts or another method.' });
  }
  const random = new Random(seed);
  const n = Math.min(rows.rows, Math.max(Math.floor(MOST_CODES / c), ROWS_PER_CONCEPT * c));
  const meter = new Meter(work, fitWork(n, rows.cols, c, epochs));
  const bias = await biasOf(recipe, rows, meter);
  const A = await lessBias(takeRows(rows, pickRows(rows.rows, n, random)), bias, meter);
  const found = unitAtoms(await fit(A, c, epochs, random, meter), A.cols);
  meter.finish();
  return pursuitDictionary(found, bias, { kind: 'omp', k, maxIter: ENCODING_STEPS }, [
    `Semi-NMF of the rows${recipe.init.bias === 'mean' ? ' less their mean' : ''}; codes by orthogonal matching pursuit, non-negative least squares on k greedily chosen atoms.`,
    ...(n === rows.rows ? [] : [`Fitted to a random sample of ${n} of ${rows.rows} rows.`]),
    ...fewerNote(c, found.c, 'the others have no codes'),
  ]);
}

function fitWork(n: number, d: number, c: number, updates: number): number {
  return lloydWork(n, d, c, START_ITERATIONS) + (updates + 1) * updateWork(n, d, c);
}

/**
 * Atoms `(c, d)` of Semi-NMF on A `(n, d)`, rows of norm 1 or 0, after at most `updates` updates. `observe` is told the squared
 * error before each.
 */
export async function fit(A: Matrix, c: number, updates: number, random: Random, meter: Meter, observe: (error: number) => void = () => undefined): Promise<Float64Array> {
  const square = A.data.reduce((sum, value) => sum + value * value, 0);
  if (square === 0) return new Float64Array(A.cols);
  const start = await lloyd(A, c, START_ITERATIONS, random, meter);
  const factors = new Factors(A, c, await startingCodes(start.labels, c, random, meter));
  await factors.updateAtoms(meter);
  let before = Infinity;
  for (let update = 0; update < updates; update++) {
    const error = await factors.updateCodes(meter);
    await factors.updateAtoms(meter);
    observe(error);
    if (before - error < TOLERANCE * square) break;
    before = error;
  }
  return factors.D;
}

/**
 * Ding's start, the clusters' indicator + 0.2, since an update never brings a code of 0 back. The 0.2 varies by half of it, for
 * concepts beyond the number of clusters would otherwise stay equal for ever.
 */
async function startingCodes(labels: Uint32Array, c: number, random: Random, meter: Meter): Promise<Float32Array> {
  const Z = new Float32Array(labels.length * c);
  for (let r = 0; r < labels.length; r++) {
    const row = Z.subarray(r * c, r * c + c);
    for (let i = 0; i < c; i++) row[i] = 0.1 + 0.2 * random.uniform();
    const label = labels[r] ?? 0;
    row[label] = (row[label] ?? 0) + 1;
    // A random number takes as long as a dozen multiply-adds.
    const wait = meter.spend(12 * c);
    if (wait !== undefined) await wait;
  }
  return Z;
}
