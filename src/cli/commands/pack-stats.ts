import type { Command } from '../command.ts';
import { BACKEND_OPTION, DICTIONARY_OPTIONS, NORM_OPTIONS, backend, dictionaryOptions, noteLines, norms } from '../options.ts';

export const packStats: Command = {
  name: 'pack stats',
  summary: 'Statistics of a dictionary over one shard of the rows, to be merged',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'Dictionary of any tool' },
    { name: 'images', value: 'PATH', help: 'Embeddings of images: npy, npz, safetensors, Parquet, a folder of them, or a URL; this, --texts or both' },
    { name: 'texts', value: 'PATH', help: 'Embeddings of texts; row n belongs to image n' },
    { name: 'images-column', value: 'NAME', help: 'Array, tensor or column, where the file has several' },
    { name: 'texts-column', value: 'NAME', help: 'The same for --texts' },
    { name: 'shard', value: 'I/N', help: 'Which part of the rows, I from 0 to N − 1; all of them unless given' },
    { name: 'out', value: 'FILE', required: true, help: 'File for pack merge' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
    ...DICTIONARY_OPTIONS,
  ],
  run: async (args, onProgress) => {
    const { packStatsCommand } = await import('../../engine/commands/pack-stats.ts');
    const report = await packStatsCommand({
      dictionary: args.text('dictionary'),
      images: args.optionalText('images'),
      texts: args.optionalText('texts'),
      imagesColumn: args.optionalText('images-column'),
      textsColumn: args.optionalText('texts-column'),
      shard: args.optionalText('shard'),
      out: args.text('out'),
      norms: norms(args),
      backend: backend(args),
      ...dictionaryOptions(args),
      onProgress,
    });
    const { shard, images, texts, metrics, notes } = report;
    const text = [
      `${shard === null ? 'All rows' : `Shard ${shard.index}/${shard.of}`}: ${images.rows} of ${images.of} images, ${texts.rows} of ${texts.of} texts`,
      ...(metrics === null ? [] : [`R² ${metrics.r2.toFixed(4)}, L0 ${metrics.l0.toFixed(2)}, ${(100 * metrics.dead).toFixed(1)} % of the concepts dead`]),
      ...noteLines(notes),
      `Wrote ${report.out}: ${report.bytes} bytes`,
    ].join('\n');
    return { report, text };
  },
};
