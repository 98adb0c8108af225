import type { Command } from '../command.ts';

export const corpus: Command = {
  name: 'corpus',
  summary: "Embed all that a gallery's packages draw, to train a dictionary on",
  options: [
    { name: 'model', value: 'DIR', required: true, help: 'Folder of a CLIP model in transformers.js layout' },
    { name: 'gallery', value: 'FILE', required: true, help: 'List of pictograms (JSON Lines), which names the packages' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder for images.npy and texts.npy' },
  ],
  run: async (args, onProgress) => {
    const { corpusCommand } = await import('../../engine/commands/corpus.ts');
    const report = await corpusCommand({ model: args.text('model'), gallery: args.text('gallery'), out: args.text('out'), onProgress });
    const { images, texts, out } = report;
    return { report, text: `Wrote ${out}: ${images.rows} pictures of ${images.of}, ${texts.rows} texts of ${texts.of}; the others are copies.` };
  },
};
