import { transposeWeights } from './concept-table.ts';
import { paddedWidth } from '../../buffers.ts';
import type { Dictionary } from '../../../core/dictionary.ts';
import type { ConceptTable } from './concept-table.ts';
import type { EncodePlan } from './plan.ts';

/** Weights of consecutive concepts, in a buffer of their own because of the binding limit. */
export interface WeightBlock {
  readonly first: number;
  readonly count: number;
  readonly weights: GPUBuffer;
  readonly params: GPUBuffer;
}

/** Everything of a dictionary that stays on the GPU. */
export interface GpuDictionary {
  readonly table: GPUBuffer;
  readonly blocks: readonly WeightBlock[];
}

/** Bytes of Params in encode.wgsl. */
export const PARAMS_BYTES = 32;

/** Uploads the concept table and the transposed weights, written straight into mapped memory. */
export function uploadDictionary(device: GPUDevice, dictionary: Dictionary, concepts: ConceptTable, plan: EncodePlan): GpuDictionary {
  const table = device.createBuffer({ label: 'encode table', size: concepts.data.byteLength, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true });
  new Float32Array(table.getMappedRange()).set(concepts.data);
  table.unmap();
  const blocks = plan.blocks.map(({ first, count }) => {
    const weights = device.createBuffer({
      label: `encode weights of concepts from ${first}`,
      size: count * paddedWidth(dictionary.d) * 4,
      usage: GPUBufferUsage.STORAGE,
      mappedAtCreation: true,
    });
    transposeWeights(dictionary, concepts.sign, first, count, new Float32Array(weights.getMappedRange()));
    weights.unmap();
    const params = device.createBuffer({
      label: `encode params of concepts from ${first}`,
      size: PARAMS_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    return { first, count, weights, params };
  });
  return { table, blocks };
}

export function destroyDictionary({ table, blocks }: GpuDictionary): void {
  table.destroy();
  for (const { weights, params } of blocks) {
    weights.destroy();
    params.destroy();
  }
}
