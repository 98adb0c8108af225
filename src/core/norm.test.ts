import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { matrix } from './tensor.ts';
import type { Dictionary, InputNorm } from './dictionary.ts';

const d = 6;
const number = fc.float({ min: -4, max: 4, noNaN: true });
const vector = fc.array(number, { minLength: d, maxLength: d }).map((v) => Float32Array.from(v));

/** A dictionary whose atoms are ±e_i, so that its ReLU codes say everything about the embedding. */
function lossless(norm: InputNorm, bias: Float32Array): Dictionary {
  const W_dec = new Float32Array(2 * d * d);
  const W_enc = new Float32Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    W_dec[i * d + i] = 1;
    W_dec[(d + i) * d + i] = -1;
    W_enc[i * 2 * d + i] = 1;
    W_enc[i * 2 * d + d + i] = -1;
  }
  const act = { kind: 'relu' } as const;
  return { d, c: 2 * d, W_enc, W_dec, b_enc: new Float32Array(2 * d), b_pre: bias, b_dec: bias, act, norm, notes: [], source: 'test' };
}

describe('norms', () => {
  it.each(['none', 'constant', 'rowNorm', 'layerNorm'] satisfies InputNorm['kind'][])('%s is undone after decoding', (kind) => {
    fc.assert(
      fc.property(vector, vector, vector, (x, bias, mean) => {
        const dictionary = lossless({ kind, mean, scale: 0.37 }, bias);
        const input = matrix(1, d, x);
        const back = decode(dictionary, encode(dictionary, input), input);
        // layerNorm's epsilon is only in the forward direction, so undoing it is off by up to 1e-5·√d.
        for (let i = 0; i < d; i++) expect(Math.abs((back.data[i] ?? 0) - (x[i] ?? 0))).toBeLessThan(1e-4);
      }),
      { numRuns: 200 },
    );
  });

  it('rowNorm makes a code independent of the length of the embedding', () => {
    const dictionary = lossless({ kind: 'rowNorm' }, new Float32Array(d));
    fc.assert(
      fc.property(vector, (x) => {
        const longer = x.map((v) => 4 * v);
        expect(encode(dictionary, matrix(1, d, longer)).values).toEqual(encode(dictionary, matrix(1, d, x)).values);
      }),
    );
  });

  it('layerNorm makes a code independent of an offset', () => {
    const dictionary = lossless({ kind: 'layerNorm' }, new Float32Array(d));
    const codes = (offset: number): number[] =>
      [...encode(dictionary, matrix(1, d, Float32Array.of(1, 2, 3, 4, 5, 6).map((v) => v + offset))).values];
    expect(codes(16)).toEqual(codes(0));
  });

  it('decode asks for the embeddings where each row was rescaled, and refuses foreign concepts', () => {
    const dictionary = lossless({ kind: 'layerNorm' }, new Float32Array(d));
    const codes = encode(dictionary, matrix(1, d, Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(() => decode(dictionary, codes)).toThrow(/layerNorm.*Give the embeddings/);
    const foreign = { ...codes, indices: codes.indices.map((i) => i + d) };
    expect(() => decode(dictionary, foreign, matrix(1, d))).toThrow(/row 0: concept 12 is not one of the dictionary's 12/);
  });
});
