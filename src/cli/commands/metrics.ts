import type { Command } from '../command.ts';
import { BACKEND_OPTION, DICTIONARY_OPTIONS, NORM_OPTIONS, backend, dictionaryOptions, noteLines, norms } from '../options.ts';

export const metrics: Command = {
  name: 'metrics',
  summary: 'R², L0, dead share, energy, modality and bridge of a dictionary on embeddings',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'SAELens folder, overcomplete state dict (.pt), or a folder of train' },
    { name: 'images', value: 'I.npy', help: 'Embeddings of images (n, d); this, --texts or both' },
    { name: 'texts', value: 'T.npy', help: 'Embeddings of texts (m, d)' },
    { name: 'pairs', value: 'FILE', help: 'Matched rows, “image,text” a line from 0; row n with row n unless given' },
    { name: 'top', value: 'N', help: 'Bridges listed, by B minus null; 100 unless given' },
    { name: 'out', value: 'DIR', help: 'Folder for metrics.json and concepts.parquet' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
    ...DICTIONARY_OPTIONS,
  ],
  run: async (args, onProgress) => {
    const { metricsCommand } = await import('../../engine/commands/metrics.ts');
    const out = args.optionalText('out');
    const report = await metricsCommand({
      dictionary: args.text('dictionary'),
      images: args.optionalText('images'),
      texts: args.optionalText('texts'),
      pairs: args.optionalText('pairs'),
      top: args.optionalNumber('top'),
      out,
      norms: norms(args),
      backend: backend(args),
      ...dictionaryOptions(args),
      onProgress,
    });
    const { rows, r2, r2PerFeature, r2Image, r2Text, l0, dead, gap, bridgeSum, meanReconstructedSimilarity, topBridges, notes } = report;
    const text = [
      `${rows.images} images, ${rows.texts} texts: R² ${decimals(r2)} (one mean), ${decimals(r2PerFeature)} (per feature); images ${decimals(r2Image)}, texts ${decimals(r2Text)}`,
      `L0 ${l0.toFixed(2)}, ${(100 * dead).toFixed(1)} % of the concepts dead, modality gap ${decimals(gap)}`,
      ...(bridgeSum === null ? [] : [`ΣB ${decimals(bridgeSum)} = mean reconstructed similarity of the pairs ${decimals(meanReconstructedSimilarity)}`]),
      ...(topBridges ?? []).slice(0, 10).map((bridge) => `  concept ${bridge.i} (image) and ${bridge.j} (text): ${bridge.value.toExponential(3)}, null ${bridge.null.toExponential(3)}`),
      ...noteLines(notes),
      ...(out === undefined ? [] : [`Wrote ${out}`]),
    ].join('\n');
    return { report, text };
  },
};

/** `null` where it is undefined. */
function decimals(value: number | null): string {
  return value === null ? 'undefined' : value.toFixed(4);
}
