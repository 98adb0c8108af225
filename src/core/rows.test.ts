import { describe, expect, it } from 'vitest';
import { matrix } from './tensor.ts';
import { repeatedRows, requireUnitRows, stackRows } from './rows.ts';

describe('rows of embeddings', () => {
  it('names the rows that are off the unit sphere, the zero row and NaN among them', () => {
    const x = matrix(4, 2, Float32Array.of(1, 0, 0.6, 0.8, 0, 0, Number.NaN, 1));
    expect(() => { requireUnitRows(x, 'x.npy', 'Normalise.'); }).toThrow(/x\.npy: 2 of 4 rows do not have norm 1: row 2 \(0\.000\), row 3 \(NaN\)\..*Normalise\./u);
    expect(() => { requireUnitRows(matrix(2, 2, x.data.slice(0, 4)), 'x.npy', ''); }).not.toThrow();
  });

  it('counts rows that repeat an earlier one, bit for bit', () => {
    const x = matrix(5, 2, Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4.5, 1, 2));
    expect(repeatedRows(x)).toEqual({ count: 2, first: 2 });
    expect(repeatedRows(matrix(0, 2))).toEqual({ count: 0, first: null });
  });

  it('stacks', () => {
    expect(stackRows([matrix(1, 2, Float32Array.of(1, 2)), matrix(0, 2), matrix(2, 2, Float32Array.of(3, 4, 5, 6))], 2)).toEqual(matrix(3, 2, Float32Array.of(1, 2, 3, 4, 5, 6)));
  });
});
