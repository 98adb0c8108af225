import { cosine } from '../core/metrics.ts';
import { rowOf, type Matrix } from '../core/tensor.ts';

/** Rows taken at once, so that both blocks stay in the processor's cache. */
const BLOCK = 64;

/** For one modality, the 0, 1 … 100 % quantiles that tell how far a probe is from what the pack knows. */
export interface Calibration {
  /** Of `cos(x, x̂)` over the pack's items. */
  readonly reconstruction: number[];
  /** Of the cosine of each item with the nearest other item. */
  readonly nearest: number[];
}

/**
 * Calibration of one modality from its embeddings and their reconstructions, both `(n, d)`; numbers to four decimals. `nearest` is that
 * of the same embeddings where it is known from another dictionary's pack: it takes most of the time.
 */
export function calibrate(embeddings: Matrix, reconstructions: Matrix, nearest: readonly number[] | null = null): Calibration {
  const fit = Float64Array.from({ length: embeddings.rows }, (_, r) => cosine(rowOf(embeddings, r), rowOf(reconstructions, r)));
  return { reconstruction: percentiles(fit), nearest: nearest === null ? percentiles(nearestOthers(embeddings)) : [...nearest] };
}

/** The 0, 1 … 100 % quantiles, linear between order statistics as numpy's default; rounded to four decimals. */
export function percentiles(values: Float64Array): number[] {
  const sorted = values.toSorted();
  return Array.from({ length: 101 }, (_, percent) => {
    const at = (percent / 100) * (sorted.length - 1);
    const low = sorted[Math.floor(at)] ?? 0;
    const high = sorted[Math.ceil(at)] ?? 0;
    return Number((low + (high - low) * (at - Math.floor(at))).toFixed(4));
  });
}

/**
 * For every row of `x` `(n, d)`, the largest cosine with another row. Exact copies of a row (the same picture under two
 * names) do not count: they would say that everything is as near as can be. −1 where there is no other.
 */
export function nearestOthers(x: Matrix): Float64Array {
  const unit = new Float32Array(x.data.length);
  for (let r = 0; r < x.rows; r++) {
    const row = rowOf(x, r);
    const length = Math.hypot(...row) || 1;
    for (const [i, value] of row.entries()) unit[r * x.cols + i] = value / length;
  }
  const twins = twinsOf(x);
  const best = new Float64Array(x.rows).fill(-1);
  for (let a0 = 0; a0 < x.rows; a0 += BLOCK) {
    for (let b0 = a0; b0 < x.rows; b0 += BLOCK) {
      for (let a = a0; a < Math.min(x.rows, a0 + BLOCK); a++) {
        for (let b = Math.max(a + 1, b0); b < Math.min(x.rows, b0 + BLOCK); b++) {
          const dot = dotRows(unit, a * x.cols, b * x.cols, x.cols);
          if (dot <= (best[a] ?? 0) && dot <= (best[b] ?? 0)) continue;
          if (twins[a] === twins[b]) continue;
          if (dot > (best[a] ?? 0)) best[a] = dot;
          if (dot > (best[b] ?? 0)) best[b] = dot;
        }
      }
    }
  }
  return best.map((value) => Math.min(1, value));
}

function dotRows(data: Float32Array, a: number, b: number, length: number): number {
  let dot = 0;
  for (let i = 0; i < length; i++) dot += (data[a + i] ?? 0) * (data[b + i] ?? 0);
  return dot;
}

/** A number for every row, equal for rows of equal values. */
function twinsOf(x: Matrix): Uint32Array {
  const seen = new Map<string, number>();
  return Uint32Array.from({ length: x.rows }, (_, r) => {
    const key = rowOf(x, r).join();
    const first = seen.get(key) ?? r;
    seen.set(key, first);
    return first;
  });
}
