import coactivation from './coactivation.wgsl?raw';
import concepts from './concepts.wgsl?raw';
import fixed from './fixed.wgsl?raw';
import { BINS, BIN_SHIFT, FIRST_BIN } from '../../../core/analysis/histogram.ts';
import { bufferLayout } from '../../buffers.ts';
import { ShaderPipelines, oncePerDevice } from '../../compile.ts';

/** Threads of a workgroup. */
export const GROUP = 64;

/** The entry points of concepts.wgsl and coactivation.wgsl, each compiled behind fixed.wgsl. */
export const analysisPipelines = oncePerDevice((device) => ({
  concepts: new ShaderPipelines(device, 'analysis concepts', `${fixed}\n${concepts}`, bufferLayout(device, 'analysis concepts', ['read-only-storage', 'storage', 'storage']), {
    concepts: { name: 'concepts', constants: { GROUP, BINS, BIN_SHIFT, FIRST_BIN } },
  }),
  coactivation: new ShaderPipelines(
    device,
    'analysis coactivation',
    `${fixed}\n${coactivation}`,
    bufferLayout(device, 'analysis coactivation', ['read-only-storage', 'read-only-storage', 'storage', 'storage', 'storage']),
    {
      coactivate: { name: 'coactivate', constants: { GROUP } },
      count: { name: 'count', constants: { GROUP } },
      collect: { name: 'collect', constants: { GROUP } },
    },
  ),
}));
