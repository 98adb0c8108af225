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
/** The fit ends once an update gains less than this share of the squared error. */
const TOLERANCE = 1e-6;
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
  const bias = biasOf(recipe, rows);
  const limit = Math.max(Math.floor(MOST_CODES / c), ROWS_PER_CONCEPT * c);
  const A = lessBias(takeRows(rows, pickRows(rows.rows, limit, random)), bias);
  const found = unitAtoms(await fit(A, c, epochs, random, work), A.cols);
  return pursuitDictionary(found, bias, { kind: 'omp', k, maxIter: ENCODING_STEPS }, [
    `Semi-NMF of the rows${recipe.init.bias === 'mean' ? ' less their mean' : ''}; codes by orthogonal matching pursuit, non-negative least squares on k greedily chosen atoms.`,
    ...(A.rows === rows.rows ? [] : [`Fitted to a random sample of ${A.rows} of ${rows.rows} rows.`]),
    ...fewerNote(c, found.c, 'the others have no codes'),
  ]);
}

/** Atoms `(c, d)`, rows of norm 1 or 0. `observe` is told the squared error before each update of the codes. */
export async function fit(A: Matrix, c: number, updates: number, random: Random, work: Work, observe: (loss: number) => void = () => undefined): Promise<Float64Array> {
  if (A.data.every((value) => value === 0)) return new Float64Array(A.cols);
  const { rows: n, cols: d } = A;
  const meter = new Meter(work, lloydWork(n, d, c, START_ITERATIONS) + (updates + 1) * updateWork(n, d, c));
  const factors = new Factors(A, c, startingCodes(await lloyd(A, c, START_ITERATIONS, random, meter), n, c, random));
  await factors.updateAtoms(meter);
  let before = Infinity;
  for (let update = 0; update < updates; update++) {
    const loss = await factors.updateCodes(meter);
    await factors.updateAtoms(meter);
    observe(loss);
    if (before - loss < TOLERANCE * loss) break;
    before = loss;
  }
  meter.finish();
  return factors.D;
}

/**
 * Ding's start, the clusters' indicator + 0.2, since an update never brings a code of 0 back. The 0.2 varies by half of it, for
 * concepts beyond the number of clusters would otherwise stay equal for ever.
 */
function startingCodes({ labels }: { readonly labels: Uint32Array }, n: number, c: number, random: Random): Float32Array {
  const Z = new Float32Array(n * c);
  for (let at = 0; at < Z.length; at++) Z[at] = 0.1 + 0.2 * random.uniform();
  labels.forEach((label, r) => { Z[r * c + label] = (Z[r * c + label] ?? 0) + 1; });
  return Z;
}
