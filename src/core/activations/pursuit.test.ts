import { describe, expect, it } from 'vitest';
import { CodesBuilder } from '../codes-builder.ts';
import { matchingPursuit, orthogonalMatchingPursuit } from './pursuit.ts';
import type { RowPursuit } from './pursuit.ts';

function code(pursue: RowPursuit, c: number, x: readonly number[]): number[] {
  const codes = new CodesBuilder(1, c);
  pursue(Float64Array.from(x), codes);
  codes.endRow();
  const { indices, values } = codes.finish();
  const dense = new Array<number>(c).fill(0);
  indices.forEach((index, e) => { dense[index] = values[e] ?? Number.NaN; });
  return dense;
}

describe('matching pursuit', () => {
  it('picks by signed correlation, not by magnitude', () => {
    const D = Float32Array.of(1, 0, 0, 1);
    expect(code(matchingPursuit(D, 2, 2, 1), 2, [-3, 1])).toEqual([0, 1]);
  });

  it('adds up the codes of an atom that is picked twice', () => {
    // Atoms at 120°: the second, then the first, which brings back some of the second.
    const h = Math.sqrt(3) / 2;
    const once = -0.5 * 1 + h * 2;
    const residual = [1 + 0.5 * once, 2 - h * once] as const;
    const twice = once + h * residual[1];
    const D = Float32Array.of(1, 0, -0.5, h);
    expect(code(matchingPursuit(D, 2, 2, 3), 2, [1, 2])).toEqual([expect.closeTo(residual[0], 6), expect.closeTo(twice, 6)]);
  });
});

describe('orthogonal matching pursuit', () => {
  it('never picks an atom twice, even when nothing is left to explain', () => {
    const D = Float32Array.of(1, 0, -1, 0);
    expect(code(orthogonalMatchingPursuit(D, 2, 2, 2, 10), 2, [1, 0])).toEqual([1, 0]);
  });

  it('finds non-negative codes only', () => {
    const D = Float32Array.of(1, 0, 0, 1);
    expect(code(orthogonalMatchingPursuit(D, 2, 2, 2, 50), 2, [3, -2])).toEqual([3, 0]);
  });
});
