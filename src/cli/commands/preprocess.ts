import type { Command } from '../command.ts';

export const preprocess: Command = {
  name: 'preprocess',
  summary: 'Pixel values of a picture as its model takes them, float32 [3, S, S]',
  options: [
    { name: 'model', value: 'DIR', help: 'Folder of a model; this or --config' },
    { name: 'config', value: 'FILE', help: 'A preprocessor_config.json' },
    { name: 'image', value: 'FILE', required: true, help: 'The picture' },
    { name: 'out', value: 'X.npy', required: true, help: 'File to write' },
  ],
  run: async (args) => {
    const { preprocessCommand } = await import('../../engine/commands/preprocess.ts');
    const report = await preprocessCommand({
      model: args.optionalText('model'),
      config: args.optionalText('config'),
      image: args.text('image'),
      out: args.text('out'),
    });
    return { report, text: `Wrote ${report.out}: ${report.dtype} [${report.shape.join(', ')}]` };
  },
};
