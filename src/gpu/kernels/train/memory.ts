import { LOG_WORDS } from './log.ts';
import { PARAMS_BYTES } from './params.ts';
import { extraSegments, gradientWidth } from './sizes.ts';
import type { Capacities } from './sizes.ts';
import type { Sizes } from './sizes.ts';

/** Steps whose logs the GPU keeps until they are read. */
export const LOG_SLOTS = 32;
/** Bytes of Control in common.wgsl. */
export const CONTROL_BYTES = 56;
const HISTOGRAM_BYTES = 3 * 2048 * 4;

/** Parameters, their moments and what else survives a step. */
export type StateBuffers = ReturnType<typeof stateBuffers>;
/** What a step works with; nothing of it survives the step. */
export type WorkBuffers = ReturnType<typeof workBuffers>;
/** Which codes there are, as a mask, and where their entries begin. */
export type PlaceBuffers = ReturnType<typeof placeBuffers>;
/** Lists of active entries, which grow. */
export type ListBuffers = ReturnType<typeof listBuffers>;

/** Parameters and moments, zero. */
export function stateBuffers(device: GPUDevice, { concepts, vectors, quads }: Sizes) {
  const matrix = concepts * vectors * 16;
  return allocate(device, {
    weights: matrix,
    atoms: matrix,
    weightsFirst: matrix,
    weightsSecond: matrix,
    atomsFirst: matrix,
    atomsSecond: matrix,
    // b_enc, then the logarithms of the thresholds.
    encoderBias: 2 * quads * 16,
    // b_pre, b_dec, and what the nudge adds.
    biases: 3 * vectors * 16,
    // (m, v) of b_enc, b_dec and the thresholds.
    biasMoments: (2 * concepts + 4 * vectors) * 8,
    silent: quads * 16,
    control: CONTROL_BYTES,
  });
}

/** Buffers of a step; `thresholds` with those of JumpReLU's gradients, which are next to nothing otherwise. */
export function workBuffers(device: GPUDevice, sizes: Sizes, thresholds: boolean) {
  const { batch, vectors, concepts, quads, columnGroups, prefixes } = sizes;
  const embeddings = batch * vectors * 16;
  return allocate(device, {
    params: PARAMS_BYTES,
    picks: batch * 4,
    batch: embeddings,
    pre: batch * quads * 16,
    histogram: HISTOGRAM_BYTES,
    rowLimits: batch * 8,
    residuals: embeddings * prefixes.length,
    rowErrors: 2 * batch * columnGroups * 8,
    blocks: Math.max(2 * Math.ceil(batch / 64), Math.ceil(concepts / 64)) * vectors * 16,
    sums: 2 * vectors * 16,
    shares: concepts * 8,
    thresholdParts: thresholds ? Math.ceil(batch / 64) * quads * 16 : 16,
    log: LOG_SLOTS * LOG_WORDS * 4,
  });
}

/** For the codes, or for the auxiliary loss; without `needed` next to nothing. */
export function placeBuffers(device: GPUDevice, { batch, vectors, concepts, quads }: Sizes, needed: 'codes' | 'auxiliary' | 'nothing') {
  const size = (bytes: number): number => (needed === 'nothing' ? 16 : bytes);
  return allocate(device, {
    mask: size(Math.ceil(batch / 32) * quads * 16),
    counts: size((batch + 4 * quads) * 4),
    offsets: size((batch + 2 * concepts + 3) * 4),
    // The codes have their residuals in the work buffers, one for each prefix.
    ownResiduals: needed === 'auxiliary' ? batch * vectors * 16 : 16,
  });
}

/** Lists with room for `entries`. */
export function listBuffers(device: GPUDevice, sizes: Sizes, entries: number) {
  return allocate(device, { rowList: entries * 8, keys: entries * 8, values: entries * 8, extraConcept: extraSegments(sizes, entries) * 4 });
}

/** A row of gradients for each concept, then one for each further segment of one. */
export function gradientBuffer(device: GPUDevice, sizes: Sizes, { codes, auxiliary }: Capacities): GPUBuffer {
  const extras = extraSegments(sizes, codes) + extraSegments(sizes, auxiliary);
  return allocate(device, { gradients: (sizes.concepts + extras) * gradientWidth(sizes) * 16 }).gradients;
}

/** Frees buffers. */
export function destroyAll(buffers: Readonly<Record<string, GPUBuffer>>): void {
  for (const buffer of Object.values(buffers)) buffer.destroy();
}

function allocate<K extends string>(device: GPUDevice, bytes: Readonly<Record<K, number>>): Readonly<Record<K, GPUBuffer>> {
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const buffers = Object.entries<number>(bytes).map(([name, size]) => {
    const usage = (name === 'params' ? UNIFORM : STORAGE) | COPY_SRC | COPY_DST;
    return [name, device.createBuffer({ label: `train ${name}`, size: Math.max(16, size), usage })];
  });
  return Object.fromEntries(buffers) as Record<K, GPUBuffer>;
}
