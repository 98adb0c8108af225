import type { Command } from '../command.ts';
import { DICTIONARY_OPTIONS, dictionaryOptions } from '../options.ts';

export const packMerge: Command = {
  name: 'pack merge',
  summary: 'Join the shards of pack stats to the bytes of a single run',
  words: 'PART...',
  options: [
    { name: 'out', value: 'FILE', required: true, help: 'File of all rows' },
    { name: 'dictionary', value: 'DIR|FILE', help: 'Dictionary of the parts: with it the metrics are printed' },
    { name: 'report', value: 'DIR', help: 'Folder for metrics.json and concepts.parquet; needs --dictionary' },
    { name: 'top', value: 'N', help: 'Bridges listed in the report; 100 unless given' },
    ...DICTIONARY_OPTIONS,
  ],
  run: async (args, onProgress) => {
    const { packMergeCommand } = await import('../../engine/commands/pack-merge.ts');
    const report = await packMergeCommand({
      parts: args.words,
      out: args.text('out'),
      dictionary: args.optionalText('dictionary'),
      report: args.optionalText('report'),
      top: args.optionalNumber('top'),
      ...dictionaryOptions(args),
      onProgress,
    });
    const { rows, l0, dead, metrics } = report;
    const bridges = metrics?.bridgePairs ?? null;
    const text = [
      `${report.parts} parts: ${rows.images} images, ${rows.texts} texts; L0 ${l0.toFixed(2)}, ${(100 * dead).toFixed(1)} % of the concepts dead`,
      ...(metrics === null ? [] : [`R² ${metrics.r2.toFixed(4)}${bridges === null ? '' : `, ΣB ${(metrics.bridgeSum ?? 0).toFixed(4)} on ${bridges.sampled} of ${bridges.of} pairs`}`]),
      `Wrote ${report.out}: ${report.bytes} bytes`,
    ].join('\n');
    return { report, text };
  },
};
