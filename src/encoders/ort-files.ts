/** The builds of ONNX Runtime Web's wasm; one loader (`onnxruntime-web/webgpu`, without glue of its own) runs all three. */
export const ORT_BUILDS = {
  /** WebGPU and wasm on the browser's own stack switching: Chromium. */
  jspi: 'ort-wasm-simd-threaded.jspi',
  /** The same for browsers without it, larger and slower: Safari. */
  asyncify: 'ort-wasm-simd-threaded.asyncify',
  /** Wasm only. */
  plain: 'ort-wasm-simd-threaded',
} as const;

/** Name of a build. */
export type OrtBuild = keyof typeof ORT_BUILDS;

/** The smallest build that uses all that the browser has. */
export function pickOrtBuild(has: { readonly webgpu: boolean; readonly jspi: boolean }): OrtBuild {
  if (!has.webgpu) return 'plain';
  return has.jspi ? 'jspi' : 'asyncify';
}

/** Folder of the builds under the application's root. The version in it keeps a new loader from meeting a cached old build. */
export function ortFolder(version: string): string {
  return `ort/${version}/`;
}
