import { InputError, type ErrorPlace } from '../../core/errors.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { Matrix } from '../../core/tensor.ts';
import { baseName, type ByteSource } from '../byte-source.ts';
import { asRecord, decodeUtf8, parseStrictJson } from '../json.ts';
import { short } from '../text.ts';
import { elementCount, isFloat, missingTensor, toFloat32, type TensorFile } from '../tensor.ts';

/** How overcomplete keeps atoms in bounds (`dictionary_normalization`). */
export type AtomNorm = 'l2' | 'max_l2' | 'l1' | 'max_l1' | 'identity';

/** What a person may have to add, because the checkpoint does not say it. */
export interface DictionaryOptions {
  /** Activation of a state dict that does not name it. */
  readonly kind?: 'relu' | 'topk' | 'batchtopk' | 'mp' | 'omp' | undefined;
  /** Codes kept per row. */
  readonly k?: number | undefined;
  /** Running threshold of BatchTopK. */
  readonly theta?: number | undefined;
  /** Embeddings `(n, d)` to estimate a missing θ on. */
  readonly calibration?: Matrix | undefined;
  /** Tool whose format it is, by its `Importer.tool`; by content when left out. */
  readonly format?: string | undefined;
  /** How the atoms were normalised in training; `l2` unless said otherwise. */
  readonly atoms?: AtomNorm | undefined;
}

/** The tensors of one checkpoint and the settings files beside it. */
export interface Checkpoint {
  readonly container: 'safetensors' | 'torch';
  readonly tensors: TensorFile;
  /** JSON files handed over together with it. */
  readonly settings: readonly ByteSource[];
  /** The line of JSON before a torch archive (saev). */
  readonly header?: Settings | undefined;
}

/** One tool's format: one file, one row in `table.ts`. */
export interface Importer {
  /** Becomes `Dictionary.source`. */
  readonly tool: string;
  /** Names of the tensors it looks for, for the message when nothing fits. */
  readonly looksFor: string;
  recognises(checkpoint: Checkpoint): boolean;
  open(checkpoint: Checkpoint, options: DictionaryOptions): Promise<Dictionary>;
}

/** A settings file, parsed: field by field with checks, never by trust. */
export interface Settings {
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const MAX_SETTINGS = 2 ** 20;

/** Reads `name` (such as `cfg.json`) from the checkpoint's settings; `null` when it was not handed over. */
export async function readSettings(checkpoint: Checkpoint, name: string): Promise<Settings | null> {
  const source = checkpoint.settings.find((item) => baseName(item) === name);
  if (source === undefined) return null;
  const place = { file: source.name };
  if (source.byteLength > MAX_SETTINGS) throw new InputError(`settings of ${source.byteLength} bytes are not read.`, place);
  const values = asRecord(parseStrictJson(decodeUtf8(await source.slice(0, source.byteLength), place), place));
  if (values === null) throw new InputError('the settings are not a JSON object.', place);
  return { file: source.name, values };
}

/** An own field of the settings; `undefined` when absent or null. */
export function setting(settings: Settings | null, key: string): unknown {
  if (settings === null || !Object.hasOwn(settings.values, key)) return undefined;
  return settings.values[key] ?? undefined;
}

/** A number field; `undefined` when absent. @throws InputError when it is something else. */
export function numberSetting(settings: Settings | null, key: string): number | undefined {
  const value = setting(settings, key);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new InputError('the setting is not a number.', { file: settings?.file, field: key });
  return value;
}

/** An object inside the settings, as settings of their own; null when absent. */
export function nested(settings: Settings | null, key: string): Settings | null {
  const values = asRecord(setting(settings, key));
  return values === null || settings === null ? null : { file: settings.file, values };
}

/** k of a top-k on `c` concepts. @throws InputError at `place` unless it is a whole number from 1 to c. */
export function checkedK(k: number | undefined, c: number, place: ErrorPlace): number {
  if (k === undefined) throw new InputError('the file does not say k, the number of codes a row.', { fix: 'Give k.', ...place });
  if (!Number.isInteger(k) || k < 1 || k > c) throw new InputError(`k is ${k}; it has to be a whole number from 1 to ${c}.`, place);
  return k;
}

/** @throws InputError for an option that is not in `taken`: the file says it itself, and a wrong one must not pass unnoticed. */
export function onlyOptions(options: DictionaryOptions, taken: readonly (keyof DictionaryOptions)[], file: string): void {
  for (const key of ['kind', 'k', 'theta', 'calibration', 'atoms'] as const) {
    if (options[key] !== undefined && !taken.includes(key))
      throw new InputError('the file says this itself.', { file, field: key, fix: 'Leave the option out.' });
  }
}

/** @throws InputError when a size in the settings is not that of the tensors. */
export function checkSize(settings: Settings | null, key: string, actual: number): void {
  const said = numberSetting(settings, key);
  if (said !== undefined && said !== actual)
    throw new InputError(`the settings say ${said}, the tensors ${actual}.`, { file: settings?.file, field: key, fix: 'The two files do not belong together.' });
}

/** The number in a tensor of one element, of any type; `undefined` when there is no such tensor. @throws InputError when it has more, or is not finite. */
export async function scalar(file: TensorFile, name: string): Promise<number | undefined> {
  const info = file.tensors.get(name);
  if (info === undefined) return undefined;
  const place = { file: file.name, field: short(name) };
  if (elementCount(info.shape) !== 1) throw new InputError(`the shape is (${short(info.shape.join(', '))}); one number is needed.`, place);
  const value = toFloat32(await file.read(name))[0];
  if (value === undefined || !Number.isFinite(value)) throw new InputError(`the value is ${value}.`, place);
  return value;
}

/** Encoder and decoder of two `nn.Linear`: weights `(c, d)` and `(d, c)`, (out, in) as torch stores them, whatever their strides. */
export async function linearPair(file: TensorFile, encoder: string, decoder: string): Promise<Pick<Dictionary, 'd' | 'c' | 'W_enc' | 'W_dec'>> {
  const [c, d] = matrixShape(file, encoder);
  return { d, c, W_enc: transpose(await weights(file, encoder, [c, d]), c, d), W_dec: transpose(await weights(file, decoder, [d, c]), d, c) };
}

/** Encoder `W_enc` `(d, c)` and decoder `W_dec` `(c, d)`, (in, out) as tools with parameters of their own store them. */
export async function matrixPair(file: TensorFile, encoder = 'W_enc', decoder = 'W_dec'): Promise<Pick<Dictionary, 'd' | 'c' | 'W_enc' | 'W_dec'>> {
  const [d, c] = matrixShape(file, encoder);
  return { d, c, W_enc: await weights(file, encoder, [d, c]), W_dec: await weights(file, decoder, [c, d]) };
}

/** Shape `(rows, cols)` of a two-axis tensor with something in it. */
export function matrixShape(file: TensorFile, name: string): readonly [number, number] {
  const { shape } = file.tensors.get(name) ?? missingTensor(file.name, name);
  const [rows, cols, ...more] = shape;
  if (!rows || !cols || more.length > 0)
    throw new InputError(`the shape is (${short(shape.join(', '))}); two axes are needed.`, { file: file.name, field: name });
  return [rows, cols];
}

/**
 * Weights as float32, row-major.
 * @throws InputError naming the tensor when it is missing, of another shape, not floating point, or holds NaN or infinity.
 */
export async function weights(file: TensorFile, name: string, shape: readonly number[]): Promise<Float32Array> {
  const info = file.tensors.get(name) ?? missingTensor(file.name, name);
  const place = { file: file.name, field: short(name) };
  if (info.shape.length !== shape.length || info.shape.some((axis, i) => axis !== shape[i])) {
    throw new InputError(
      `the shape is (${short(info.shape.join(', '))}) where the other tensors ask for (${shape.join(', ')}).`,
      place,
    );
  }
  if (!isFloat(info.dtype)) throw new InputError(`the weights are ${info.dtype}, not floating-point numbers.`, place);
  const values = toFloat32(await file.read(name));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(`element [${position(bad, shape).join(', ')}] is ${String(values[bad])}.`, {
      ...place,
      fix: 'The training may have diverged; use an earlier checkpoint.',
    });
  return values;
}

/** Transposes `(rows, cols)` to `(cols, rows)`. */
export function transpose(values: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let j = 0; j < cols; j++) out[j * rows + r] = values[r * cols + j] ?? 0;
  return out;
}

function position(index: number, shape: readonly number[]): number[] {
  return shape.map((axis, i) => Math.floor(index / (elementCount(shape.slice(i + 1)) ?? 1)) % axis);
}
