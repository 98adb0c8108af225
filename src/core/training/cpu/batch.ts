import { BatchCodes } from './batch-codes.ts';
import type { Recipe } from '../recipe.ts';
import type { Parameters } from './parameters.ts';

/**
 * One batch in work: its rows, what the encoder makes of them, and sums over the rows; made once, filled by every step. Gradients go to
 * the parameters.
 */
export class Batch {
  readonly d: number;
  readonly c: number;
  /** Rows B. */
  readonly rows: number;
  readonly recipe: Recipe;
  readonly parameters: Parameters;
  /** Embeddings `(B, d)`. */
  readonly x: Float32Array;
  /** The same less `b_pre`. */
  readonly centred: Float32Array;
  /** Pre-codes `(B, c)`; empty for matching pursuit. */
  readonly pre: Float32Array;
  readonly codes: BatchCodes;
  /** 1 for each unit `(c)` that has a code in some row. */
  readonly fired: Uint8Array;
  /** Thresholds of this step `(c)`; empty but for JumpReLU. */
  readonly theta: Float64Array;
  /** Residual `x − x̂` of the row in work `(d)`. */
  readonly error: Float64Array;
  /** Σ over the rows of the loss's gradient with respect to x̂ `(d)`. */
  readonly outputGradient: Float64Array;
  /** Weight of the ℓ1 or L0 penalty in this step. */
  penalty = 0;
  /** Sums over the rows: squared error, the loss without its `1/B`s, codes. */
  squaredError = 0;
  loss = 0;
  active = 0;

  constructor(recipe: Recipe, parameters: Parameters, rows: number, d: number) {
    const c = recipe.concepts;
    this.recipe = recipe;
    this.parameters = parameters;
    this.rows = rows;
    this.d = d;
    this.c = c;
    this.x = new Float32Array(rows * d);
    this.centred = new Float32Array(rows * d);
    this.pre = new Float32Array(recipe.method === 'mp' ? 0 : rows * c);
    this.codes = new BatchCodes(rows, rows * recipe.k);
    this.fired = new Uint8Array(c);
    this.theta = new Float64Array(recipe.method === 'jumprelu' ? c : 0);
    this.error = new Float64Array(d);
    this.outputGradient = new Float64Array(d);
  }
}
