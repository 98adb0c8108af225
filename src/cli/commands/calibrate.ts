import type { Command } from '../command.ts';
import { BACKEND_OPTION, NORM_OPTIONS, backend, dictionaryOptions, fileList, norms, noteLines } from '../options.ts';

export const calibrate: Command = {
  name: 'calibrate',
  summary: 'Threshold θ of a dictionary from a calibration set, or for another L0',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'BatchTopK dictionary without θ, or any with a threshold' },
    { name: 'embeddings', value: 'A.npy[,B.npy]', required: true, help: 'Embeddings like those to be encoded' },
    { name: 'out', value: 'DIR|config.json', required: true, help: 'Folder for the dictionary with its θ; or the settings file beside an overcomplete state dict' },
    { name: 'k', value: 'N', help: 'Codes a row on average; the dictionary’s own unless given' },
    { name: 'atoms', value: 'NAME', help: 'How atoms were normalised: l2 (default), max_l2, l1, max_l1 or identity' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
  ],
  run: async (args, onProgress) => {
    const { calibrateCommand } = await import('../../engine/commands/calibrate.ts');
    const { k, atoms } = dictionaryOptions(args);
    const report = await calibrateCommand({
      dictionary: args.text('dictionary'),
      embeddings: fileList(args, 'embeddings'),
      norms: norms(args),
      backend: backend(args),
      out: args.text('out'),
      k,
      atoms,
      onProgress,
    });
    const { theta, l0, rows, out, notes } = report;
    return { report, text: [`θ ${theta.toPrecision(6)}: L0 ${l0.toFixed(3)} on ${rows} rows`, ...noteLines(notes), `Wrote ${out}`].join('\n') };
  },
};
