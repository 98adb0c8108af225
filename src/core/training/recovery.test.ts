import { expect, it } from 'vitest';
import { momentsOf } from '../../../tests/fixtures/training/small.ts';
import { encode } from '../encode.ts';
import { cosine, frequency } from '../metrics.ts';
import { Random } from '../random.ts';
import { matrix, rowOf } from '../tensor.ts';
import { BatchOrder } from './batches.ts';
import { CpuTrainer } from './cpu-trainer.ts';
import { toDictionary } from './dictionary.ts';
import { initialState } from './initial.ts';
import { defaultRecipe } from './presets.ts';
import type { Matrix } from '../tensor.ts';

const d = 32;
const atomCount = 64;

/** Unit rows: about three of the planted atoms each, some of them often and some rarely, an offset and a little noise. */
function planted(seed: number): { atoms: Matrix; x: Matrix } {
  const random = new Random(seed);
  const atoms = matrix(atomCount, d);
  for (let i = 0; i < atomCount; i++) {
    const atom = rowOf(atoms, i);
    for (let j = 0; j < d; j++) atom[j] = random.normal();
    const norm = Math.hypot(...atom);
    for (let j = 0; j < d; j++) atom[j] = (atom[j] ?? 0) / norm;
  }
  const often = Float64Array.from({ length: atomCount }, (_, i) => (i + 1) ** -0.3);
  const total = often.reduce((a, b) => a + b, 0);
  const x = matrix(6000, d);
  for (let r = 0; r < x.rows; r++) {
    const row = rowOf(x, r);
    for (let i = 0; i < atomCount; i++) {
      if (random.uniform() >= (3 * (often[i] ?? 0)) / total) continue;
      const code = 0.4 + random.uniform();
      for (let j = 0; j < d; j++) row[j] = (row[j] ?? 0) + code * (atoms.data[i * d + j] ?? 0);
    }
    for (let j = 0; j < d; j++) row[j] = (row[j] ?? 0) + 0.1 + 0.02 * random.normal();
    const norm = Math.hypot(...row);
    for (let j = 0; j < d; j++) row[j] = (row[j] ?? 0) / norm;
  }
  return { atoms, x };
}

it.each([0, 1])('the default recipe finds at least 90 % of a planted dictionary, seed %s', async (seed) => {
  const { atoms, x } = planted(seed);
  const recipe = { ...defaultRecipe('batchtopk', { rows: x.rows, d, concepts: atomCount, k: 3 }), seed };
  const order = new BatchOrder(x.rows, recipe.batch, seed);
  const totalSteps = order.stepsPerEpoch * recipe.epochs;
  const trainer = CpuTrainer.create({ recipe, d, totalSteps, state: initialState(recipe, x, momentsOf(x)) });
  await trainer.useShard(x);
  for (let step = 0; step < totalSteps; step++) await trainer.step(order.rowsOf(step));
  const dictionary = toDictionary(recipe, await trainer.save(), d);
  const learnt = matrix(dictionary.c, d, dictionary.W_dec);
  const best = Array.from({ length: atomCount }, (_, i) => Math.max(...Array.from({ length: dictionary.c }, (_v, j) => cosine(rowOf(atoms, i), rowOf(learnt, j)))));
  expect(best.filter((similarity) => similarity >= 0.9).length / atomCount).toBeGreaterThanOrEqual(0.9);
  const codes = encode(dictionary, x);
  expect(frequency(codes).filter((share) => share === 0).length).toBeLessThanOrEqual(2);
  expect(codes.values.length / x.rows).toBeCloseTo(3, 0);
});
