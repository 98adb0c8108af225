import { InputError } from '../../../core/errors.ts';
import { ENTRY_BYTES, PRODUCTS } from './plan.ts';
import type { SparseCodes } from '../../../core/tensor.ts';
import type { AnalysisPlan } from './plan.ts';

/** Pairs that go to the GPU together. */
export interface PairBatch {
  readonly pairs: number;
  /** `(2·pairs + 1)` where the codes of each image and each text start. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** `(codes, 2)` concept and bits. */
  readonly entries: Uint32Array<ArrayBuffer>;
  readonly products: number;
}

/**
 * The pairs, cut so that codes fit a buffer and products a submission; a pair is never cut. Throws InputError when a single pair is
 * too large.
 */
export function* pairBatches(images: SparseCodes, texts: SparseCodes, pairs: ArrayLike<number>, plan: AnalysisPlan): Generator<PairBatch> {
  const count = (codes: SparseCodes, row: number): number => (codes.indptr[row + 1] ?? 0) - (codes.indptr[row] ?? 0);
  for (let p = 0; p < pairs.length; ) {
    const batch = { first: p, codes: 0, products: 0 };
    for (; p < pairs.length && (p - batch.first) / 2 < plan.pairs; p += 2) {
      const image = count(images, pairs[p] ?? 0);
      const text = count(texts, pairs[p + 1] ?? 0);
      if (image + text > plan.entries || image * text >= 2 ** 32) {
        throw new InputError(`${image} × ${text} active concepts of a pair do not fit the GPU`, { field: `pair ${p / 2}`, fix: 'Measure on the CPU.' });
      }
      const full = batch.codes + image + text > plan.entries || batch.products + image * text > PRODUCTS;
      if (full && p > batch.first) break;
      batch.codes += image + text;
      batch.products += image * text;
    }
    yield gather(images, texts, pairs, batch.first, p, batch);
  }
}

function gather(images: SparseCodes, texts: SparseCodes, pairs: ArrayLike<number>, first: number, end: number, { codes, products }: { codes: number; products: number }): PairBatch {
  const starts = new Uint32Array(end - first + 1);
  const entries = new Uint32Array((codes * ENTRY_BYTES) / 4);
  let at = 0;
  for (let n = first; n < end; n++) {
    const source = n % 2 === 0 ? images : texts;
    const row = pairs[n] ?? 0;
    const bits = new Uint32Array(source.values.buffer, source.values.byteOffset, source.values.length);
    for (let e = source.indptr[row] ?? 0; e < (source.indptr[row + 1] ?? 0); e++) {
      entries[2 * at] = source.indices[e] ?? 0;
      entries[2 * at + 1] = bits[e] ?? 0;
      at += 1;
    }
    starts[n - first + 1] = at;
  }
  return { pairs: (end - first) / 2, starts, entries, products };
}
