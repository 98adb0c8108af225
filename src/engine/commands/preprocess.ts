import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import { decodeImage } from '../../encoders/images/decode-node.ts';
import { MAX_IMAGE_BYTES } from '../../encoders/images/inspect.ts';
import { knownModel } from '../../encoders/models.ts';
import { type AlphaMode, parsePreprocessorConfig, type PreprocessConfig } from '../../encoders/preprocess/config.ts';
import { preprocessImage } from '../../encoders/preprocess/pipeline.ts';
import { fileSource } from '../../formats/file-source-node.ts';
import { decodeUtf8, parseStrictJson } from '../../formats/json.ts';
import { writeNpy } from '../../formats/npy.ts';

/** A settings file is a few hundred bytes; what is larger is something else. */
const MAX_JSON_BYTES = 1024 * 1024;

/** Arguments of `cli preprocess`: exactly one of `model` (a folder) and `config` (a preprocessor_config.json). */
export interface PreprocessArguments {
  readonly model?: string | undefined;
  readonly config?: string | undefined;
  readonly image: string;
  /** The npy file to write. */
  readonly out: string;
}

/** What was written. */
export interface PreprocessReport {
  readonly out: string;
  /** `[3, height, width]`. */
  readonly shape: readonly [number, number, number];
  readonly dtype: 'float32';
  readonly alpha: AlphaMode;
}

/**
 * Writes a picture's pixel values as its model takes them: float32 `[3, height, width]`, npy. Transparency is treated as the
 * model's entry in our table says; with `config` alone, and for models not in the table, it is dropped as transformers does.
 * Throws InputError naming the file for arguments, settings, pictures and places that do not work.
 */
export async function preprocessCommand({ model, config, image, out }: PreprocessArguments): Promise<PreprocessReport> {
  const settings = await readSettings(model, config);
  const source = await fileSource(image);
  // One byte over the limit is enough for inspectImage to refuse the file.
  const bytes = await source.slice(0, Math.min(source.byteLength, MAX_IMAGE_BYTES + 1));
  const picture = await decodeImage(bytes, image);
  const { width, height, data } = preprocess(picture, settings, image);
  const shape = [3, height, width] as const;
  try {
    await writeFile(out, writeNpy({ dtype: 'float32', shape, data }));
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(`cannot be written (${reason}).`, { file: out, field: '--out', fix: 'Name a file in a folder that exists.' });
  }
  return { out, shape, dtype: 'float32', alpha: settings.alpha };
}

function preprocess(picture: Parameters<typeof preprocessImage>[0], settings: PreprocessConfig, file: string): ReturnType<typeof preprocessImage> {
  try {
    return preprocessImage(picture, settings);
  } catch (error) {
    throw error instanceof InputError ? error.inFile(file) : error;
  }
}

async function readSettings(model: string | undefined, config: string | undefined): Promise<PreprocessConfig> {
  if (model !== undefined && config === undefined) {
    const file = join(model, 'preprocessor_config.json');
    return parsePreprocessorConfig(await readJson(file), file, { alpha: await alphaOf(model) });
  }
  if (config !== undefined && model === undefined) return parsePreprocessorConfig(await readJson(config), config);
  throw new InputError('give exactly one of --model and --config.', { field: '--model' });
}

/** A model that we cannot embed with can still be preprocessed for, as transformers would. */
async function alphaOf(model: string): Promise<AlphaMode> {
  const file = join(model, 'config.json');
  const json = await readJson(file);
  try {
    return knownModel(json, file).alpha;
  } catch (error) {
    if (error instanceof InputError) return 'drop';
    throw error;
  }
}

async function readJson(file: string): Promise<unknown> {
  const source = await fileSource(file);
  if (source.byteLength > MAX_JSON_BYTES) throw new InputError('is too large for a settings file.', { file, fix: 'Take the file of the model itself.' });
  return parseStrictJson(decodeUtf8(await source.slice(0, source.byteLength), { file }), { file });
}
