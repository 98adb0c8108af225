import { LOG_WORDS } from './log.ts';
import { PARAMS_BYTES } from './params.ts';
import { gradientWidth } from './sizes.ts';
import type { Capacities } from './params.ts';
import type { Sizes } from './sizes.ts';

/** Steps whose logs the GPU keeps until they are read. */
export const LOG_SLOTS = 32;
const CONTROL_BYTES = 48;
const HISTOGRAM_BYTES = 3 * 2048 * 4;

/** Matrices of the parameters and of their moments: what a checkpoint holds. */
export type StateBuffers = Readonly<Record<(typeof STATE)[number], GPUBuffer>>;
const STATE = ['weights', 'atoms', 'weightsFirst', 'weightsSecond', 'atomsFirst', 'atomsSecond', 'encoderBias', 'biases', 'biasMoments', 'silent', 'control'] as const;

/** What a step works with; nothing of it survives the step. */
export type WorkBuffers = Readonly<Record<(typeof WORK)[number], GPUBuffer>>;
const WORK = [
  'params',
  'picks',
  'batch',
  'pre',
  'histogram',
  'mask',
  'counts',
  'offsets',
  'rowLimits',
  'residuals',
  'rowErrors',
  'blocks',
  'sums',
  'shares',
  'log',
  'auxiliaryMask',
  'auxiliaryCounts',
  'auxiliaryOffsets',
  'auxiliaryResiduals',
] as const;

/** Lists of active entries, which grow. */
export type ListBuffers = Readonly<Record<'rowList' | 'keys' | 'values' | 'extraConcept', GPUBuffer>>;
export interface Lists {
  readonly codes: ListBuffers;
  readonly auxiliary: ListBuffers;
  /** One row a concept, then a row for each further segment of one. */
  readonly gradients: GPUBuffer;
}

/** Parameters and moments, zero. */
export function stateBuffers(device: GPUDevice, { concepts, vectors, quads }: Sizes): StateBuffers {
  const matrix = concepts * vectors * 16;
  const bytes = {
    weights: matrix,
    atoms: matrix,
    weightsFirst: matrix,
    weightsSecond: matrix,
    atomsFirst: matrix,
    atomsSecond: matrix,
    encoderBias: quads * 16,
    biases: 2 * vectors * 16,
    biasMoments: (concepts + 4 * vectors) * 8,
    silent: quads * 16,
    control: CONTROL_BYTES,
  };
  return allocate(device, bytes);
}

/** Buffers of a step; those of the auxiliary loss are small where a run has none. */
export function workBuffers(device: GPUDevice, sizes: Sizes, auxiliary: boolean): WorkBuffers {
  const { batch, vectors, concepts, quads, columnGroups, sumBlocks, prefixes } = sizes;
  const embeddings = batch * vectors * 16;
  const mask = Math.ceil(batch / 32) * quads * 16;
  const counts = (batch + 4 * quads) * 4;
  const offsets = (batch + 2 * concepts + 3) * 4;
  const bytes = {
    params: PARAMS_BYTES,
    picks: batch * 4,
    batch: embeddings,
    pre: batch * quads * 16,
    histogram: HISTOGRAM_BYTES,
    mask,
    counts,
    offsets,
    rowLimits: batch * 8,
    residuals: embeddings * prefixes.length,
    rowErrors: 2 * batch * columnGroups * 8,
    blocks: sumBlocks * 2 * vectors * 16,
    sums: 2 * vectors * 16,
    shares: concepts * 8,
    log: LOG_SLOTS * LOG_WORDS * 4,
    auxiliaryMask: auxiliary ? mask : 16,
    auxiliaryCounts: auxiliary ? counts : 16,
    auxiliaryOffsets: auxiliary ? offsets : 16,
    auxiliaryResiduals: auxiliary ? embeddings : 16,
  };
  return allocate(device, bytes);
}

/** Lists with room for `capacities`. */
export function listBuffers(device: GPUDevice, sizes: Sizes, { codes, auxiliary }: Capacities): Lists {
  const lists = (entries: number): ListBuffers =>
    allocate(device, { rowList: entries * 8, keys: entries * 8, values: entries * 8, extraConcept: Math.floor(entries / sizes.segment) * 4 });
  const extras = Math.floor(codes / sizes.segment) + Math.floor(auxiliary / sizes.segment);
  const { gradients } = allocate(device, { gradients: (sizes.concepts + extras) * gradientWidth(sizes) * 16 });
  return { codes: lists(codes), auxiliary: lists(auxiliary), gradients };
}

/** Frees buffers. */
export function destroyAll(buffers: Readonly<Record<string, GPUBuffer>>): void {
  for (const buffer of Object.values(buffers)) buffer.destroy();
}

function allocate<K extends string>(device: GPUDevice, bytes: Readonly<Record<K, number>>): Record<K, GPUBuffer> {
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const buffers = Object.entries<number>(bytes).map(([name, size]) => {
    const usage = (name === 'params' ? UNIFORM : STORAGE) | COPY_SRC | COPY_DST;
    return [name, device.createBuffer({ label: `train ${name}`, size: Math.max(16, size), usage })];
  });
  return Object.fromEntries(buffers) as Record<K, GPUBuffer>;
}
