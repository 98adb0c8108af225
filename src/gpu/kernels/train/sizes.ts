import { InputError } from '../../../core/errors.ts';
import { paddedWidth } from '../../buffers.ts';
import type { Capacities } from './params.ts';
import type { Recipe } from '../../../core/training/recipe.ts';

/** vec4s of an embedding that a workgroup of `decode`, `gradients` and `sums` has; GROUP there. */
const COLUMN_GROUP = 64;

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
}

/** Sizes of a run. Throws InputError when a buffer of it does not fit the device. */
export function sizesOf({ concepts, batch, prefixes }: Recipe, d: number, limits: GPUSupportedLimits): Sizes {
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
    segment: Math.max(256, Math.ceil(batch / 8)),
  };
  const most = bindable(limits);
  const tooLarge = (what: string, bytes: number, field: string, fix: string): void => {
    if (bytes <= most) return;
    throw new InputError(`${what} ${Math.ceil(bytes / 2 ** 20)} MiB of the GPU, which allows ${Math.floor(most / 2 ** 20)}`, { field, fix });
  };
  tooLarge(`the gradients of ${concepts} concepts need`, concepts * gradientWidth(sizes) * 16, 'concepts', 'Use fewer concepts, or train on the CPU.');
  tooLarge(`the pre-codes of ${batch} rows need`, batch * quads * 16, 'batch', 'Use a smaller batch, or train on the CPU.');
  tooLarge(`the residuals of ${batch} rows need`, batch * vectors * sizes.prefixes.length * 16, 'batch', 'Use a smaller batch, or train on the CPU.');
  return sizes;
}

/** vec4s of the gradient of one concept: encoder weights, atom, bias. */
export function gradientWidth({ vectors }: Sizes): number {
  return 2 * vectors + 1;
}

/** Bytes of the largest buffer that a kernel can see. */
function bindable(limits: GPUSupportedLimits): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}

/** The most rows of `d` dimensions that `WebGpuTrainer.useShard` takes on a device. */
export function rowsPerShard(d: number, { limits }: GPUDevice): number {
  return Math.floor(bindable(limits) / (paddedWidth(d) * 4));
}

/** Entries for which the lists of a run have room at first; they grow where a step finds more. */
export function firstCapacities({ method, k, concepts, batch, anneal, revival }: Recipe): Capacities {
  const most = batch * concepts;
  return { codes: Math.min(most, codes()), auxiliary: revival.kind === 'auxk' ? Math.min(most, 4 * batch) : 1 };

  function codes(): number {
    // Half of all codes at first, and soon far fewer.
    if (method === 'relu' || method === 'jumprelu') return 16 * k * batch;
    if (method === 'topk') return k * batch;
    const kept = Math.ceil(k * batch * anneal.factor);
    // Ties with the threshold come on top.
    return kept + Math.max(1024, kept >> 3);
  }
}
