/** Random dictionaries and a plain float64 reference, for the tests and the benchmark of the encoder. */
import type { Activation, Dictionary } from '../../../core/dictionary.ts';

/** `n` standard normal float32 numbers (mulberry32 and Box–Muller), the same for the same seed everywhere. */
export function gaussians(n: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed * 0x9e3779b9;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/** A dictionary of unit-norm-like weights and small biases. */
export function randomDictionary(d: number, c: number, act: Activation, seed = 1): Dictionary {
  return {
    d,
    c,
    act,
    W_enc: gaussians(d * c, seed + 100).map((value) => value / Math.sqrt(d)),
    b_enc: gaussians(c, seed + 101).map((value) => 0.1 * value),
    W_dec: new Float32Array(c * d),
    b_dec: new Float32Array(d),
    b_pre: gaussians(d, seed + 102).map((value) => 0.1 * value),
    norm: { kind: 'none' },
    notes: [],
    source: 'random',
  };
}

/** θ of concept j and whether a tie is active; codes are `relu(pre)·[relu(pre) cmp θ]`. */
export function thetaOf(act: Activation, j: number): { theta: number; inclusive: boolean } {
  if (act.kind === 'batchtopk') return { theta: act.theta ?? NaN, inclusive: act.cmp === '>=' };
  if (act.kind === 'jumprelu') return { theta: act.theta[j] ?? NaN, inclusive: act.cmp === '>=' };
  return { theta: 0, inclusive: false };
}

/** `(norm(x) − b_pre)·W_enc + b_enc` of one row in float64, by the definition. */
export function referencePreCodes({ c, norm, W_enc, b_enc, b_pre }: Dictionary, x: Float32Array): Float64Array {
  const centred = Array.from(x, (value, i) => value - (norm.mean?.[i] ?? 0));
  const d = centred.length;
  const mean = centred.reduce((sum, value) => sum + value, 0) / d;
  const norm2 = Math.hypot(...centred);
  const deviation = Math.sqrt(centred.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (d - 1));
  const normed = centred.map((value) => {
    switch (norm.kind) {
      case 'none':
        return value;
      case 'constant':
        return value * (norm.scale ?? 1);
      case 'rowNorm':
        return (value * Math.sqrt(d)) / norm2;
      case 'layerNorm':
        return (value - mean) / (deviation + 1e-5);
    }
  });
  const pre = Float64Array.from(b_enc);
  for (let i = 0; i < d; i++) {
    const value = (normed[i] ?? 0) - (b_pre[i] ?? 0);
    for (let j = 0; j < c; j++) pre[j] = (pre[j] ?? 0) + value * (W_enc[i * c + j] ?? 0);
  }
  return pre;
}
