import type { Activation } from '../../core/dictionary.ts';
import { InputError } from '../../core/errors.ts';
import type { TensorFile } from '../tensor.ts';
import { shortJson } from '../text.ts';
import { numberSetting, setting, weights, type DictionaryOptions, type Settings } from './importer.ts';

type Kind = NonNullable<DictionaryOptions['kind']>;

const CLASSES = new Map<string, Kind | 'jumprelu'>([
  ['SAE', 'relu'],
  ['TopKSAE', 'topk'],
  ['RATopKSAE', 'topk'],
  ['BatchTopKSAE', 'batchtopk'],
  ['JumpSAE', 'jumprelu'],
  ['RAJumpSAE', 'jumprelu'],
  ['MpSAE', 'mp'],
  ['OMPSAE', 'omp'],
  ['OmpSAE', 'omp'],
]);

/** overcomplete's default number of projected-gradient steps in OMP's inner least squares. */
const OMP_STEPS = 10;

/**
 * The activation of a state dict of `c` concepts, from its own `thresholds` (JumpReLU, stored as logarithms), from what the person
 * says, or from config.json, in this order. `batchtopk` may come back without θ when there are calibration embeddings.
 * @throws InputError, with the option to give, when none of them says it.
 */
export async function overcompleteActivation(
  tensors: TensorFile,
  config: Settings | null,
  options: DictionaryOptions,
  c: number,
  notes: string[],
): Promise<Activation> {
  const kind = kindOf(tensors, config, options, notes);
  switch (kind) {
    case 'relu':
      return { kind };
    case 'jumprelu':
      return { kind, theta: (await weights(tensors, 'thresholds', [c])).map(Math.exp), cmp: '>=' };
    case 'topk':
      return { kind, k: requiredK(tensors, config, options, c), relu: true };
    case 'mp':
      return { kind, k: requiredK(tensors, config, options, c) };
    case 'omp':
      return { kind, k: requiredK(tensors, config, options, c), maxIter: numberSetting(config, 'max_iter') ?? OMP_STEPS };
    case 'batchtopk':
      return batchTopK(tensors, config, options, c);
  }
}

function kindOf(tensors: TensorFile, config: Settings | null, options: DictionaryOptions, notes: string[]): Kind | 'jumprelu' {
  if (tensors.tensors.has('thresholds')) {
    if ((options.kind ?? options.k ?? options.theta) !== undefined)
      throw new InputError('the file is a JumpReLU SAE and holds its thresholds.', {
        file: tensors.name,
        field: 'thresholds',
        fix: 'Leave the activation options out.',
      });
    return 'jumprelu';
  }
  const named = options.kind ?? classKind(config);
  if (named === 'jumprelu')
    throw new InputError('sae_class says JumpReLU, but the tensor is missing.', { file: tensors.name, field: 'thresholds' });
  if (named !== undefined) return named;
  const pursuit = ![...tensors.tensors.keys()].some((name) => name.startsWith('encoder.'));
  if (!pursuit && (options.theta ?? options.calibration) !== undefined) return 'batchtopk';
  if (!pursuit && options.k !== undefined) {
    notes.push('Read as TopK, because k was given and no threshold.');
    return 'topk';
  }
  const fix = pursuit
    ? 'Say activation mp or omp, and k.'
    : 'Say activation relu, or topk with k, or batchtopk with theta or with k and calibration embeddings; or put a config.json with sae_class beside it.';
  throw new InputError('an overcomplete state dict does not say its activation.', { file: tensors.name, field: 'activation', fix });
}

function classKind(config: Settings | null): Kind | 'jumprelu' | undefined {
  const name = setting(config, 'sae_class');
  if (name === undefined) return undefined;
  const kind = typeof name === 'string' ? CLASSES.get(name) : undefined;
  if (kind === undefined)
    throw new InputError(`the class ${shortJson(name)} is not known.`, {
      file: config?.file,
      field: 'sae_class',
      fix: `Known are ${[...CLASSES.keys()].join(', ')}.`,
    });
  return kind;
}

function batchTopK(tensors: TensorFile, config: Settings | null, options: DictionaryOptions, c: number): Activation {
  const k = kPerRow(config, options, c);
  // Calibration asked for by the person wins over the file: that is why they gave it.
  const theta = options.theta ?? (options.calibration === undefined ? numberSetting(config, 'running_threshold') : undefined);
  if (theta === undefined && (options.calibration === undefined || k === undefined)) {
    throw new InputError('a BatchTopK state dict does not hold its running threshold θ.', {
      file: tensors.name,
      field: 'theta',
      fix: 'Give theta, or k (codes a row) and calibration embeddings, or a config.json with running_threshold beside it.',
    });
  }
  if (theta !== undefined && !Number.isFinite(theta)) throw new InputError(`θ is ${theta}.`, { field: 'theta' });
  return { kind: 'batchtopk', k: k ?? null, theta: theta ?? null, cmp: '>=' };
}

/** The library's BatchTopK counts top_k over the whole batch, so that its config has to be divided by the batch size. */
function kPerRow(config: Settings | null, options: DictionaryOptions, c: number): number | undefined {
  const total = numberSetting(config, 'top_k');
  const batch = numberSetting(config, 'batch_size');
  const k = options.k ?? (total === undefined || batch === undefined ? undefined : Math.round(total / batch));
  return k === undefined ? undefined : checkedK(k, c, config);
}

function requiredK(tensors: TensorFile, config: Settings | null, options: DictionaryOptions, c: number): number {
  const k = options.k ?? numberSetting(config, 'top_k') ?? numberSetting(config, 'k');
  if (k === undefined)
    throw new InputError('the state dict does not hold k, the number of codes a row.', {
      file: tensors.name,
      field: 'k',
      fix: 'Give k, or a config.json with top_k beside it.',
    });
  return checkedK(k, c, config);
}

function checkedK(k: number, c: number, config: Settings | null): number {
  if (!Number.isInteger(k) || k < 1 || k > c)
    throw new InputError(`k is ${k}; it has to be a whole number from 1 to ${c}.`, { file: config?.file, field: 'k' });
  return k;
}
