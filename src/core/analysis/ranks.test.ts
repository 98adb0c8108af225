import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atoms } from '../../../tests/fixtures/analysis/load.ts';
import { matrix } from '../tensor.ts';
import { ranks } from './ranks.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';

describe('eigenvalues', () => {
  it('of a chain are 2 − 2·cos(πk/n)', () => {
    const n = 40;
    const chain = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      chain[i * n + i] = i === 0 || i === n - 1 ? 1 : 2;
      if (i > 0) chain[i * n + i - 1] = chain[(i - 1) * n + i] = -1;
    }
    const values = symmetricEigenvalues(chain, n);
    values.forEach((value, k) => { expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * k) / n), 10); });
  });

  it('keep the trace and the sum of squares of any symmetric matrix', () => {
    const entry = fc.double({ min: -9, max: 9, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }).chain((n) => fc.tuple(fc.constant(n), fc.array(entry, { minLength: n * n, maxLength: n * n }))), ([n, data]) => {
        const a = Float64Array.from(data, (_, at) => ((data[at] ?? 0) + (data[(at % n) * n + Math.floor(at / n)] ?? 0)) / 2);
        const trace = Array.from({ length: n }, (_, i) => a[i * n + i] ?? 0).reduce((sum, value) => sum + value, 0);
        const squares = a.reduce((sum, value) => sum + value * value, 0);
        const values = symmetricEigenvalues(a.slice(), n);
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 8);
        expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 7);
        expect([...values]).toEqual([...values].sort((x, y) => x - y));
      }),
    );
  });
});

describe('ranks', () => {
  it('count equal orthogonal atoms, and copies once', () => {
    const three = matrix(4, 5);
    for (const [row, column] of [[0, 0], [1, 3], [2, 4], [3, 0]] as const) three.data[row * 5 + column] = 2;
    const { stable, effective } = ranks(atoms(three));
    // Singular values 2√2, 2, 2.
    expect(stable).toBeCloseTo(16 / 8, 10);
    const p = [Math.SQRT2, 1, 1].map((value) => value / (2 + Math.SQRT2));
    expect(effective).toBeCloseTo(Math.exp(-p.reduce((sum, share) => sum + share * Math.log(share), 0)), 6);
    expect(ranks(atoms(matrix(2, 2, Float32Array.of(1, 0, 0, 1)))).effective).toBeCloseTo(2, 10);
    expect(ranks(atoms(matrix(2, 2)))).toEqual({ stable: Number.NaN, effective: Number.NaN });
  });
});
