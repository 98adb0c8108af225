import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overcomplete } from '../../../tests/fixtures/matching/load.ts';
import { Meter } from '../baselines/meter.ts';
import { CancelledError } from '../errors.ts';
import { Random } from '../random.ts';
import { matrix } from '../tensor.ts';
import { uninterrupted } from '../work.ts';
import { assign } from './assignment.ts';
import { assignBounded } from './bounded.ts';
import { assignDense } from './dense.ts';
import { cosines, storedSimilarities } from './similarities.ts';
import type { Matrix } from '../tensor.ts';
import type { Proven } from './solution.ts';

const meter = (): Meter => new Meter(uninterrupted, 1);

/** The largest sum over all ways to pair rows with columns. */
function bruteForce(values: ArrayLike<number>, rows: number, cols: number): number {
  const [few, many, at] = rows <= cols ? [rows, cols, (i: number, j: number) => values[i * cols + j] ?? 0] : [cols, rows, (i: number, j: number) => values[j * cols + i] ?? 0];
  const best = (i: number, taken: number): number => {
    if (i === few) return 0;
    let most = -Infinity;
    for (let j = 0; j < many; j++) if ((taken & (1 << j)) === 0) most = Math.max(most, at(i, j) + best(i + 1, taken | (1 << j)));
    return most;
  };
  return best(0, 0);
}

const side = fc.integer({ min: 1, max: 7 });
const tables = (entry: fc.Arbitrary<number>): fc.Arbitrary<{ rows: number; cols: number; values: number[] }> =>
  fc.tuple(side, side).chain(([rows, cols]) => fc.array(entry, { minLength: rows * cols, maxLength: rows * cols }).map((values) => ({ rows, cols, values })));

/** `limit` 0 sends every size to the path for large ones. */
describe.each([['exact', 2000], ['bounded', 0]] as const)('assign, %s', (_name, limit) => {
  it.each([
    ['any values', fc.double({ min: -1e3, max: 1e3, noNaN: true })],
    ['ties', fc.constantFrom(-1, 0, 0.5, 1)],
    ['negative values', fc.double({ min: -5, max: -1, noNaN: true })],
    ['equal values', fc.constant(0.3)],
  ])('is the best of all pairings: %s', async (_kind, entry) => {
    await fc.assert(
      fc.asyncProperty(tables(entry), async ({ rows, cols, values }) => {
        const { columnOf, matched, value, exact, gap } = await assign(storedSimilarities(Float64Array.from(values), rows, cols), meter(), limit);
        expect(value).toBeCloseTo(bruteForce(values, rows, cols), 8);
        expect([exact, gap]).toEqual([true, 0]);
        expect(columnOf).toHaveLength(rows);
        const used = [...columnOf].filter((column) => column >= 0);
        expect(used).toHaveLength(Math.min(rows, cols));
        expect(new Set(used).size).toBe(used.length);
        columnOf.forEach((column, row) => { expect(matched[row]).toBe(column < 0 ? 0 : values[row * cols + column]); });
        expect(value).toBeCloseTo(matched.reduce((sum, similarity) => sum + similarity, 0), 8);
      }),
      { numRuns: 200 },
    );
  });

  it('has nothing to do for no rows or no columns', async () => {
    expect(await assign(storedSimilarities(new Float64Array(0), 0, 3), meter(), limit)).toMatchObject({ value: 0, exact: true });
    expect(await assign(storedSimilarities(new Float64Array(0), 2, 0), meter(), limit)).toMatchObject({ columnOf: Int32Array.of(-1, -1), value: 0 });
  });

  it('ends with what a pause throws', async () => {
    const meterOf = new Meter({ progress: () => undefined, pause: () => Promise.reject(new CancelledError()) }, 1);
    await expect(assign(gaussianCosines(300, 300, 32, 0), meterOf, limit)).rejects.toThrow(CancelledError);
  });
});

/** Cosines of random directions; `share` of the columns are noisy copies of rows. */
function gaussianCosines(rows: number, cols: number, d: number, share: number): ReturnType<typeof cosines> {
  const random = new Random(rows + d);
  const a = matrix(rows, d, Float32Array.from({ length: rows * d }, () => random.normal()));
  const b = matrix(cols, d, Float32Array.from({ length: cols * d }, (_, at) => (at < share * rows * d ? (a.data[at] ?? 0) + 0.7 * random.normal() : random.normal())));
  return cosines(a, b);
}

/** Complementary slackness: no prices below 0, none on columns without a row, and every row has what is worth most to it. */
function certify(values: Float64Array, rows: number, cols: number, { columnOf, prices, value, bound }: Proven): void {
  const taken = new Set(columnOf);
  expect(taken.size).toBe(rows);
  prices.forEach((price, j) => {
    expect(price).toBeGreaterThanOrEqual(0);
    if (!taken.has(j)) expect(price).toBe(0);
  });
  columnOf.forEach((column, i) => {
    const own = (values[i * cols + column] ?? Number.NaN) - (prices[column] ?? 0);
    for (let j = 0; j < cols; j++) if ((values[i * cols + j] ?? 0) - (prices[j] ?? 0) > own + 1e-12) throw new Error(`row ${i} would rather have column ${j}`);
  });
  expect(bound - value).toBeCloseTo(0, 9);
}

describe('proofs', () => {
  it.each([
    ['random', 200, 200, 0],
    ['half matched', 200, 200, 0.5],
    ['rectangular', 120, 200, 0.3],
  ] as const)('prices prove the dense solution optimal: %s', async (_name, rows, cols, share) => {
    const values = new Float64Array(rows * cols);
    gaussianCosines(rows, cols, 16, share).fill(0, rows, values);
    certify(values, rows, cols, await assignDense(values, rows, cols, meter()));
  });

  it.each([
    ['random', 260, 260, 0],
    ['half matched', 260, 260, 0.5],
    ['rectangular', 150, 260, 0.3],
  ] as const)('the bound of the path for large dictionaries holds and is close: %s', async (_name, rows, cols, share) => {
    const similarities = gaussianCosines(rows, cols, 16, share);
    const values = new Float64Array(rows * cols);
    similarities.fill(0, rows, values);
    const optimum = (await assignDense(values, rows, cols, meter())).value;
    const { value, bound, prices, columnOf } = await assignBounded(similarities, meter());
    expect(value).toBeLessThanOrEqual(optimum + 1e-9);
    expect(bound).toBeGreaterThanOrEqual(optimum - 1e-9);
    expect((bound - value) / rows).toBeLessThan(1e-3);
    // The returned prices are dual feasible as they stand.
    expect(prices.every((price) => price >= 0)).toBe(true);
    expect(new Set(columnOf).size).toBe(rows);
  });

  it('the bound is honest where the nearest candidates mislead', async () => {
    // All rows like the same 40 columns best, by far, so that 260 of 300 take one that is not among their nearest 32.
    const random = new Random(8);
    const n = 300;
    const values = Float64Array.from({ length: n * n }, (_, at) => (at % n < 40 ? 2 + 0.1 * random.uniform() : random.uniform()));
    const optimum = (await assignDense(values, n, n, meter())).value;
    const { value, bound } = await assignBounded(storedSimilarities(values, n, n), meter());
    expect(value).toBeLessThanOrEqual(optimum + 1e-9);
    expect(bound).toBeGreaterThanOrEqual(optimum - 1e-9);
    expect(bound - value).toBeLessThan(0.05 * optimum);
  });
});

describe('parity with overcomplete and SciPy', () => {
  const { dict_unit: first, stability: expected } = overcomplete;
  const toMatrix = ({ shape: [rows = 0, cols = 0], data }: { shape: readonly number[]; data: readonly number[] }): Matrix => matrix(rows, cols, Float32Array.from(data));
  const [a, b] = [toMatrix(first), toMatrix(expected.D2)];

  it('cosine_hungarian_loss', async () => {
    const { value } = await assign(cosines(a, b), meter());
    expect(a.rows - value).toBeCloseTo(expected.cosine_hungarian_loss, 4);
  });

  it('hungarian_loss with L2 distances', async () => {
    const distances = Float64Array.from({ length: a.rows * b.rows }, (_, at) => {
      const [i, j] = [Math.floor(at / b.rows) * a.cols, (at % b.rows) * a.cols];
      return -Math.hypot(...Array.from({ length: a.cols }, (_unused, l) => (a.data[i + l] ?? 0) - (b.data[j + l] ?? 0)));
    });
    const { value } = await assign(storedSimilarities(distances, a.rows, b.rows), meter());
    expect(-value).toBeCloseTo(expected.hungarian_loss_l2, 4);
  });
});
