import { InputError } from '../core/errors.ts';
import type { Arguments, OptionSpec } from './arguments.ts';

/** What to do with rows off the unit sphere. */
export const NORM_OPTIONS: readonly OptionSpec[] = [
  { name: 'normalise', help: 'Divide rows by their norm' },
  { name: 'raw', help: 'Use rows as they are, whatever their norm' },
];

export const BACKEND_OPTION: OptionSpec = { name: 'backend', value: 'cpu|webgpu', help: 'Where to compute; cpu unless given' };

/** Methods that can be trained. */
export const METHODS = ['batchtopk', 'topk', 'matryoshka', 'relu', 'jumprelu', 'mp', 'semi-nmf', 'pca', 'kmeans'] as const;

/** How to train, for one run or for all runs of a sweep. */
export const TRAINING_OPTIONS: readonly OptionSpec[] = [
  { name: 'epochs', value: 'N', help: 'Times that all rows are gone through' },
  { name: 'batch', value: 'N', help: 'Rows of a step' },
  { name: 'lr', value: 'N', help: 'Learning rate' },
  { name: 'preset', value: 'NAME', help: 'default, "overcomplete default", "MP-SAE App. B.4" or "Iso-Energy": everything that is not given' },
];

/** Values of `TRAINING_OPTIONS`. @throws InputError for what is no number. */
export function trainingOptions(args: Arguments): { preset: string | undefined; epochs: number | undefined; batch: number | undefined; learningRate: number | undefined } {
  return { preset: args.optionalText('preset'), epochs: args.optionalNumber('epochs'), batch: args.optionalNumber('batch'), learningRate: args.optionalNumber('lr') };
}

/** What some checkpoints do not say about themselves. */
export const DICTIONARY_OPTIONS: readonly OptionSpec[] = [
  { name: 'activation', value: 'NAME', help: 'relu, topk, batchtopk, mp or omp, where the file does not say' },
  { name: 'k', value: 'N', help: 'Codes a row, where the file does not say' },
  { name: 'theta', value: 'N', help: 'Threshold of BatchTopK, where the file does not say' },
  { name: 'calibration', value: 'C.npy', help: 'Embeddings to estimate a missing threshold on' },
  { name: 'atoms', value: 'NAME', help: 'How atoms were normalised: l2 (default), max_l2, l1, max_l1 or identity' },
];

const ATOMS = ['l2', 'max_l2', 'l1', 'max_l1', 'identity'] as const;

/** Values of `DICTIONARY_OPTIONS`. @throws InputError for values that are none of these. */
export function dictionaryOptions(args: Arguments): {
  kind: 'relu' | 'topk' | 'batchtopk' | 'mp' | 'omp' | undefined;
  k: number | undefined;
  theta: number | undefined;
  calibration: string | undefined;
  atoms: (typeof ATOMS)[number] | undefined;
} {
  return {
    kind: args.choice('activation', ['relu', 'topk', 'batchtopk', 'mp', 'omp']),
    k: args.optionalNumber('k'),
    theta: args.optionalNumber('theta'),
    calibration: args.optionalText('calibration'),
    atoms: args.choice('atoms', ATOMS),
  };
}

/** Value of `NORM_OPTIONS`. @throws InputError when both are given. */
export function norms(args: Arguments): 'refuse' | 'raw' | 'normalise' {
  const raw = args.flag('raw');
  if (raw && args.flag('normalise')) throw new InputError('give only one of --raw and --normalise.', { field: '--raw' });
  if (raw) return 'raw';
  return args.flag('normalise') ? 'normalise' : 'refuse';
}

/** Value of `BACKEND_OPTION`. */
export function backend(args: Arguments): 'cpu' | 'webgpu' {
  return args.choice('backend', ['cpu', 'webgpu']) ?? 'cpu';
}

/** File names of an option that takes several, with commas between. @throws InputError when one of them is empty. */
export function fileList(args: Arguments, name: string): string[] {
  const files = args.text(name).split(',').map((file) => file.trim());
  if (files.includes('')) throw new InputError('there is an empty name in the list.', { field: `--${name}`, fix: 'Write a.npy,b.npy.' });
  return files;
}

/** Notes as lines for people. */
export function noteLines(notes: readonly string[] | undefined): string[] {
  return (notes ?? []).map((note) => `Note: ${note}`);
}
