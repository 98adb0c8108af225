/** Random access to the bytes of one file, whatever it lives in; every reader is written against this. */
export interface ByteSource {
  /** What messages call it: a file name or a path. */
  readonly name: string;
  readonly byteLength: number;
  /** Bytes `start … end` (end exclusive). Callers stay inside `0 … byteLength`; the result may be a view and is not to be written to. */
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** Wraps bytes that are already in memory. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return { name, byteLength: bytes.byteLength, slice: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

/** Wraps a `File` or `Blob` (drop, picker, OPFS); only the slices asked for are read. */
export function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    byteLength: blob.size,
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

/** Last part of a source's path: what tells `cfg.json` from `sae.pt`. */
export function baseName(source: ByteSource): string {
  return source.name.split(/[/\\]/).at(-1) ?? source.name;
}
