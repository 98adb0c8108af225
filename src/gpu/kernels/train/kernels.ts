import adam from './adam.wgsl?raw';
import biases from './biases.wgsl?raw';
import columns from './columns.wgsl?raw';
import combine from './combine.wgsl?raw';
import common from './common.wgsl?raw';
import decode from './decode.wgsl?raw';
import finish from './finish.wgsl?raw';
import gather from './gather.wgsl?raw';
import gradients from './gradients.wgsl?raw';
import histogram from './histogram.wgsl?raw';
import limits from './limits.wgsl?raw';
import mask from './mask.wgsl?raw';
import nudge from './nudge.wgsl?raw';
import pick from './pick.wgsl?raw';
import precodes from './precodes.wgsl?raw';
import products from './products.wgsl?raw';
import rows from './rows.wgsl?raw';
import scan from './scan.wgsl?raw';
import sums from './sums.wgsl?raw';
import thresholds from './thresholds.wgsl?raw';
import tile from './tile.wgsl?raw';
import { bufferLayout } from '../../buffers.ts';
import { ShaderPipelines, oncePerDevice } from '../../compile.ts';

/** Tiles of the dense product: 8·SIDE rows × 8·SIDE concepts a workgroup. */
export type Tile = 'large' | 'small';
export const tileEdge: Readonly<Record<Tile, number>> = { large: 128, small: 64 };
/** Workgroup memory of the large tile; WebGPU guarantees 16 KiB. */
const LARGE_BYTES = 16_640;

/** The tiles that a device can run, the usual one first. */
export function tilesOf({ limits }: GPUDevice): readonly [Tile, ...Tile[]] {
  return limits.maxComputeWorkgroupStorageSize >= LARGE_BYTES ? ['large', 'small'] : ['small'];
}

/** The kernels of a step; each .wgsl file is compiled behind common.wgsl. Letters: storage buffers that are (r)ead or (w)ritten. */
export const trainKernels = oncePerDevice((device) => {
  const shader = <K extends string>(name: string, source: string, access: string, entries: Record<K, [entry: string, constants?: Record<string, number>]>): ShaderPipelines<K> =>
    new ShaderPipelines<K>(
      device,
      `train ${name}`,
      `${common}\n${source}`,
      bufferLayout(device, `train ${name}`, Array.from(access, (letter) => (letter === 'w' ? 'storage' : 'read-only-storage'))),
      mapValues(entries, ([entry, constants = {}]) => ({ name: entry, constants })),
    );
  return {
    gather: shader('gather', gather, 'rrrw', { gather: ['gather'] }),
    precodes: shader('precodes', `${tile}\n${precodes}`, 'rrrw', { large: ['precodes', { SIDE: 16 }], small: ['precodes', { SIDE: 8 }] }),
    histogram: shader('histogram', histogram, 'rrw', { first: ['count', { LEVEL: 0 }], second: ['count', { LEVEL: 1 }], third: ['count', { LEVEL: 2 }] }),
    pick: shader('pick', pick, 'rw', { first: ['pick', { LEVEL: 0 }], second: ['pick', { LEVEL: 1 }], third: ['pick', { LEVEL: 2 }] }),
    limits: shader('limits', limits, 'rrrrw', codesAndAuxiliary('limit')),
    mask: shader('mask', mask, 'rrrrrwwr', {
      relu: ['mark', { MODE: 0 }],
      batch: ['mark', { MODE: 1 }],
      rows: ['mark', { MODE: 2 }],
      auxiliary: ['mark', { MODE: 3 }],
      jump: ['mark', { MODE: 4 }],
    }),
    scan: shader('scan', scan, 'rww', codesAndAuxiliary('scan')),
    rows: shader('rows', rows, 'rrrrw', codesAndAuxiliary('listRows')),
    columns: shader('columns', columns, 'rrrww', codesAndAuxiliary('listColumns')),
    nudge: shader('nudge', nudge, 'rrww', { atoms: ['sumAtoms'], offset: ['offset'] }),
    decode: shader('decode', decode, 'rrrrrwwr', { ...codesAndAuxiliary('decode'), nested: ['decode', { NESTED: 1 }] }),
    products: shader('products', products, 'rrrrrw', codesAndAuxiliary('multiply')),
    gradients: shader('gradients', gradients, 'rrrrrrwr', codesAndAuxiliary('sumGradients')),
    thresholds: shader('thresholds', `${tile}\n${thresholds}`, 'rrrrrww', {
      large: ['tiles', { SIDE: 16 }],
      small: ['tiles', { SIDE: 8 }],
      largeTotal: ['total', { SIDE: 16 }],
      smallTotal: ['total', { SIDE: 8 }],
    }),
    sums: shader('sums', sums, 'rrww', { rows: ['sumRows'], blocks: ['sumBlocks'] }),
    combine: shader('combine', combine, 'rrrrrrww', { combine: ['combine'] }),
    finish: shader('finish', finish, 'rrrrwww', { finish: ['finish'] }),
    adam: shader('adam', adam, 'rrwww', { weights: ['adam', { PART: 0 }], atoms: ['adam', { PART: 1 }] }),
    biases: shader('biases', biases, 'rrrwww', { biases: ['adamBiases'] }),
  };
});

export type TrainKernels = ReturnType<typeof trainKernels>;

function codesAndAuxiliary(entry: string): Record<'codes' | 'auxiliary', [string, Record<string, number>]> {
  return { codes: [entry, { AUXILIARY: 0 }], auxiliary: [entry, { AUXILIARY: 1 }] };
}

function mapValues<K extends string, A, B>(record: Record<K, A>, map: (value: A) => B): Record<K, B> {
  return Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, map(value)])) as Record<K, B>;
}
