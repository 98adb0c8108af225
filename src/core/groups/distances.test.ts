import { describe, expect, it } from 'vitest';
import { distances as reference } from '../../../tests/fixtures/groups/load.ts';
import { CodesBuilder } from '../codes-builder.ts';
import { coactivationDistances, directionDistances } from './distances.ts';
import { condensedIndex } from './linkage.ts';
import type { Dictionary } from '../dictionary.ts';
import type { SparseCodes } from '../tensor.ts';

const c = reference.atoms.length;
const d = reference.atoms[0]?.length ?? 0;
const all = Uint32Array.from({ length: c }, (_, i) => i);

function atoms(rows: readonly (readonly number[])[]): Dictionary {
  return {
    d,
    c: rows.length,
    W_enc: new Float32Array(d * rows.length),
    b_enc: new Float32Array(rows.length),
    W_dec: Float32Array.from(rows.flat()),
    b_dec: new Float32Array(d),
    b_pre: new Float32Array(d),
    act: { kind: 'relu' },
    norm: { kind: 'none' },
    notes: [],
    source: 'test',
  };
}

/** Codes of rows `from … to` of the reference's supports, which has one row a concept. */
function supports(from: number, to: number): SparseCodes {
  const codes = new CodesBuilder(to - from, c);
  for (let r = from; r < to; r++) {
    for (const [i, row] of reference.supports.entries()) if (row[r] === 1) codes.push(i, 0.5 + i);
    codes.endRow();
  }
  return codes.finish();
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) expect(actual[at], `entry ${at}`).toBeCloseTo(value, 6);
}

describe('directionDistances', () => {
  it('are those of SciPy', () => {
    expectClose(directionDistances(atoms(reference.atoms), all), reference.cosine);
  });

  it('of chosen concepts, in their order, over more than one strip', () => {
    const many = Array.from({ length: 70 }, (_, i) => reference.atoms[i % c] ?? []);
    const chosen = Uint32Array.from({ length: 67 }, (_, p) => (p * 31) % 70);
    const distances = directionDistances(atoms(many), chosen);
    for (let p = 0; p < chosen.length; p++) {
      for (let q = p + 1; q < chosen.length; q++) {
        const [i, j] = [(chosen[p] ?? 0) % c, (chosen[q] ?? 0) % c];
        const expected = i === j ? 0 : (reference.cosine[condensedIndex(c, Math.min(i, j), Math.max(i, j))] ?? Number.NaN);
        expect(distances[condensedIndex(chosen.length, p, q)], `${p}, ${q}`).toBeCloseTo(expected, 6);
      }
    }
    expect(distances.every((value) => value >= 0 && value <= 2)).toBe(true);
  });

  it('puts an atom of zero at distance 1 from all', () => {
    expect([...directionDistances(atoms([reference.atoms[0] ?? [], new Array<number>(d).fill(0)]), [0, 1])]).toEqual([1]);
  });
});

describe('coactivationDistances', () => {
  it('are those of SciPy, rows in parts', () => {
    expectClose(coactivationDistances([supports(0, 11), supports(11, 30)], all), reference.jaccard);
  });

  it('of chosen concepts that need not rise', () => {
    const chosen = [7, 2, 11, 0, 9];
    const expected = chosen.flatMap((i, p) => chosen.slice(p + 1).map((j) => reference.jaccard[condensedIndex(c, Math.min(i, j), Math.max(i, j))] ?? Number.NaN));
    expectClose(coactivationDistances([supports(0, 30)], chosen), expected);
  });

  it('takes z > 0 as active, and a concept that never is as far from all', () => {
    const codes: SparseCodes = { rows: 2, cols: 3, indptr: Uint32Array.of(0, 2, 5), indices: Uint32Array.of(0, 1, 0, 1, 2), values: Float32Array.of(1, 1, 1, -1, 0) };
    expect([...coactivationDistances([codes], [0, 1, 2])]).toEqual([0.5, 1, 1]);
  });

  it('refuses parts of different dictionaries', () => {
    const other: SparseCodes = { rows: 0, cols: 5, indptr: new Uint32Array(1), indices: new Uint32Array(), values: new Float32Array() };
    expect(() => coactivationDistances([supports(0, 2), other], [0, 1])).toThrow('codes of 13 and of 5 concepts');
  });
});
