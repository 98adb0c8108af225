import { InputError } from '../../../core/errors.ts';
import { BINS } from '../../../core/analysis/histogram.ts';

/** What tests turn down to reach rare paths with small matrices. */
export interface AnalysisTuning {
  /** At most that many bytes a buffer, below the device's own limits. */
  readonly bufferBytes: number;
  /** Matched pairs that are summed before the sums are read. */
  readonly pairs: number;
}

/** A dense c×c of 64-bit sums fits for c ≤ 4096; it is as much as WebGPU guarantees a binding. */
export const DEFAULT_TUNING: AnalysisTuning = { bufferBytes: 2 ** 27, pairs: 65_535 };

/** Bytes of a code on the GPU: concept number and bits. */
export const ENTRY_BYTES = 8;
/** Bytes of one 64-bit sum. */
export const SUM_BYTES = 8;
/** Bytes of a collected sum: its column and two words. */
export const OUTPUT_BYTES = 12;
/** Words of a concept's sum: two, and whether it ever fired. */
export const CONCEPT_WORDS = 3;

/** Products of one submission: well below the watchdogs that reset a GPU after 2 s. */
export const PRODUCTS = 2 ** 27;
/** Sums of 46 bits stay below 2⁶² up to here. */
const MOST_PAIRS = 65_535;

/** How work on a dictionary of c concepts is cut to the device's limits. */
export interface AnalysisPlan {
  /** Codes of one upload. */
  readonly entries: number;
  /** Image-side concepts of a tile of the co-activation. */
  readonly tileRows: number;
  /** Collected sums of one read-back. */
  readonly collected: number;
  /** Pairs whose products are summed together. */
  readonly pairs: number;
}

/** Throws InputError when the histograms, or a single row of sums, do not fit the device's buffers. */
export function planAnalysis(c: number, limits: GPUSupportedLimits, tuning: AnalysisTuning): AnalysisPlan {
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, tuning.bufferBytes);
  const groups = limits.maxComputeWorkgroupsPerDimension;
  if (c * Math.max(2 * BINS * 4, OUTPUT_BYTES, SUM_BYTES) > bytes) {
    throw new InputError(`histograms of ${c} concepts do not fit the GPU's buffers of ${bytes} bytes`, { fix: 'Measure on the CPU.' });
  }
  return {
    entries: Math.floor(bytes / ENTRY_BYTES),
    tileRows: Math.min(c, groups, Math.floor(bytes / (c * SUM_BYTES))),
    collected: Math.floor(bytes / OUTPUT_BYTES),
    pairs: Math.min(tuning.pairs, MOST_PAIRS, groups),
  };
}
