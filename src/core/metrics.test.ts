import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overcomplete as reference, sliceRows, stack, toMatrix } from '../../tests/fixtures/core/load.ts';
import { CodesBuilder } from './codes-builder.ts';
import { cosine, energy, frequency, l0, modalityScore, normaliseRows, r2, r2PerFeature } from './metrics.ts';
import { matrix, rowOf } from './tensor.ts';
import type { Matrix, SparseCodes } from './tensor.ts';

function sparse(z: Matrix): SparseCodes {
  const codes = new CodesBuilder(z.rows, z.cols);
  for (let r = 0; r < z.rows; r++) {
    rowOf(z, r).forEach((value, index) => { codes.push(index, value); });
    codes.endRow();
  }
  return codes.finish();
}

const codes = sparse(toMatrix(reference.batchtopk_eval.z));
const images = sliceRows(codes, 0, reference.n_pairs);
const texts = sliceRows(codes, reference.n_pairs, 2 * reference.n_pairs);

describe('metrics agree with overcomplete', () => {
  it.each([
    ['images', images, reference.metrics.energy_img],
    ['texts', texts, reference.metrics.energy_txt],
    ['both', codes, reference.metrics.energy_all],
  ])('energy of %s', (_name, of, expected) => {
    energy(of).forEach((value, i) => { expect(value).toBeCloseTo(expected.data[i] ?? Number.NaN, 6); });
  });

  it('modality score, undefined where dead', () => {
    const scores = modalityScore(energy(images), energy(texts));
    expect(reference.metrics.modality_score_nan_where_dead).toContain(null);
    reference.metrics.modality_score_nan_where_dead.forEach((expected, i) => {
      if (expected === null) expect(scores[i]).toBeNaN();
      else expect(scores[i]).toBeCloseTo(expected, 5);
    });
  });

  it('R² and L0 of all forwards', () => {
    const x = stack(toMatrix(reference.images), toMatrix(reference.texts));
    for (const forward of [reference.relu_eval, reference.topk3_eval, reference.batchtopk_eval, reference.jump_eval, reference.mp4_eval, reference.omp3_eval]) {
      expect(r2(x, toMatrix(forward.x_hat))).toBeCloseTo(forward.r2, 5);
      expect(l0(sparse(toMatrix(forward.z)))).toBeCloseTo(forward.l0, 5);
    }
  });
});

describe('metrics', () => {
  const entry = fc.float({ min: -8, max: 8, noNaN: true });
  const table = fc.array(fc.array(entry, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 8 });
  const toRows = (rows: number[][]): Matrix => matrix(rows.length, 3, Float32Array.from(rows.flat()));

  it('R² with a scalar mean is never below R² per feature', () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        const n = Math.min(a.length, b.length);
        const x = toRows(a.slice(0, n));
        const reconstruction = toRows(b.slice(0, n));
        const perFeature = r2PerFeature(x, reconstruction);
        fc.pre(Number.isFinite(perFeature));
        expect(r2(x, reconstruction)).toBeGreaterThanOrEqual(perFeature - 1e-9 * Math.abs(perFeature));
      }),
    );
  });

  it('R² per feature is 1 for a perfect and 0 for the mean reconstruction, and undefined for one row', () => {
    const x = matrix(3, 2, Float32Array.of(1, 10, 2, 20, 3, 60));
    expect(r2PerFeature(x, x)).toBe(1);
    expect(r2PerFeature(x, matrix(3, 2, Float32Array.of(2, 30, 2, 30, 2, 30)))).toBeCloseTo(0, 12);
    expect(r2PerFeature(matrix(1, 2, Float32Array.of(1, 2)), matrix(1, 2))).toBeNaN();
  });

  it('frequency counts positive codes, L0 those of magnitude 1e-6 or more', () => {
    const some = sparse(matrix(2, 4, Float32Array.of(1, 0, 5e-7, -1, 1, 2, 0, 0)));
    expect([...frequency(some)]).toEqual([1, 0.5, 0.5, 0]);
    expect(l0(some)).toBe(2);
    const none = sparse(matrix(0, 2));
    expect([l0(none), ...energy(none), ...frequency(none)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('modality score is 1 for image-only, 0 for text-only and mirrored when the modalities are swapped', () => {
    const a = [1, 0, 3, 0];
    const b = [0, 2, 1, 0];
    expect([...modalityScore(a, b)]).toEqual([1, 0, 0.75, Number.NaN]);
    expect([...modalityScore(b, a)]).toEqual([0, 1, 0.25, Number.NaN]);
  });

  it('cosine does not depend on length, and is 0 for the zero vector', () => {
    expect(cosine([3, 4], [3, 4])).toBeCloseTo(1, 12);
    expect(cosine([3, 4], [-6, -8])).toBeCloseTo(-1, 12);
    expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine([0, 0], [1, 1])).toBe(0);
  });

  it('normalised rows have norm 1 and keep their direction', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const x = toRows(rows);
        fc.pre(rows.every((row) => Math.hypot(...row) > 1e-6));
        const unit = normaliseRows(x);
        for (let r = 0; r < x.rows; r++) {
          expect(Math.hypot(...rowOf(unit, r))).toBeCloseTo(1, 6);
          expect(cosine(rowOf(x, r), rowOf(unit, r))).toBeCloseTo(1, 6);
        }
      }),
    );
  });

  it.each([0, Number.NaN, Infinity])('normaliseRows refuses a row of %s', (bad) => {
    const x = matrix(2, 2, Float32Array.of(1, 2, bad, bad));
    expect(() => normaliseRows(x)).toThrow(expect.objectContaining({ name: 'InputError', place: expect.objectContaining({ field: 'row 1' }) }));
  });
});
