/** ONNX Runtime Web for the browser: one copy, its wasm from our own origin, and a transformers.js that uses just that. */
import { InputError } from '../core/errors.ts';
import type { ByteMeter } from './byte-meter.ts';
import { ORT_BUILDS, ortFolder, type OrtBuild, pickOrtBuild } from './ort-files.ts';
import { createQueue } from './queue.ts';
import type { Transformers } from './transformers-runtime.ts';

type Ort = typeof import('onnxruntime-web/webgpu');

/** Both libraries, set up. */
export interface Libraries {
  readonly ort: Ort;
  readonly transformers: Transformers;
}

const FIX_NETWORK = 'Check the connection and reload the page.';

/** All sessions of this realm share one ONNX Runtime, and with it one queue. */
export const ortQueue = createQueue();

let libraries: Promise<Libraries> | null = null;
let wasm: Promise<void> | null = null;
/** Counts for the encoder that is being opened. */
let meter: ByteMeter | null = null;
/** Why the last download of a path failed; transformers.js would only say that there was no file. */
const failures = new Map<string, 'missing' | InputError>();

/**
 * Loads ONNX Runtime and transformers.js, which start downloading the wasm under `base` (the application's root) at once.
 * Later calls give the same copy; only a failed download is tried again. Sessions wait for the wasm by themselves.
 */
export async function loadLibraries(base: URL, to: ByteMeter, build: OrtBuild | undefined): Promise<Libraries> {
  meter = to;
  const ort = await import('onnxruntime-web/webgpu');
  // Its rejection is met where a session is created.
  startWasm(ort, base, build).catch(() => undefined);
  libraries ??= loadTransformers(ort);
  return libraries;
}

/** ONNX Runtime alone, with its wasm: the same copy. Throws InputError when it cannot be downloaded. */
export async function loadOrt(base: URL): Promise<Ort> {
  const ort = await import('onnxruntime-web/webgpu');
  await startWasm(ort, base, undefined);
  return ort;
}

function startWasm(ort: Ort, base: URL, build: OrtBuild | undefined): Promise<void> {
  wasm ??= loadWasm(ort, base, build).catch((error: unknown) => {
    wasm = null;
    throw error;
  });
  return wasm;
}

/** GET that is counted and whose failure is noted; what every download of a model goes through. Throws InputError when the network fails. */
export async function download(url: string | URL, init?: RequestInit): Promise<Response> {
  const path = pathOf(url);
  const broken = (reason: string): InputError => new InputError(`cannot be downloaded (${reason}).`, { file: path, fix: FIX_NETWORK });
  failures.delete(path);
  try {
    const response = await fetch(url, init);
    if (!response.ok) failures.set(path, response.status === 404 ? 'missing' : broken(`HTTP ${response.status}`));
    return meter?.count(response) ?? response;
  } catch (error) {
    const failure = broken(String(error));
    failures.set(path, failure);
    throw failure;
  }
}

/** Why the last download of `url` failed, if it did. */
export function downloadFailure(url: string | URL): 'missing' | InputError | undefined {
  return failures.get(pathOf(url));
}

function pathOf(url: string | URL): string {
  return new URL(url, location.href).pathname;
}

async function loadWasm(ort: Ort, base: URL, build: OrtBuild | undefined): Promise<void> {
  const version = ort.env.versions.web ?? 'unknown';
  const name = ORT_BUILDS[build ?? pickOrtBuild({ webgpu: 'gpu' in navigator, jspi: 'Suspending' in WebAssembly })];
  const folder = new URL(ortFolder(version), base);
  const mjs = new URL(`${name}.mjs`, folder).href;
  ort.env.wasm.wasmPaths = { mjs, wasm: new URL(`${name}.wasm`, folder).href };
  // More threads need SharedArrayBuffer, which a page has only when its host isolates it.
  ort.env.wasm.numThreads = crossOriginIsolated ? Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)) : 1;
  // ONNX Runtime can be started once only: after a failed download of its own it stays broken. So both are fetched first.
  const [binary] = await Promise.all([bytesOf(new URL(`${name}.wasm`, folder)), bytesOf(mjs)]);
  ort.env.wasm.wasmBinary = binary;
}

async function bytesOf(url: string | URL): Promise<ArrayBuffer> {
  const response = await download(url);
  if (!response.ok) throw new InputError(`cannot be downloaded (HTTP ${response.status}).`, { file: pathOf(url), fix: FIX_NETWORK });
  return response.arrayBuffer();
}

async function loadTransformers(ort: Ort): Promise<Libraries> {
  // transformers.js takes the runtime that it finds under this name. Ours never rejects: transformers.js chains all session
  // creations to one promise, so that a single failure (WebGPU, say) would fail every later session too.
  const InferenceSession = {
    create: async (...args: Parameters<Ort['InferenceSession']['create']>): Promise<unknown> => {
      try {
        await wasm;
        return await ort.InferenceSession.create(...args);
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      } finally {
        delete ort.env.wasm.wasmBinary;
      }
    },
  };
  Object.assign(globalThis, { [Symbol.for('onnxruntime')]: { ...ort, InferenceSession } });
  const transformers = await import('@huggingface/transformers');
  const { env, LogLevel } = transformers;
  env.allowLocalModels = true;
  env.allowRemoteModels = false;
  // The browser's HTTP cache revalidates; a cache of our own would keep old weights after a new release.
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.fetch = download;
  // Every failure reaches the user as one of our errors.
  env.logLevel = LogLevel.NONE;
  return { ort, transformers };
}
