import { describe, expect, it } from 'vitest';
import { CodesBuilder } from '../codes-builder.ts';
import { decode } from '../decode.ts';
import { r2 } from '../metrics.ts';
import { Random } from '../random.ts';
import { stackRows } from '../rows.ts';
import { codeRow, matrix, type Matrix, type SparseCodes } from '../tensor.ts';
import { r2Losses, type CodedRows } from './r2-loss.ts';
import type { Dictionary, InputNorm } from '../dictionary.ts';

const [d, c] = [6, 10];
const random = new Random(21);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

function dictionaryOf(norm: InputNorm): Dictionary {
  return { d, c, W_enc: numbers(d * c), b_enc: numbers(c), W_dec: numbers(c * d), b_dec: numbers(d), b_pre: numbers(d), act: { kind: 'relu' }, norm, notes: [], source: 'test' };
}

/** Codes where concept 9 is dead and one value is negative (saev). */
function codesOf(rows: number): SparseCodes {
  const codes = new CodesBuilder(rows, c);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < c - 1; i++) if ((r + i) % 3 === 0) codes.push(i, r === 4 ? -0.4 : random.uniform());
    codes.endRow();
  }
  return codes.finish();
}

function without(codes: SparseCodes, concept: number): SparseCodes {
  const rest = new CodesBuilder(codes.rows, c);
  for (let r = 0; r < codes.rows; r++) {
    const { indices, values } = codeRow(codes, r);
    for (const [e, i] of indices.entries()) if (i !== concept) rest.push(i, values[e] ?? 0);
    rest.endRow();
  }
  return rest.finish();
}

describe('r2Losses', () => {
  const norms: InputNorm[] = [{ kind: 'none' }, { kind: 'constant', scale: 2.5, mean: numbers(d) }, { kind: 'rowNorm', mean: numbers(d) }, { kind: 'layerNorm' }];

  it.each(norms.map((norm) => [norm.kind, norm] as const))('is R² less R² without the concept: %s', (_kind, norm) => {
    const dictionary = dictionaryOf(norm);
    const sides = [17, 30].map((rows) => {
      const x = matrix(rows, d, numbers(rows * d));
      const codes = codesOf(rows);
      return { x, codes };
    });
    const r2Of = (changed: (codes: SparseCodes) => SparseCodes): number => {
      const decoded = sides.map(({ x, codes }): Matrix => decode(dictionary, changed(codes), x));
      return r2(stackRows(sides.map(({ x }) => x), d), stackRows(decoded, d));
    };
    const parts: CodedRows[] = sides.map(({ x, codes }) => ({ x, codes, reconstruction: decode(dictionary, codes, x) }));
    const losses = r2Losses(dictionary, parts);
    const whole = r2Of((codes) => codes);
    for (let i = 0; i < c; i++) expect(losses[i], `concept ${i}`).toBeCloseTo(whole - r2Of((codes) => without(codes, i)), 5);
    expect(losses[c - 1]).toBe(0);
    expect(losses.some((loss) => Math.abs(loss) > 0.01)).toBe(true);
  });

  it('has the ε of R², which decides where the rows hardly vary', () => {
    const norm = { kind: 'none' } as const;
    const small = { ...dictionaryOf(norm), W_dec: numbers(c * d).map((value) => value / 1000), b_dec: new Float32Array(d) };
    const x = matrix(20, d, numbers(20 * d).map((value) => value / 1000));
    const codes = codesOf(20);
    const reconstruction = decode(small, codes);
    const [first = Number.NaN] = r2Losses(small, [{ x, codes, reconstruction }]);
    const expected = r2(x, reconstruction) - r2(x, decode(small, without(codes, 0)));
    expect(Math.abs(expected)).toBeGreaterThan(0.01);
    expect(first / expected).toBeCloseTo(1, 4);
  });

  it('is 0 without rows', () => {
    expect([...r2Losses(dictionaryOf({ kind: 'none' }), [])]).toEqual(new Array(c).fill(0));
  });

  it('refuses codes of other rows', () => {
    const x = matrix(3, d);
    expect(() => r2Losses(dictionaryOf({ kind: 'none' }), [{ x, codes: codesOf(2), reconstruction: x }])).toThrow('disagree in shape');
  });
});
