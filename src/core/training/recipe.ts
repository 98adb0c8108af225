/** Sparse autoencoders that are trained by gradient descent. */
export type SaeMethod = 'relu' | 'topk' | 'batchtopk' | 'jumprelu' | 'mp' | 'matryoshka';
/** Dictionary learning without an encoder network, for comparison. */
export type BaselineMethod = 'semi-nmf' | 'pca' | 'kmeans';
/** Every method of the lab. */
export type Method = SaeMethod | BaselineMethod;

/** Learning rate over the steps of a run; `start`, `final` are learning rates, shares are of all steps. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** Linear warm-up from `start`, then half a cosine down to `final` (overcomplete `CosineScheduler`). */
  | { readonly kind: 'cosine'; readonly warmupShare: number; readonly start: number; readonly final: number }
  /** Up to the learning rate and down again, both along a cosine (torch `OneCycleLR`). */
  | { readonly kind: 'onecycle'; readonly upShare: number; readonly divStart: number; readonly divFinal: number }
  /** Linear warm-up from 0, constant, then linear decay to 0 over the last `decayShare` (dictionary_learning). */
  | { readonly kind: 'linear'; readonly warmupShare: number; readonly decayShare: number };

/** Help for units that no longer fire. "Silent in this batch" is a unit without a code in any of its rows. */
export type Revival =
  | { readonly kind: 'none' }
  /** Adds `−weight·mean(pre·silent)` to the loss, silent in this batch, mean over all B·c entries (overcomplete's example criterion). */
  | { readonly kind: 'reanimation'; readonly weight: number }
  /** Units silent in this batch get the code `amount` in every row, which moves their atoms but not their encoder (MP-SAE App. B.4). */
  | { readonly kind: 'nudge'; readonly amount: number }
  /**
   * Adds `weight·mean((e − ê)²)` to the loss: e is the residual of the batch, held constant, ê its reconstruction from the `kAux`
   * (null: d/2) largest positive pre-codes of each row among dead units without a code there; dead = silent in the `deadAfter` steps
   * before this one (OpenAI, without their division by the variance; with `deadAfter` 0 overcomplete's `top_k_auxiliary_loss`).
   */
  | { readonly kind: 'auxk'; readonly weight: number; readonly kAux: number | null; readonly deadAfter: number };

/** Smoothing kernels of JumpReLU's pseudo-gradient (overcomplete `sae/kernels.py`). */
export type JumpKernel = 'rectangle' | 'gaussian' | 'triangular' | 'cosine' | 'epanechnikov' | 'quartic' | 'silverman' | 'cauchy';

/** How parameters start. */
export interface Initialisation {
  /** Atoms: random directions, or random rows of the data less their mean. */
  readonly atoms: 'gaussian' | 'data';
  /** Encoder: the transposed dictionary, or independent (torch `nn.Linear`). */
  readonly encoder: 'tied' | 'independent';
  /** `mean`: `b_pre` = `b_dec` = data mean, `b_dec` trained; `zero`: both 0 and fixed, as overcomplete has none. */
  readonly bias: 'mean' | 'zero';
}

/** Everything that decides a run, besides the data. Plain JSON; the same recipe, seed and backend give the same bits. */
export interface Recipe {
  readonly method: Method;
  /** Number of concepts c. */
  readonly concepts: number;
  /** Codes a row: exact (topk, mp), on average (batchtopk, matryoshka), or the L0 that a penalty steers to (relu, jumprelu). */
  readonly k: number;
  readonly epochs: number;
  /** Rows of a step. */
  readonly batch: number;
  readonly seed: number;
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Decoupled (AdamW); 0 is Adam. */
  readonly weightDecay: number;
  readonly schedule: Schedule;
  /** Largest norm of the whole gradient, or null. */
  readonly clip: number | null;
  readonly init: Initialisation;
  readonly revival: Revival;
  /**
   * Sparsity penalty of relu, `weight·Σ|z|/B`, and jumprelu, `weight·#{z > 0}/B`; `weight` is where it starts, and `adaptive` moves it
   * after every step towards `k` codes a row (`nextPenalty`).
   */
  readonly penalty: { readonly weight: number; readonly adaptive: boolean };
  readonly jump: { readonly bandwidth: number; readonly kernel: JumpKernel; readonly threshold: number };
  /** Sizes of Matryoshka's nested prefixes, ascending, the last one = `concepts`; empty for the other methods. */
  readonly prefixes: readonly number[];
  /**
   * BatchTopK and Matryoshka start with `factor·k` codes a row and come down linearly to k over the first `share` of the steps;
   * factor 1 is plain.
   */
  readonly anneal: { readonly factor: number; readonly share: number };
}
