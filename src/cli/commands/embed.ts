import type { Command } from '../command.ts';

export const embed: Command = {
  name: 'embed',
  summary: 'Embeddings of a folder of pictures and of a file of texts',
  options: [
    { name: 'model', value: 'DIR', required: true, help: 'Folder of a CLIP model in transformers.js layout' },
    { name: 'images', value: 'DIR', help: 'Folder of pictures, with its sub-folders; this, --texts or both' },
    { name: 'texts', value: 'FILE', help: 'One text a line, UTF-8' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder for images.npy, texts.npy and index.jsonl' },
  ],
  run: async (args, onProgress) => {
    const { embedCommand } = await import('../../engine/commands/embed.ts');
    const report = await embedCommand({
      model: args.text('model'),
      images: args.optionalText('images'),
      texts: args.optionalText('texts'),
      out: args.text('out'),
      onProgress,
    });
    const { images, texts, dim, failed, unread = [], ms } = report;
    const text = [
      `Wrote ${report.out}: ${images.rows} of ${images.of} pictures and ${texts.rows} texts, ${dim} dimensions, in ${Math.round(ms)} ms`,
      ...failed.map(({ name, reason }) => `Without a row: ${name}: ${reason}`),
      ...(unread.length === 0 ? [] : [`The model knows no part of the text in line ${unread.join(', ')}: these rows mean nothing`]),
    ].join('\n');
    return { report, text };
  },
};
