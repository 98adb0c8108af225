/** The encoder in a browser, best in a worker: transformers.js' web build on ONNX Runtime Web (wasm, WebGPU). */
import { InputError } from '../core/errors.ts';
import { ByteMeter } from './byte-meter.ts';
import { DualEncoder } from './dual-encoder.ts';
import { readModelFiles, weightsFile } from './model-files.ts';
import { download, downloadFailure, type Libraries, loadLibraries, ortQueue } from './ort-browser.ts';
import type { OrtBuild } from './ort-files.ts';
import type { Encoder, TowerName, TowerStatus } from './port.ts';
import { isSession, MissingFileError, type Runtime } from './session.ts';
import { openTokenizer, openTower, ortTensor, sessionOptions } from './transformers-runtime.ts';
import { messageOf } from './trial.ts';

/** What to open, and who wants to know. */
export interface BrowserEncoderOptions {
  /** Absolute URL of the application's root folder, e.g. the page's `document.baseURI`: a worker cannot find it out itself. */
  readonly base: string;
  /** Folder of the model under the root, e.g. `models/mini-clip`. */
  readonly model: string;
  /** Bytes downloaded and bytes known of; the runtime's wasm is among them. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called when a tower starts, moves, or stays for a new reason. */
  readonly onStatus?: (tower: TowerName, status: TowerStatus) => void;
  /** Asked for only when the self-test fails on the processor. */
  readonly device?: () => Promise<GPUDevice | null>;
  /** For tests: a build other than the one that the browser would get. */
  readonly ortBuild?: OrtBuild;
}

const FIX_DAMAGED = 'Reload the page; if that does not help, the file on the server is damaged.';

/**
 * Opens a CLIP model of this origin on wasm and self-tests it; nothing is fetched from elsewhere. Throws InputError naming the
 * file that is missing or broken, IntegrityError when the self-test fails.
 */
export async function openBrowserEncoder(options: BrowserEncoderOptions): Promise<Encoder> {
  const folder = new URL(`${options.model}/`, options.base);
  const meter = new ByteMeter((done, total) => options.onProgress?.(done, total));
  const loading = loadLibraries(new URL(options.base), meter, options.ortBuild);
  const readText = async (name: string, needed: boolean): Promise<string | null> => {
    const response = await download(new URL(name, folder));
    if (response.ok) return response.text();
    if (needed || response.status !== 404) asInputError(options.model, folder, name)(null);
    return null;
  };
  const [files, libraries] = await Promise.all([readModelFiles(options.model, readText), loading]);
  // A path, not a URL: transformers.js takes URLs for remote models. Without the slash at its end.
  const path = folder.pathname.slice(0, -1);
  const tokenizerFile = `${options.model}/tokenizer.json`;
  const tokenizer = openTokenizer(libraries.transformers, path, tokenizerFile).catch(asInputError(options.model, folder, 'tokenizer.json'));
  const parts = {
    ...files,
    id: options.model.split('/').at(-1) ?? options.model,
    label: options.model,
    runtime: browserRuntime(libraries, folder, path, options.model),
    queue: ortQueue,
    lastResort: options.device ?? (() => Promise.resolve(null)),
    onStatus: options.onStatus ?? (() => undefined),
  };
  return DualEncoder.open(parts, tokenizer);
}

function browserRuntime({ ort, transformers }: Libraries, folder: URL, path: string, label: string): Runtime {
  return {
    processor: 'wasm',
    tensor: (type, data, dims) => ortTensor(transformers, type, data, dims),
    openSession: async (tower, dtype, device) => {
      const name = weightsFile(tower, dtype);
      const opening = openTower(transformers, path, tower, dtype, sessionOptions('wasm', device));
      return device === null ? opening.catch(asInputError(label, folder, name)) : opening;
    },
    openBytes: async (bytes, device) => {
      const session: unknown = await ort.InferenceSession.create(bytes, sessionOptions('wasm', device) as object);
      if (!isSession(session)) throw new Error('ONNX Runtime returned no session');
      return session;
    },
  };
}

/** What to say when file `name` of the model did not open: what its download met, else what its reader says. */
function asInputError(label: string, folder: URL, name: string): (error: unknown) => never {
  return (error) => {
    const file = `${label}/${name}`;
    const failure = downloadFailure(new URL(name, folder));
    if (failure === 'missing') throw new MissingFileError(file);
    if (failure !== undefined) throw new InputError(failure.reason, { ...failure.place, file });
    if (error instanceof InputError) throw error;
    throw new InputError(`cannot be opened (${messageOf(error)}).`, { file, fix: FIX_DAMAGED });
  };
}
