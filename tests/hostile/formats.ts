/** Runs the entries of a hostile manifest that are tensor files, for the copy in the repository and for the whole set beside it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import type { ByteSource } from '../../src/formats/byte-source.ts';
import { bytesSource } from '../../src/formats/byte-source.ts';
import { readEmbeddings } from '../../src/formats/embeddings.ts';
import { dictionarySources, fileSource } from '../../src/formats/file-source-node.ts';
import { toHalf } from '../../src/formats/half.ts';
import { openDictionary } from '../../src/formats/importers/table.ts';
import { readNpy } from '../../src/formats/npy.ts';
import { openNpz } from '../../src/formats/npz.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import type { Tensor } from '../../src/formats/tensor.ts';
import { openStateDict } from '../../src/formats/torch-pt.ts';

export interface HostileEntry {
  readonly file: string;
  readonly kind: string;
  readonly must: 'load' | 'reject';
  readonly why: string;
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly extra_values?: Readonly<Record<string, readonly (number | string | boolean)[] | number>>;
}

interface ExpectedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256_le_row_major: string;
}

/** Sound containers whose tensors are no dictionary: refused by the importers, not by the readers. */
const CONTENT =
  /\/(integer_weights|nan_weights|inf_weights|wrong_dims|all_minus_inf_bias|wrong_decoder_dim|wrong_bias_length|three_dim_weights|decoder_missing|only_unknown_names|nan_values)\./;

/** The settings that go with `control_ok.safetensors`, which has no folder of its own. */
const CFG = bytesSource(
  'cfg.json',
  new TextEncoder().encode(JSON.stringify({ architecture: 'standard', d_in: 16, d_sae: 48, normalize_activations: 'none' })),
);

/** Registers one test per entry of the kinds read here; returns how many. */
export function hostileFormatTests(root: string, manifest: readonly HostileEntry[]): number {
  const entries = manifest.filter(({ kind }) => kind in READ_ALL);
  for (const entry of entries) {
    it(`${entry.must}s ${entry.file}: ${entry.why}`, async () => {
      const path = `${root}/${entry.file}`;
      expect(existsSync(path)).toBe(true);
      if (entry.must === 'load') await expectLoads(entry, path);
      else await expectRefused(entry, path);
      expect(Object.keys(Object.prototype)).toEqual([]);
    });
  }
  return entries.length;
}

/** Reads `manifest.json` of the same shape as ../shared/fixtures/hostile/manifest.json. */
export function readManifest(path: string): HostileEntry[] {
  return JSON.parse(readFileSync(path, 'utf8')) as HostileEntry[];
}

type Named = ReadonlyMap<string, Tensor>;

const READ_ALL: Readonly<Record<string, (path: string) => Promise<Named>>> = {
  npy: async (path) => new Map([['', await readNpy(await fileSource(path))]]),
  npz: async (path) => {
    const npz = await openNpz(await fileSource(path));
    return readNames(npz.names, (name) => npz.read(name));
  },
  safetensors: async (path) => readSafetensors(await fileSource(path)),
  pt: readTorch,
  'pt-zip': readTorch,
  'saelens-folder': async (path) => {
    await openDictionary(await dictionarySources(path.replace(/\/cfg\.json$/, '')));
    return new Map();
  },
};

async function readTorch(path: string): Promise<Named> {
  const file = await openStateDict(await fileSource(path));
  return readNames([...file.tensors.keys()], (name) => file.read(name));
}

async function readNames(names: readonly string[], read: (name: string) => Promise<Tensor>): Promise<Named> {
  const tensors = new Map<string, Tensor>();
  for (const name of names) tensors.set(name, await read(name));
  return tensors;
}

async function expectLoads(entry: HostileEntry, path: string): Promise<void> {
  const expected = new Map(
    Object.entries(entry.kind === 'npy' ? { '': entry.expect } : (entry.expect ?? {})) as [string, ExpectedTensor][],
  );
  expect(expected.size).toBeGreaterThan(0);
  const tensors = entry.file.includes('with_object_member')
    ? await readSome(path, [...expected.keys()])
    : await READ_ALL[entry.kind]?.(path);
  for (const [name, { dtype, shape, sha256_le_row_major }] of expected) {
    const tensor = tensors?.get(name);
    expect(tensor, name).toMatchObject({ dtype, shape });
    expect(
      createHash('sha256')
        .update(tensor ? storedBytes(tensor) : '')
        .digest('hex'),
    ).toBe(sha256_le_row_major);
  }
  for (const [name, values] of Object.entries(entry.extra_values ?? {})) {
    expect(Array.from(tensors?.get(name)?.data ?? [], String)).toEqual(
      [values].flat().map((value) => String(typeof value === 'boolean' ? Number(value) : value)),
    );
  }
  if (entry.kind === 'safetensors') expect(await openDictionary([CFG, await fileSource(path)])).toMatchObject({ d: 16, c: 48 });
}

/** The numeric members load although another one holds objects; that one is refused, never unpickled. */
async function readSome(path: string, names: readonly string[]): Promise<Named> {
  const npz = await openNpz(await fileSource(path));
  for (const other of npz.names.filter((name) => !names.includes(name)))
    await expect(npz.read(other)).rejects.toThrow(/never unpickled/);
  return readNames(names, (name) => npz.read(name));
}

async function expectRefused(entry: HostileEntry, path: string): Promise<void> {
  if (!CONTENT.test(entry.file)) await expectInputError(() => READ_ALL[entry.kind]?.(path), path);
  if (entry.kind === 'npy') await expectInputError(async () => readEmbeddings(await fileSource(path)), path);
  if (entry.kind === 'safetensors') await expectInputError(async () => openDictionary([CFG, await fileSource(path)]), path);
  if (entry.kind === 'pt') await expectInputError(async () => openDictionary([await fileSource(path)], { kind: 'relu' }), path);
}

/** A plain sentence that names the file; anything else thrown is a crash. */
async function expectInputError(act: () => Promise<unknown> | undefined, path: string): Promise<void> {
  const error: unknown = await Promise.resolve(act()).then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).toContain(basename(path));
  expect(message).toMatch(/\.$/);
  expect(message.length).toBeLessThan(400 + path.length);
}

/** Little-endian row-major bytes of the stored type: what the manifest's hash is of. */
function storedBytes(tensor: Tensor): Uint8Array {
  const { data } = tensor;
  const stored = tensor.dtype === 'float16' && data instanceof Float32Array ? Uint16Array.from(data, toHalf) : data;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/** A source that counts the bytes asked for, to show that a reader is lazy or bounded. */
export function countingSource(source: ByteSource): ByteSource & { readonly bytesRead: () => number } {
  let total = 0;
  return {
    name: source.name,
    byteLength: source.byteLength,
    slice: (start, end) => {
      total += end - start;
      return source.slice(start, end);
    },
    bytesRead: () => total,
  };
}
