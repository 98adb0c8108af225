import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dense, overcomplete as reference, sliceRows, toMatrix } from '../../../tests/fixtures/core/load.ts';
import { CodesBuilder } from '../codes-builder.ts';
import { batchTopKTrain } from './batchtopk.ts';
import type { SparseCodes } from '../tensor.ts';

function sparse(rows: readonly (readonly number[])[]): SparseCodes {
  const codes = new CodesBuilder(rows.length, rows[0]?.length ?? 0);
  for (const row of rows) {
    row.forEach((value, index) => { codes.push(index, Math.fround(value)); });
    codes.endRow();
  }
  return codes.finish();
}

const relu = toMatrix(reference.relu_eval.z);
const reluCodes = sparse(Array.from({ length: relu.rows }, (_, r) => [...relu.data.slice(r * relu.cols, (r + 1) * relu.cols)]));

describe('BatchTopK in training agrees with overcomplete', () => {
  const first = batchTopKTrain(reluCodes, 240, { theta: null });

  it('first batch: codes and threshold', () => {
    expect(first.thetaBatch).toBeCloseTo(0.65733, 5);
    expect(first.state.theta).toBeCloseTo(reference.batchtopk_train.threshold_after_1, 6);
    const codes = dense(first.codes);
    // The cell that sets the threshold is the one near tie, and it is kept here as there.
    for (let at = 0; at < codes.data.length; at++) expect(codes.data[at]).toBeCloseTo(reference.batchtopk_train.z.data[at] ?? Number.NaN, 6);
  });

  it('second batch: running threshold', () => {
    const rows = Array.from({ length: 4 }, () => sliceRows(reluCodes, 0, 20));
    const repeated = sparse(rows.flatMap((part) => {
      const { data, cols } = dense(part);
      return Array.from({ length: part.rows }, (_, r) => [...data.slice(r * cols, (r + 1) * cols)]);
    }));
    const second = batchTopKTrain(repeated, 240, first.state);
    expect(second.state.theta).toBeCloseTo(0.65919, 5);
    expect(second.state.theta).toBeCloseTo(reference.batchtopk_threshold_after_2, 6);
    expect(second.state.theta).toBeCloseTo(0.9 * first.state.theta + 0.1 * second.thetaBatch, 12);
  });
});

describe('BatchTopK in training', () => {
  it('keeps k·B codes, and every tie with the last', () => {
    const row = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 35 }), (rows, kTotal) => {
        const { codes, thetaBatch } = batchTopKTrain(sparse(rows), kTotal, { theta: null });
        const positive = rows.flat().filter((v) => v > 0).sort((a, b) => b - a);
        expect(thetaBatch).toBe(positive[kTotal - 1] ?? 0);
        expect([...codes.values].sort((a, b) => b - a)).toEqual(positive.filter((v) => v >= thetaBatch));
      }),
    );
  });

  it('starts from θ_B and then moves by a tenth', () => {
    const once = batchTopKTrain(sparse([[4, 3, 2, 1]]), 2, { theta: null });
    expect(once.state.theta).toBe(3);
    expect(batchTopKTrain(sparse([[0, 0, 1, 0]]), 2, once.state)).toMatchObject({ thetaBatch: 0, state: { theta: 0.9 * 3 } });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to keep %s codes', (kTotal) => {
    expect(() => batchTopKTrain(sparse([[1]]), kTotal, { theta: null })).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});
