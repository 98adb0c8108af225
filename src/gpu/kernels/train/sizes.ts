import { InputError } from '../../../core/errors.ts';
import { paddedWidth } from '../../buffers.ts';
import type { Recipe } from '../../../core/training/recipe.ts';

/** vec4s of an embedding that a workgroup of `decode`, `gradients` and `sums` has; GROUP there. */
const COLUMN_GROUP = 64;

/** Bytes of one entry in each of the lists of codes. */
const ENTRY_BYTES = 8;
/** Room beyond what a step needed, so that the next one has it too. */
const SPARE = 1.25;

/** Entries that the lists have room for: of the codes, of the auxiliary loss. */
export interface Capacities {
  readonly codes: number;
  readonly auxiliary: number;
}

/** Shapes of a run, in the units of the kernels. */
export interface Sizes {
  readonly d: number;
  /** vec4s of an embedding. */
  readonly vectors: number;
  readonly concepts: number;
  /** vec4s of a row of pre-codes. */
  readonly quads: number;
  /** Most rows of a step. */
  readonly batch: number;
  /** Groups of 64 vec4s of an embedding. */
  readonly columnGroups: number;
  /** Ends of the nested prefixes; the last is `concepts`. */
  readonly prefixes: readonly number[];
  /** Entries of a concept that one workgroup sums; long enough that few concepts have a second segment. */
  readonly segment: number;
  /** Bytes of the largest buffer that a kernel can see. */
  readonly mostBytes: number;
}

/** Sizes of a run; `segment` replaces the usual one. Throws InputError when a buffer does not fit the device. */
export function sizesOf({ concepts, batch, prefixes }: Recipe, d: number, limits: GPUSupportedLimits, segment: number | null = null): Sizes {
  const vectors = paddedWidth(d) / 4;
  const quads = paddedWidth(concepts) / 4;
  const sizes: Sizes = {
    d,
    vectors,
    concepts,
    quads,
    batch,
    columnGroups: Math.ceil(vectors / COLUMN_GROUP),
    prefixes: prefixes.length === 0 ? [concepts] : prefixes,
    segment: segment ?? Math.max(256, Math.ceil(batch / 8)),
    mostBytes: bindable(limits),
  };
  checkBytes(sizes, `the gradients of ${concepts} concepts`, concepts * gradientWidth(sizes) * 16, 'concepts');
  checkBytes(sizes, `the pre-codes of ${batch} rows`, batch * quads * 16, 'batch');
  checkBytes(sizes, `the residuals of ${batch} rows`, batch * vectors * sizes.prefixes.length * 16, 'batch');
  return sizes;
}

/** Throws InputError when a buffer of `bytes` does not fit the device. */
function checkBytes({ mostBytes }: Sizes, what: string, bytes: number, field: 'concepts' | 'batch'): void {
  if (bytes <= mostBytes) return;
  const mib = (n: number): string => `${Math.ceil(n / 2 ** 20)} MiB`;
  throw new InputError(`${what} take ${mib(bytes)}, and a buffer of this GPU holds ${mib(mostBytes)}`, {
    field,
    fix: field === 'batch' ? 'Use a smaller batch, or train on the CPU.' : 'Use fewer concepts, or train on the CPU.',
  });
}

/** vec4s of the gradient of one concept: encoder weights, atom, bias. */
export function gradientWidth({ vectors }: Sizes): number {
  return 2 * vectors + 1;
}

function bindable(limits: GPUSupportedLimits): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/** The most rows of `d` dimensions that `WebGpuTrainer.useShard` takes on a device. */
export function rowsPerShard(d: number, { limits }: GPUDevice): number {
  return Math.floor(bindable(limits) / (paddedWidth(d) * 4));
}

/**
 * Entries for which the lists of a run have room at first; they grow where a step finds more. Throws InputError when not even that
 * fits the device.
 */
export function firstCapacities({ method, k, concepts, batch, anneal, revival }: Recipe, sizes: Sizes): Capacities {
  const most = batch * concepts;
  const first = { codes: Math.min(most, codes()), auxiliary: revival.kind === 'auxk' ? Math.min(most, 4 * batch) : 1 };
  checkEntries(sizes, first.codes, first);
  return first;

  function codes(): number {
    // Half of all codes at first, and soon far fewer.
    if (method === 'relu' || method === 'jumprelu') return 16 * k * batch;
    if (method === 'topk') return k * batch;
    const kept = Math.ceil(k * batch * anneal.factor);
    // Ties with the threshold come on top.
    return kept + Math.max(1024, kept >> 3);
  }
}

/** Room for the entries that a step found, and a quarter more. Throws InputError when they do not fit the device. */
export function grownCapacities(sizes: Sizes, had: Capacities, needed: Capacities): Capacities {
  const most = Math.min(sizes.batch * sizes.concepts, Math.floor(sizes.mostBytes / ENTRY_BYTES));
  const room = (before: number, entries: number): number => (entries > before ? Math.max(entries, Math.min(most, Math.ceil(entries * SPARE))) : before);
  const grown = { codes: room(had.codes, needed.codes), auxiliary: room(had.auxiliary, needed.auxiliary) };
  checkEntries(sizes, Math.max(needed.codes, needed.auxiliary), grown);
  return grown;
}

/** Segments of entries beyond the first of their concept, at most. */
export function extraSegments({ segment }: Sizes, entries: number): number {
  return Math.floor(entries / segment);
}

function checkEntries(sizes: Sizes, needed: number, { codes, auxiliary }: Capacities): void {
  checkBytes(sizes, `the ${needed} codes of a batch`, Math.max(codes, auxiliary) * ENTRY_BYTES, 'batch');
  const rows = sizes.concepts + extraSegments(sizes, codes) + extraSegments(sizes, auxiliary);
  checkBytes(sizes, 'the gradients of a batch', rows * gradientWidth(sizes) * 16, 'batch');
}
