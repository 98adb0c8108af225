/** Comparator of a threshold: overcomplete compares `>=`, the other tools `>`. */
export type Comparator = '>' | '>=';

/** Activation Π that turns pre-codes `x·W_enc + b_enc` into codes (method.md, "Activations Π"). */
export type Activation =
  | { readonly kind: 'relu' }
  /** The k largest pre-codes of each row; `relu: false` keeps negative ones (saev). */
  | { readonly kind: 'topk'; readonly k: number; readonly relu: boolean }
  /** Trained with a batch-wide top-k; `theta` is the running threshold used at inference, `null` while unknown. */
  | { readonly kind: 'batchtopk'; readonly k: number | null; readonly theta: number | null; readonly cmp: Comparator }
  /** `relu(x)·[x cmp θ]`, one θ per concept `(c)`, already exponentiated where the file stores logarithms. */
  | { readonly kind: 'jumprelu'; readonly theta: Float32Array; readonly cmp: Comparator }
  /** Gate path decides, magnitude path scales: `[p + bGate > 0] · relu(p·exp(rMag) + bMag)`, p = (x − b)·W_enc. */
  | { readonly kind: 'gated'; readonly bGate: Float32Array; readonly bMag: Float32Array; readonly rMag: Float32Array }
  /** `k` contiguous groups of c/k concepts; of each group the largest positive pre-code (sparsify). */
  | { readonly kind: 'groupmax'; readonly k: number }
  /** Matching pursuit on W_dec: k steps, signed maximum, an atom may be picked twice. */
  | { readonly kind: 'mp'; readonly k: number }
  /** Orthogonal matching pursuit; `maxIter` projected-gradient steps of non-negative least squares per step. */
  | { readonly kind: 'omp'; readonly k: number; readonly maxIter: number };

/** What happens to an embedding before the encoder, and is undone after the decoder. */
export interface InputNorm {
  /** `none`; multiply by a `constant`; rescale each row to norm √d (`rowNorm`); z-score each row (`layerNorm`, unbiased std + 1e-5). */
  readonly kind: 'none' | 'constant' | 'rowNorm' | 'layerNorm';
  /** Subtracted first `(d)`, and added back last. */
  readonly mean?: Float32Array | undefined;
  /** Factor of `constant`; of `layerNorm` the factor before its z-score, which changes nothing but the weight of the 1e-5 (MSAE). */
  readonly scale?: number | undefined;
}

/**
 * LayerNorm over the pre-codes of a row, before the activation: `(p − mean)/√(var + eps)·gamma + beta`, biased variance
 * (torch `nn.LayerNorm`; overcomplete's `mlp_ln_1` encoder).
 */
export interface PreNorm {
  readonly kind: 'layerNorm';
  /** `(c)`. */
  readonly gamma: Float32Array;
  /** `(c)`. */
  readonly beta: Float32Array;
  readonly eps: number;
}

/**
 * The canonical dictionary, which covers every checkpoint format we import (method.md, "Objects and shapes").
 * Codes `z = Π((norm(x) − b_pre)·W_enc + b_enc)`, reconstruction `x̂ = unnorm(z·W_dec + b_dec)`; with a soft cap s every code becomes
 * `s·tanh(z/s)`, with a skip connection `x·W_skipᵀ` is added to x̂.
 */
export interface Dictionary {
  /** Embedding dimension. */
  readonly d: number;
  /** Number of concepts. */
  readonly c: number;
  /** `(d, c)` row-major; empty for `mp` and `omp`, which have no encoder. */
  readonly W_enc: Float32Array;
  /** `(c)`; empty for `mp` and `omp`. */
  readonly b_enc: Float32Array;
  /** `(c, d)` row-major; row i is the direction of concept i. */
  readonly W_dec: Float32Array;
  /** `(d)`, added after decoding. */
  readonly b_dec: Float32Array;
  /** `(d)`, subtracted before encoding. */
  readonly b_pre: Float32Array;
  /** Applied to the pre-codes where the checkpoint has one; not for `mp` and `omp`. */
  readonly preNorm?: PreNorm | undefined;
  readonly act: Activation;
  /** Soft cap s > 0 on the codes, after the activation (MSAE). */
  readonly softcap?: number | undefined;
  /** `(d, d)` row-major skip connection of a transcoder, whose x̂ is not of x but of another activation (sparsify). */
  readonly W_skip?: Float32Array | undefined;
  readonly norm: InputNorm;
  /** What the importer had to assume or estimate, in plain words. */
  readonly notes: readonly string[];
  /** Tool whose format it came from, e.g. `saelens`. */
  readonly source: string;
}

/** The threshold θ where one holds for all concepts; null where there is none, or it is not known. */
export function commonThreshold(act: Activation): number | null {
  if (act.kind === 'batchtopk') return act.theta;
  if (act.kind !== 'jumprelu') return null;
  const [first] = act.theta;
  return first !== undefined && act.theta.every((theta) => theta === first) ? first : null;
}
