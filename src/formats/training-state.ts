import { InputError } from '../core/errors.ts';
import type { TrainingState } from '../core/training/trainer.ts';
import type { ByteSource } from './byte-source.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import { toFloat32 } from './tensor.ts';
import { short } from './text.ts';

const FORMAT = 'vlm-explore-training-state';
const PARAMETERS = ['W_enc', 'b_enc', 'D', 'b_pre', 'b_dec', 'logTheta'];
const NAMES = new Set([...PARAMETERS, ...PARAMETERS.flatMap((name) => [`m.${name}`, `v.${name}`]), 'silent']);

/** A trainer's state as a safetensors file: arrays with one axis each, numbers as texts of the metadata, exact to the last bit. */
export function writeTrainingState({ step, theta, penalty, arrays }: TrainingState): Uint8Array {
  const tensors = Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }] as const);
  return writeSafetensors(new Map(tensors), { format: FORMAT, version: '1', step: String(step), theta: String(theta), penalty: String(penalty) });
}

/**
 * Reads what `writeTrainingState` wrote. Whether it fits a recipe and its data is for who resumes it to check.
 * @throws InputError naming the file and the field: for names that no state has, moments of another length than their parameter,
 * values that are not finite, and numbers that are none.
 */
export async function readTrainingState(source: ByteSource): Promise<TrainingState> {
  const file = source.name;
  const stored = await openSafetensors(source);
  const { tensors, metadata = {} } = stored;
  if (metadata['format'] !== FORMAT) throw new InputError('this is not a checkpoint of a training.', { file, field: 'format' });
  if (metadata['version'] !== '1') throw new InputError(`version "${short(metadata['version'] ?? '')}" of the checkpoint is not known.`, { file, field: 'version' });
  const arrays: Record<string, Float32Array> = {};
  for (const [name, { dtype, shape }] of tensors) {
    const place = { file, field: short(name) };
    if (!NAMES.has(name)) throw new InputError('a training has no array of this name.', place);
    if (dtype !== 'float32' || shape.length !== 1) throw new InputError(`it is ${dtype} with ${shape.length} axes, not float32 with one.`, place);
    const values = toFloat32(await stored.read(name));
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new InputError(`element ${bad} is ${String(values[bad])}.`, { ...place, fix: 'Start the training again.' });
    const parameter = tensors.get(name.replace(/^[mv]\./u, ''));
    if (parameter?.shape[0] !== values.length) throw new InputError('its length is not that of its parameter.', place);
    arrays[name] = values;
  }
  const step = numberOf(file, 'step', metadata['step']);
  if (!Number.isSafeInteger(step) || step < 0) throw new InputError(`${step} is no number of steps.`, { file, field: 'step' });
  const theta = metadata['theta'] === 'null' ? null : numberOf(file, 'theta', metadata['theta']);
  return { step, theta, penalty: numberOf(file, 'penalty', metadata['penalty']), arrays };
}

function numberOf(file: string, field: string, text = ''): number {
  const value = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new InputError(`"${short(text)}" is not a number.`, { file, field });
  return value;
}
