/** The encoder in Node: transformers.js' node build on ONNX Runtime's native processor backend. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../core/errors.ts';
import { decodeUtf8 } from '../formats/json.ts';
import { DualEncoder } from './dual-encoder.ts';
import { readModelFiles, weightsFile } from './model-files.ts';
import type { Encoder } from './port.ts';
import { createQueue } from './queue.ts';
import { MissingFileError, type Runtime } from './session.ts';
import { openTokenizer, openTower, ortTensor, sessionOptions, type Transformers } from './transformers-runtime.ts';
import { messageOf } from './trial.ts';

const FIX_LAYOUT = 'Give a folder in the layout of a transformers.js CLIP model, such as models/mini-clip.';
const FIX_DAMAGED = 'The file may be damaged; copy it again.';
const MAX_SMALL_FILE = 64 * 2 ** 20;

/**
 * Opens the CLIP model in the folder `modelDir` and self-tests it where it brings a self-test. Nothing is downloaded. Throws
 * InputError naming the file that is missing or broken, IntegrityError when the self-test fails.
 */
export async function openEncoder(modelDir: string): Promise<Encoder> {
  const folder = resolve(modelDir);
  const files = await readModelFiles(modelDir, (name, needed) => readText(join(folder, name), `${modelDir}/${name}`, needed));
  const tokenizerFile = `${modelDir}/tokenizer.json`;
  if ((await sizeOf(join(folder, 'tokenizer.json'))) === null) throw new MissingFileError(tokenizerFile, FIX_LAYOUT);
  const transformers = await loadTransformers();
  const parts = {
    ...files,
    id: basename(folder),
    label: modelDir,
    runtime: nodeRuntime(transformers, folder, modelDir),
    queue: createQueue(),
    lastResort: () => Promise.resolve(null),
    onStatus: () => undefined,
  };
  return DualEncoder.open(parts, openTokenizer(transformers, folder, tokenizerFile).catch(asInputError(tokenizerFile)));
}

async function loadTransformers(): Promise<Transformers> {
  const transformers = await import('@huggingface/transformers');
  const { env, LogLevel } = transformers;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.useFSCache = false;
  // Every failure reaches the user as one of our errors.
  env.logLevel = LogLevel.NONE;
  return transformers;
}

function nodeRuntime(transformers: Transformers, folder: string, label: string): Runtime {
  return {
    processor: 'cpu',
    openBytes: null,
    tensor: (type, data, dims) => ortTensor(transformers, type, data, dims),
    openSession: async (tower, dtype, device) => {
      const name = weightsFile(tower, dtype);
      const file = `${label}/${name}`;
      if ((await sizeOf(join(folder, name))) === null) throw new MissingFileError(file, FIX_LAYOUT);
      return openTower(transformers, folder, tower, dtype, sessionOptions('cpu', device)).catch(asInputError(file));
    },
  };
}

/** Text of a small file; null when it is missing and not needed. */
async function readText(path: string, file: string, needed: boolean): Promise<string | null> {
  const size = await sizeOf(path);
  if (size === null) {
    if (needed) throw new MissingFileError(file, FIX_LAYOUT);
    return null;
  }
  if (size > MAX_SMALL_FILE) throw new InputError(`has ${size} bytes, which no such file needs.`, { file });
  return decodeUtf8(await readFile(path), { file });
}

/** Size of a file in bytes, null when there is no such file. */
async function sizeOf(path: string): Promise<number | null> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() === true ? info.size : null;
}

function asInputError(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof InputError) throw error;
    throw new InputError(`cannot be opened (${messageOf(error)}).`, { file, fix: FIX_DAMAGED });
  };
}
