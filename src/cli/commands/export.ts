import type { Command } from '../command.ts';
import { InputError } from '../../core/errors.ts';
import { DICTIONARY_OPTIONS, NORM_OPTIONS, dictionaryOptions, norms, noteLines } from '../options.ts';

export const exportDictionary: Command = {
  name: 'export',
  summary: 'A dictionary in another tool’s layout, with the same codes',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'Dictionary of any known tool' },
    { name: 'to', value: 'saelens|overcomplete', required: true, help: 'Layout to write' },
    { name: 'out', value: 'DIR', required: true, help: 'Folder to write' },
    ...DICTIONARY_OPTIONS,
    ...NORM_OPTIONS,
  ],
  run: async (args) => {
    const { EXPORT_FORMATS, exportCommand } = await import('../../engine/commands/export.ts');
    const to = args.choice('to', EXPORT_FORMATS);
    if (to === undefined) throw new InputError('this option is needed.', { field: '--to' });
    const report = await exportCommand({ dictionary: args.text('dictionary'), to, out: args.text('out'), norms: norms(args), ...dictionaryOptions(args) });
    return { report, text: [...noteLines(report.notes), `Wrote ${report.files.join(', ')} in ${report.out}`].join('\n') };
  },
};
