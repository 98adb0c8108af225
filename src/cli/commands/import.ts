import type { Command } from '../command.ts';
import { DICTIONARY_OPTIONS, NORM_OPTIONS, dictionaryOptions, norms, noteLines } from '../options.ts';

export const importDictionary: Command = {
  name: 'import',
  summary: 'A dictionary of another tool: says what it is, and writes it as SAELens’ folder',
  options: [
    { name: 'in', value: 'DIR|FILE', required: true, help: 'Checkpoint; other files in its folder are ignored' },
    { name: 'out', value: 'DIR', help: 'Folder to write; without it the checkpoint is only looked at' },
    { name: 'format', value: 'NAME', help: 'Tool that wrote it; auto (by content) unless given' },
    { name: 'threshold', value: 'N', help: 'Threshold θ, where the file does not say' },
    { name: 'calibrate', value: 'X.npy', help: 'Embeddings to estimate a missing θ on' },
    ...DICTIONARY_OPTIONS.filter(({ name }) => name !== 'theta' && name !== 'calibration'),
    ...NORM_OPTIONS,
  ],
  run: async (args) => {
    const { importCommand } = await import('../../engine/commands/import.ts');
    const { kind, k, atoms } = dictionaryOptions(args);
    const report = await importCommand({
      from: args.text('in'), out: args.optionalText('out'), format: args.optionalText('format'), theta: args.optionalNumber('threshold'), calibration: args.optionalText('calibrate'), norms: norms(args), kind, k, atoms,
    });
    const { format, dimensions, concepts, activation, threshold, comparator, normalisation, notes, out } = report;
    const theta = threshold === null ? '' : `, θ ${comparator ?? ''} ${threshold.toPrecision(6)}`;
    return {
      report,
      text: [`${format}: ${activation}${report.k === null ? '' : `, k ${report.k}`}${theta}; ${concepts} concepts of ${dimensions} dimensions; input normalisation ${normalisation}`, ...noteLines(notes), ...(out === null ? [] : [`Wrote ${out}`])].join('\n'),
    };
  },
};
