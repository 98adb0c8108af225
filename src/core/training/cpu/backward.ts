import { jumpKernel } from '../jump-kernels.ts';
import { thresholdPass } from './jump.ts';
import { pursuitPass } from './pursuit.ts';
import { nestedPass, plainPass } from './reconstruct.ts';
import { auxPass, nudgeBackward, nudgeOffset, reanimate } from './revival.ts';
import type { Batch } from './batch.ts';
import type { RowPass } from './reconstruct.ts';
import type { Work } from '../../work.ts';

/** Floating-point operations for one code and dimension: decode, its gradient, and those of atom and encoder row. */
const OPERATIONS = 8;

/** From codes to reconstruction, loss and gradients: row by row, sparse. */
export class Backward {
  readonly #batch: Batch;
  readonly #piece: number;
  readonly #pass: RowPass;
  readonly #jump: RowPass | null;
  readonly #aux: ReturnType<typeof auxPass> | null;
  readonly #offset: Float64Array | null;
  readonly #sum: Float64Array;

  constructor(batch: Batch, piece: number) {
    const { recipe, d } = batch;
    this.#batch = batch;
    this.#piece = piece;
    this.#offset = recipe.revival.kind === 'nudge' ? new Float64Array(d) : null;
    this.#pass = passOf(batch, this.#offset);
    this.#jump = recipe.method === 'jumprelu' ? thresholdPass(batch) : null;
    this.#aux = recipe.revival.kind === 'auxk' ? auxPass(batch, recipe.revival) : null;
    this.#sum = new Float64Array(d);
  }

  /** Adds to the gradients, and fills the batch's sums. */
  async run(pause: Work['pause']): Promise<void> {
    const batch = this.#batch;
    const { revival } = batch.recipe;
    batch.loss = 0;
    batch.squaredError = 0;
    batch.outputGradient.fill(0);
    if (revival.kind === 'nudge' && this.#offset !== null) nudgeOffset(batch, revival.amount, this.#offset);
    this.#aux?.prepare();
    const rows = this.#pieceRows();
    for (let from = 0; from < batch.rows; from += rows) {
      const to = Math.min(batch.rows, from + rows);
      for (let r = from; r < to; r++) {
        this.#pass(batch, r);
        this.#jump?.(batch, r);
        this.#aux?.pass(batch, r);
      }
      const paused = pause();
      if (paused !== undefined) await paused;
    }
    if (revival.kind === 'nudge') nudgeBackward(batch, revival.amount);
    if (revival.kind === 'reanimation') reanimate(batch, revival.weight, this.#sum);
    batch.parameters.b_dec?.gradient.set(batch.outputGradient);
  }

  #pieceRows(): number {
    const { recipe, rows, c, d, active } = this.#batch;
    const wide = recipe.method === 'jumprelu' && jumpKernel(recipe.jump.kernel, recipe.jump.bandwidth).reach === Infinity;
    const codes = active / rows + (this.#aux?.work() ?? 0) + (wide ? c / 4 : 0) + 1;
    return Math.max(1, Math.floor(this.#piece / (OPERATIONS * d * codes)));
  }
}

function passOf(batch: Batch, offset: Float64Array | null): RowPass {
  switch (batch.recipe.method) {
    case 'mp':
      return pursuitPass(batch, offset);
    case 'matryoshka':
      return nestedPass(batch, batch.recipe.prefixes);
    case 'relu':
    case 'topk':
    case 'batchtopk':
    case 'jumprelu':
      return plainPass(batch, offset);
    case 'semi-nmf':
    case 'pca':
    case 'kmeans':
      throw new Error(`Invariant broken: ${batch.recipe.method} is not trained by steps`);
  }
}
