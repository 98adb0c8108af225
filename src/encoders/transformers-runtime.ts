import type { Dtype, TowerName } from './port.ts';
import { isSession, type Session } from './session.ts';
import { type Tokenizer, wrapTokenizer } from './tokenizer.ts';

/** The transformers.js module: its web build in a browser, its node build in Node. */
export type Transformers = typeof import('@huggingface/transformers');

/** Session options of ONNX Runtime, as far as we set them. */
export interface SessionOptions {
  readonly executionProviders: readonly ('wasm' | 'cpu' | { readonly name: 'webgpu'; readonly device: GPUDevice })[];
  readonly preferredOutputLocation?: 'gpu-buffer';
  readonly logSeverityLevel: number;
  readonly extra?: object;
}

/** ONNX Runtime's severity "error": its warnings about node placement are no news to anyone. */
const logSeverityLevel = 3;

/** Options for a session on `device`, or on `processor` when it is null. Outputs of a GPU session stay on the GPU. */
export function sessionOptions(processor: 'wasm' | 'cpu', device: GPUDevice | null): SessionOptions {
  if (device !== null) return { executionProviders: [{ name: 'webgpu', device }], preferredOutputLocation: 'gpu-buffer', logSeverityLevel };
  if (processor === 'wasm') return { executionProviders: [processor], logSeverityLevel };
  // Threads that spin at every barrier make a busy machine several times slower and an idle one hardly faster.
  return { executionProviders: [processor], logSeverityLevel, extra: { session: { intra_op: { allow_spinning: '0' } } } };
}

/** Opens one tower of the CLIP model in `folder` as transformers.js lays it out. Rejects as transformers.js or ONNX Runtime does. */
export async function openTower(
  { CLIPVisionModelWithProjection, CLIPTextModelWithProjection }: Transformers,
  folder: string,
  tower: TowerName,
  dtype: Dtype,
  options: SessionOptions,
): Promise<Session> {
  const kind = tower === 'image' ? CLIPVisionModelWithProjection : CLIPTextModelWithProjection;
  // `auto` names no device: the providers in the session options do.
  const model = await kind.from_pretrained(folder, { dtype, device: 'auto', session_options: options as object });
  const session: unknown = model.sessions['model'];
  if (session instanceof Error) throw session;
  if (!isSession(session)) throw new Error('transformers.js returned no session');
  return session;
}

/** Loads the tokenizer of `folder`; messages call its file `file`. Rejects as transformers.js does; throws InputError as `wrapTokenizer`. */
export async function openTokenizer({ AutoTokenizer }: Transformers, folder: string, file: string): Promise<Tokenizer> {
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  return wrapTokenizer((text) => tokenizer(text, { return_tensor: false }), tokenizer.pad_token_id, file);
}

/** An ONNX Runtime tensor over `data`. */
export function ortTensor({ Tensor }: Transformers, type: 'float32' | 'int64', data: Float32Array | BigInt64Array, dims: readonly number[]): unknown {
  return new Tensor(type, data, [...dims]).ort_tensor;
}
