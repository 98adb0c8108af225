import { codesAt } from '../schedule.ts';
import { batchPursuit } from './pursuit.ts';
import { BatchSelection, addBias, selectJump, selectRelu, topKSelection } from './select.ts';
import type { DenseProduct } from '../dense-product.ts';
import type { Batch } from './batch.ts';
import type { Pursuit } from './pursuit.ts';
import type { RowSelection } from './select.ts';
import type { Work } from '../../work.ts';

/** θ_B is first looked for among values above this share of the running threshold. */
const FLOOR_SHARE = 0.5;

/** Rows `from … to` of a batch with views on them, so that steps do not make any. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly centred: Float32Array;
  readonly pre: Float32Array;
}

/** How a method picks codes: row by row, by one threshold of the whole batch, or by pursuit. */
type Selection =
  | { readonly kind: 'row'; readonly select: RowSelection }
  | { readonly kind: 'batch'; readonly picks: BatchSelection }
  | { readonly kind: 'pursuit'; readonly pursuit: Pursuit };

/** From rows to codes: the dense product in pieces, and the method's selection. */
export class Forward {
  readonly #batch: Batch;
  readonly #product: DenseProduct;
  readonly #pieces: readonly Piece[];
  readonly #selection: Selection;
  /** The row, from 1, in which each unit was last seen. */
  readonly #seenIn: Uint32Array;

  /** `piece` is how many floating-point operations one call of `product` takes at most, unless a single row takes more. */
  constructor(batch: Batch, product: DenseProduct, piece: number) {
    const { c, d, rows, centred, pre } = batch;
    const fit = Math.max(1, Math.floor(piece / (2 * c * d)));
    // Whole blocks of four rows are faster.
    const size = Math.min(rows, fit < 4 ? fit : fit - (fit % 4));
    this.#batch = batch;
    this.#product = product;
    this.#pieces = Array.from({ length: Math.ceil(rows / size) }, (_, n) => {
      const from = n * size;
      const to = Math.min(rows, from + size);
      return { from, to, centred: centred.subarray(from * d, to * d), pre: pre.subarray(from * c, to * c) };
    });
    this.#selection = selectionOf(batch, product, size);
    this.#seenIn = new Uint32Array(c);
  }

  /** Fills the batch's pre-codes, codes and `fired`; gives θ_B, or null for methods without it. `theta` is the running threshold. */
  async run(step: number, totalSteps: number, theta: number | null, pause: Work['pause']): Promise<number | null> {
    const batch = this.#batch;
    const selection = this.#selection;
    batch.codes.clear();
    if (selection.kind === 'batch') selection.picks.start(FLOOR_SHARE * (theta ?? 0));
    if (selection.kind === 'pursuit') await selection.pursuit.prepare(pause);
    for (const { from, to, centred, pre } of this.#pieces) {
      if (selection.kind === 'pursuit') {
        await selection.pursuit.pick(from, to, pause);
        continue;
      }
      const finished = this.#product(centred, to - from, batch.d, batch.parameters.W_enc?.value ?? centred, batch.c, pre);
      if (finished !== undefined) await finished;
      addBias(batch, from, to);
      if (selection.kind === 'batch') selection.picks.add(from, to);
      else for (let r = from; r < to; r++) selection.select(batch, r);
      const paused = pause();
      if (paused !== undefined) await paused;
    }
    const thetaBatch = selection.kind === 'batch' ? this.#selectBatch(selection.picks, step, totalSteps) : null;
    this.#count();
    return thetaBatch;
  }

  /** Gives θ_B. */
  #selectBatch(picks: BatchSelection, step: number, totalSteps: number): number {
    const batch = this.#batch;
    const kTotal = Math.round(codesAt(batch.recipe, step, totalSteps) * batch.rows);
    let theta = picks.find(kTotal);
    if (theta === null) {
      picks.start(0);
      picks.add(0, batch.rows);
      theta = picks.find(kTotal) ?? 0;
    }
    picks.select(theta);
    return theta;
  }

  /** Which units fired, and how many codes there are; an atom that pursuit picks twice in a row is one code. */
  #count(): void {
    const batch = this.#batch;
    const { codes, fired } = batch;
    const seenIn = this.#seenIn;
    fired.fill(0);
    seenIn.fill(0);
    batch.active = 0;
    for (let r = 0; r < batch.rows; r++) {
      for (let entry = codes.starts[r] as number; entry < (codes.starts[r + 1] as number); entry++) {
        const i = codes.indices[entry] as number;
        if (seenIn[i] === r + 1) continue;
        seenIn[i] = r + 1;
        fired[i] = 1;
        batch.active += 1;
      }
    }
  }
}

function selectionOf(batch: Batch, product: DenseProduct, pieceRows: number): Selection {
  const { method, k, concepts } = batch.recipe;
  switch (method) {
    case 'relu':
      return { kind: 'row', select: selectRelu };
    case 'topk':
      return { kind: 'row', select: topKSelection(k, concepts) };
    case 'jumprelu':
      return { kind: 'row', select: selectJump };
    case 'batchtopk':
    case 'matryoshka':
      return { kind: 'batch', picks: new BatchSelection(batch) };
    case 'mp':
      return { kind: 'pursuit', pursuit: batchPursuit(batch, product, pieceRows) };
    case 'semi-nmf':
    case 'pca':
    case 'kmeans':
      throw new Error(`Invariant broken: ${method} is not trained by steps`);
  }
}
