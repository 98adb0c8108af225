import type { Command } from '../command.ts';
import { DICTIONARY_OPTIONS, dictionaryOptions, noteLines } from '../options.ts';

export const decode: Command = {
  name: 'decode',
  summary: 'Embeddings reconstructed from a file of codes',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'Dictionary that made the codes' },
    { name: 'codes', value: 'CODES.npz', required: true, help: "Codes (n, c), as encode or scipy.sparse.save_npz write them" },
    { name: 'out', value: 'X.npy', required: true, help: 'File to write: float32 (n, d)' },
    { name: 'embeddings', value: 'X.npy', help: 'Embeddings of the codes, for dictionaries that rescale each row' },
    ...DICTIONARY_OPTIONS,
  ],
  run: async (args) => {
    const { decodeCommand } = await import('../../engine/commands/decode.ts');
    const out = args.text('out');
    const report = await decodeCommand({
      dictionary: args.text('dictionary'),
      codes: args.text('codes'),
      embeddings: args.optionalText('embeddings'),
      out,
      ...dictionaryOptions(args),
    });
    const { rows, dimensions, ms, notes } = report;
    return { report, text: [`${rows} rows of ${dimensions} dimensions in ${ms} ms`, ...noteLines(notes), `Wrote ${out}`].join('\n') };
  },
};
