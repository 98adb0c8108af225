import type { Command } from '../command.ts';
import { fileList } from '../options.ts';

export const packBuild: Command = {
  name: 'pack build',
  summary: 'Draw, embed, encode and label a gallery of pictograms',
  options: [
    { name: 'model', value: 'DIR', required: true, help: 'Folder of a CLIP model in transformers.js layout' },
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'Dictionary on that model' },
    { name: 'gallery', value: 'FILE', required: true, help: 'List of pictograms (JSON Lines)' },
    { name: 'seeds', value: 'DIR[,DIR]', help: 'Dictionaries of other seeds, to say how stable each concept is' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder of the pack' },
  ],
  run: async (args, onProgress) => {
    const { packBuildCommand } = await import('../../engine/commands/pack-build.ts');
    const report = await packBuildCommand({
      model: args.text('model'),
      dictionary: args.text('dictionary'),
      gallery: args.text('gallery'),
      seeds: args.optionalText('seeds') === undefined ? undefined : fileList(args, 'seeds'),
      out: args.text('out'),
      onProgress,
    });
    return { report, text: `Wrote ${report.out}: ${report.bytes} bytes, hash ${report.hash}` };
  },
};
