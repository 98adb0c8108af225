import source from './encode.wgsl?raw';
import { bufferLayout } from '../../buffers.ts';
import { ShaderPipelines, oncePerDevice } from '../../compile.ts';
import { MATVEC_ROWS, SLOTS, TILE } from './plan.ts';

/** vec4s of the embedding that `tiled` holds in workgroup memory: 8 KiB, half of what WebGPU guarantees. */
const DEPTH = 4;
const LANES = 16;
/** Threads of a workgroup of `matvec` and `refine`. */
export const GROUP = SLOTS * LANES;

/** Embeddings, weights, concept table, magnitudes, norms; the counter and the entries follow. */
const INPUTS = Array.from({ length: 5 }, () => 'read-only-storage' as const);

/** The entry points of encode.wgsl; `matvecOne` is `matvec` without its loop over rows. */
export const encodePipelines = oncePerDevice(
  (device) =>
    new ShaderPipelines(
      device,
      'encode',
      source,
      bufferLayout(device, 'encode', [...INPUTS, 'storage', 'storage']),
      {
        tiled: { name: 'tiled', constants: { SIDE: TILE / 4, DEPTH } },
        matvecOne: { name: 'matvec', constants: { GROUP, LANES, ROWS: 1 } },
        matvec: { name: 'matvec', constants: { GROUP, LANES, ROWS: MATVEC_ROWS } },
        refine: { name: 'refine', constants: { GROUP } },
      },
    ),
);
