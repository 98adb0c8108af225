import type { Command } from '../command.ts';

export const packPublish: Command = {
  name: 'pack publish',
  summary: 'A pack as a folder for any static host: dictionary, Parquet tables, card and citation',
  options: [
    { name: 'pack', value: 'DIR|ZIP', required: true, help: 'The pack' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder to write, new or empty' },
    { name: 'zip', help: 'Write DIR.zip as well' },
    { name: 'dictionary', value: 'DIR', help: 'Files of its dictionary, where they are not found by themselves' },
    { name: 'title', value: 'TEXT', help: 'Title of the card; the pack’s own unless given' },
    { name: 'authors', value: 'A;B', help: 'Authors to be cited, separated by semicolons' },
    { name: 'license', value: 'SPDX', help: 'Licence of the numbers, e.g. CC-BY-4.0' },
    { name: 'site', value: 'URL', help: 'Address of VLM-Explore, for the card’s link' },
    { name: 'address', value: 'URL', help: 'Where the folder will lie, for the same link' },
    { name: 'released', value: 'YYYY-MM-DD', help: 'Day of publication, for the citation' },
  ],
  run: async (args, onProgress) => {
    const { packPublishCommand } = await import('../../engine/commands/pack-publish.ts');
    const report = await packPublishCommand({
      pack: args.text('pack'),
      out: args.text('out'),
      zip: args.flag('zip'),
      dictionary: args.optionalText('dictionary'),
      title: args.optionalText('title'),
      authors: args.optionalText('authors')?.split(';').map((name) => name.trim()).filter((name) => name !== ''),
      licence: args.optionalText('license'),
      site: args.optionalText('site'),
      address: args.optionalText('address'),
      released: args.optionalText('released'),
      onProgress,
    });
    const wrote = `Wrote ${report.out}${report.zip === null ? '' : ` and ${report.zip}`}: ${report.files.length} files, ${report.bytes} bytes, hash ${report.hash}`;
    return { report, text: [...report.notes, wrote].join('\n') };
  },
};
