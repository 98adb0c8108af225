import type { Command } from '../command.ts';
import { BACKEND_OPTION, DICTIONARY_OPTIONS, NORM_OPTIONS, backend, dictionaryOptions, norms, noteLines } from '../options.ts';

export const encode: Command = {
  name: 'encode',
  summary: 'Sparse codes of an embedding file, as a SciPy CSR file',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'SAELens folder, or overcomplete state dict (.pt)' },
    { name: 'embeddings', value: 'X.npy', required: true, help: 'Embeddings (n, d), rows of norm 1' },
    { name: 'out', value: 'CODES.npz', required: true, help: 'File to write; scipy.sparse.load_npz opens it' },
    BACKEND_OPTION,
    ...NORM_OPTIONS,
    ...DICTIONARY_OPTIONS,
  ],
  run: async (args) => {
    const { encodeCommand } = await import('../../engine/commands/encode.ts');
    const out = args.text('out');
    const report = await encodeCommand({
      dictionary: args.text('dictionary'),
      embeddings: args.text('embeddings'),
      out,
      backend: backend(args),
      norms: norms(args),
      ...dictionaryOptions(args),
    });
    const { rows, l0, r2, r2PerFeature, adapter, ms, notes } = report;
    const text = [
      `${rows} rows in ${ms} ms on ${report.backend}${adapter === undefined ? '' : ` (${adapter})`}: L0 ${l0.toFixed(2)}, R² ${r2.toFixed(4)} (one mean), ${r2PerFeature.toFixed(4)} (per feature)`,
      ...noteLines(notes),
      `Wrote ${out}`,
    ].join('\n');
    return { report, text };
  },
};
