import { InputError } from '../../core/errors.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';

export const encode: Command = {
  name: 'encode',
  summary: 'Sparse codes of an embedding file, as a SciPy CSR file',
  options: [
    { name: 'dictionary', value: 'DIR|FILE', required: true, help: 'SAELens folder, or overcomplete state dict (.pt)' },
    { name: 'embeddings', value: 'X.npy', required: true, help: 'Embeddings (n, d), rows of norm 1' },
    { name: 'out', value: 'CODES.npz', required: true, help: 'File to write; scipy.sparse.load_npz opens it' },
    { name: 'backend', value: 'cpu|webgpu', help: 'Where to compute; cpu unless given' },
    { name: 'normalise', help: 'Divide rows by their norm' },
    { name: 'raw', help: 'Use rows as they are, whatever their norm' },
    { name: 'activation', value: 'NAME', help: 'relu, topk, batchtopk, mp or omp, where the file does not say' },
    { name: 'k', value: 'N', help: 'Codes a row, where the file does not say' },
    { name: 'theta', value: 'N', help: 'Threshold of BatchTopK, where the file does not say' },
    { name: 'calibration', value: 'C.npy', help: 'Embeddings to estimate a missing threshold on' },
    { name: 'atoms', value: 'NAME', help: 'How atoms were normalised: l2 (default), max_l2, l1, max_l1 or identity' },
  ],
  run: async (args) => {
    const { encodeCommand } = await import('../../engine/commands/encode.ts');
    const out = args.text('out');
    const report = await encodeCommand({
      dictionary: args.text('dictionary'),
      embeddings: args.text('embeddings'),
      out,
      backend: args.choice('backend', ['cpu', 'webgpu']) ?? 'cpu',
      norms: normsOf(args),
      kind: args.choice('activation', ['relu', 'topk', 'batchtopk', 'mp', 'omp']),
      k: args.optionalNumber('k'),
      theta: args.optionalNumber('theta'),
      calibration: args.optionalText('calibration'),
      atoms: args.choice('atoms', ['l2', 'max_l2', 'l1', 'max_l1', 'identity']),
    });
    const { rows, l0, r2, r2PerFeature, backend, adapter, ms, notes = [] } = report;
    const text = [
      `${rows} rows in ${ms} ms on ${backend}${adapter === undefined ? '' : ` (${adapter})`}: L0 ${l0.toFixed(2)}, R² ${r2.toFixed(4)} (one mean), ${r2PerFeature.toFixed(4)} (per feature)`,
      ...notes.map((note) => `Note: ${note}`),
      `Wrote ${out}`,
    ].join('\n');
    return { report, text };
  },
};

function normsOf(args: Arguments): 'refuse' | 'raw' | 'normalise' {
  const raw = args.flag('raw');
  if (raw && args.flag('normalise')) throw new InputError('give only one of --raw and --normalise.', { field: '--raw' });
  if (raw) return 'raw';
  return args.flag('normalise') ? 'normalise' : 'refuse';
}
