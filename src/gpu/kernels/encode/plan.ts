import { InputError } from '../../../core/errors.ts';
import { paddedWidth } from '../../buffers.ts';

/** What tests turn down to reach rare paths with small matrices. */
export interface EncodeTuning {
  /** At most that many rows a dispatch. */
  readonly chunkRows: number;
  /** At most that many bytes a buffer, below the device's own limits. */
  readonly bufferBytes: number;
  /** Entries for which a call has room at first, however few rows it has. */
  readonly minEntries: number;
  /** Up to that many rows are encoded by `matvec`, more by `tiled`. */
  readonly matvecRows: number;
}

export const DEFAULT_TUNING: EncodeTuning = {
  chunkRows: 65_535,
  // Beyond 1 GiB browsers refuse to map a buffer.
  bufferBytes: 2 ** 30,
  minEntries: 1024,
  // On SwiftShader 8 rows take the same time either way; on a GPU both read the weights once.
  matvecRows: 8,
};

/** Rows and concepts of the widest tile, see SIDE in encode.wgsl. */
export const TILE = 64;
/** Pre-codes of a matvec workgroup, GROUP / LANES in encode.wgsl. */
export const SLOTS = 4;
/** Rows that share a pass over the weights in matvec, MAX_ROWS in encode.wgsl. */
export const MATVEC_ROWS = 8;
/** Words of an entry in the compaction buffer. */
export const ENTRY_BYTES = 8;

/** Multiply-adds of one submission: about 0.1 s on a laptop's GPU, well below the watchdogs that reset it after 2 s. */
const CHUNK_WORK = 2 ** 34;

/** How a dictionary and a batch are cut to the device's limits. */
export interface EncodePlan {
  /** Rows a chunk: one upload, one submission, one read-back. Even if every code is active, its entries fit a buffer. */
  readonly chunkRows: number;
  /** First concept and count of each block of weights that fits one binding. */
  readonly blocks: readonly { readonly first: number; readonly count: number }[];
}

/**
 * Cuts a `(d, c)` encoder: rows a chunk are bounded by buffers, by workgroups per dimension, by 32-bit keys and by the work
 * of one submission. Throws InputError when not even one row and one concept fit.
 */
export function planEncode(d: number, c: number, limits: GPUSupportedLimits, tuning: Pick<EncodeTuning, 'chunkRows' | 'bufferBytes'>): EncodePlan {
  const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, tuning.bufferBytes);
  const width = paddedWidth(d);
  const chunkRows = Math.floor(
    Math.min(
      tuning.chunkRows,
      limits.maxComputeWorkgroupsPerDimension,
      bytes / (width * 4),
      bytes / (c * ENTRY_BYTES),
      (2 ** 32 - 1) / c,
      Math.max(1, CHUNK_WORK / (width * c)),
    ),
  );
  const blockSize = Math.floor(Math.min(c, bytes / (width * 4), limits.maxComputeWorkgroupsPerDimension * SLOTS));
  if (chunkRows < 1 || blockSize < 1) {
    throw new InputError(`a dictionary of ${c} concepts in ${d} dimensions does not fit the GPU's buffers of ${bytes} bytes`, {
      fix: 'Encode on the CPU.',
    });
  }
  const blocks = [];
  for (let first = 0; first < c; first += blockSize) blocks.push({ first, count: Math.min(blockSize, c - first) });
  return { chunkRows, blocks };
}
