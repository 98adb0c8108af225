import { parseStrictJson } from '../formats/json.ts';
import { knownModel, type KnownModel } from './models.ts';
import type { Dtype, TowerName } from './port.ts';
import { parsePreprocessorConfig, type PreprocessConfig } from './preprocess/config.ts';
import { parseSelfTest, type SelfTest } from './self-test.ts';

/** File name endings of transformers.js, by precision. */
const SUFFIX: Readonly<Record<Dtype, string>> = { fp32: '', fp16: '_fp16', q8: '_quantized' };

/** Path of a tower's weights inside the model's folder. */
export function weightsFile(tower: TowerName, dtype: Dtype): string {
  return `onnx/${tower === 'image' ? 'vision' : 'text'}_model${SUFFIX[dtype]}.onnx`;
}

/** What a model's small files say. */
export interface ModelFiles {
  readonly model: KnownModel;
  readonly preprocess: PreprocessConfig;
  readonly selfTest: SelfTest | null;
}

/**
 * Reads config.json, preprocessor_config.json and, where there is one, selftest.json of the model folder that messages call
 * `label`; tokenizer_config.json is only checked, transformers.js reads it again and would not say which file is broken.
 * `readText` gives a file's text, null when it is missing and not `needed`. Throws InputError naming file and field.
 */
export async function readModelFiles(label: string, readText: (name: string, needed: boolean) => Promise<string | null>): Promise<ModelFiles> {
  const read = async (name: string, needed: boolean): Promise<unknown> => {
    const text = await readText(name, needed);
    return text === null ? null : parseStrictJson(text, { file: `${label}/${name}` });
  };
  // On its own first: of a folder that is no model, it is the file to be named.
  const config = await read('config.json', true);
  const [preprocessor, stored] = await Promise.all([
    read('preprocessor_config.json', true),
    read('selftest.json', false),
    read('tokenizer_config.json', true),
  ]);
  const model = knownModel(config, `${label}/config.json`);
  return {
    model,
    preprocess: parsePreprocessorConfig(preprocessor, `${label}/preprocessor_config.json`, { alpha: model.alpha }),
    selfTest: stored === null ? null : parseSelfTest(stored, `${label}/selftest.json`, model.dim),
  };
}
