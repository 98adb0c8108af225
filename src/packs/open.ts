import * as v from 'valibot';
import { IntegrityError } from '../core/errors.ts';
import type { Matrix, SparseCodes } from '../core/tensor.ts';
import { bytesSource } from '../formats/byte-source.ts';
import { readCsr } from '../formats/csr.ts';
import { readEmbeddings } from '../formats/embeddings.ts';
import { packHash, sha256 } from './canonical.ts';
import { parseConcepts, type ConceptTable } from './concepts.ts';
import { parseSamples, type Samples } from './samples.ts';
import { parseLayout, type StoredLayout } from './layouts.ts';
import { checkSchema, LAYOUT_PARTS, parseJson, parseManifest, sheetPath, type Manifest, type PartName } from './schema.ts';

/** Reads one whole file of a pack by name, e.g. `manifest.json`. */
export type ReadPart = (name: string) => Promise<Uint8Array>;

/** The two kinds of items of a pack. */
export type PackModality = 'images' | 'texts';

/** An open pack. Parts load when first asked for, are checked against the manifest, and kept; a failed one is tried again. */
export interface Pack {
  readonly manifest: Manifest;
  /** Content hash, 64 hex digits; links carry the first twelve. */
  readonly hash: string;
  concepts(): Promise<ConceptTable>;
  samples(): Promise<Samples>;
  /** Permalink payload of the ready example. */
  example(): Promise<string>;
  /** Unit rows `(items, d)`, widened from 16 bits. */
  embeddings(of: PackModality): Promise<Matrix>;
  /** Codes `(items, c)`. */
  codes(of: PackModality): Promise<SparseCodes>;
  /** The layout that the pack carries; null without. */
  layout(layer: keyof typeof LAYOUT_PARTS): Promise<StoredLayout | null>;
  /** A sheet of the pack's own pictures (WebP), checked but not decoded. */
  sheet(n: number): Promise<Uint8Array>;
  /** Bytes of a part, checked but not interpreted. */
  bytes(name: PartName): Promise<Uint8Array>;
}

/**
 * Opens a pack, in a browser or in Node. Only the manifest is read; every other part is checked when it is first used.
 * @throws InputError or IntegrityError naming the file and the field when the manifest is broken; the pack's methods throw
 * IntegrityError naming the part when its size, hash or content is not what the manifest says.
 */
export async function openPack(read: ReadPart): Promise<Pack> {
  const manifest = parseManifest(await read('manifest.json'));
  const { counts, dictionary } = manifest;

  const bytes = (name: PartName): Promise<Uint8Array> => checked(name, manifest.files[name]);

  async function checked(name: string, stated: Manifest['files'][PartName] | undefined): Promise<Uint8Array> {
    const found = await read(name);
    if (stated === undefined) throw new IntegrityError('the pack does not have it.', { file: name });
    const fix = 'Download the pack again.';
    if (found.length !== stated.bytes) throw new IntegrityError(`${found.length} bytes instead of ${stated.bytes}.`, { file: name, fix });
    if ((await sha256(found)) !== stated.sha256) throw new IntegrityError('the content is not what the manifest says (SHA-256 differs).', { file: name, fix });
    return found;
  }

  const json = async (name: PartName): Promise<unknown> => parseJson(await bytes(name), name);
  async function matrixOf(name: 'images.npy' | 'texts.npy', rows: number): Promise<Matrix> {
    const matrix = await readEmbeddings(bytesSource(name, await bytes(name)));
    fits(name, [matrix.rows, matrix.cols], [rows, dictionary.d]);
    return matrix;
  }
  async function codesOf(name: 'codes_images.npz' | 'codes_texts.npz', rows: number): Promise<SparseCodes> {
    const codes = await readCsr(bytesSource(name, await bytes(name)));
    fits(name, [codes.rows, codes.cols], [rows, dictionary.c]);
    return codes;
  }

  const matrices = { images: once(() => matrixOf('images.npy', counts.images)), texts: once(() => matrixOf('texts.npy', counts.texts)) };
  const codes = { images: once(() => codesOf('codes_images.npz', counts.images)), texts: once(() => codesOf('codes_texts.npz', counts.texts)) };
  async function layoutOf(layer: keyof typeof LAYOUT_PARTS, points: number): Promise<StoredLayout | null> {
    const about = manifest.layouts?.[layer];
    const name = LAYOUT_PARTS[layer];
    return about === undefined ? null : { ...about, positions: await parseLayout(await bytes(name), name, points) };
  }
  const layouts = { concepts: once(() => layoutOf('concepts', dictionary.c)), samples: once(() => layoutOf('samples', counts.images + counts.texts)) };
  return {
    manifest,
    hash: await packHash(manifest),
    concepts: once(async () => parseConcepts(await json('concepts.json'), 'concepts.json', dictionary.c, counts)),
    samples: once(async () => parseSamples(await json('samples.json'), 'samples.json', counts)),
    example: once(async () => checkSchema(v.strictObject({ payload: v.string() }), await json('example.json'), 'example.json').payload),
    embeddings: (of) => matrices[of](),
    codes: (of) => codes[of](),
    layout: (layer) => layouts[layer](),
    sheet: (n) => checked(sheetPath(n), manifest.pictures?.sheets[n]),
    bytes,
  };
}

function fits(file: string, shape: readonly number[], wanted: readonly number[]): void {
  if (shape.join() !== wanted.join()) throw new IntegrityError(`shape (${shape.join(', ')}) instead of (${wanted.join(', ')}).`, { file, field: 'shape' });
}

/** Loads once; a failure is forgotten, so that the next call tries again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
