import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { encode } from '../../core/encode.ts';
import { InputError, IntegrityError } from '../../core/errors.ts';
import { layoutQuality } from '../../core/layout/quality.ts';
import { cosine } from '../../core/metrics.ts';
import { codeRow, matrix, rowOf, type Matrix, type SparseCodes } from '../../core/tensor.ts';
import { uninterrupted } from '../../core/work.ts';
import { openEncoder } from '../../encoders/transformers-node.ts';
import { dictionarySources } from '../../formats/file-source-node.ts';
import { openDictionary } from '../../formats/importers/table.ts';
import { storeConcepts, TOP, type ConceptTable } from '../../packs/concepts.ts';
import { drawItem } from '../../packs/gallery/draw-node.ts';
import { loadIconPackages } from '../../packs/gallery/packages-node.ts';
import { openPack, type Pack, type PackModality } from '../../packs/open.ts';
import { PARTS } from '../../packs/schema.ts';
import { conceptStatistics } from '../../packs/statistics.ts';
import type { Progress } from '../protocol.ts';
import { DRAWN, hashOf } from './pack-build.ts';

/** Codes are computed again on the same stored rows, by the same reference in float64. */
const CODE_TOLERANCE = 1e-6;

/** Arguments of `cli pack verify`. */
export interface PackVerifyArguments {
  /** Folder of the pack. */
  readonly pack: string;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** One thing that was checked: N of M. */
export interface PackCheck {
  readonly what: 'parts' | 'encoder files' | 'dictionary files' | 'image codes' | 'text codes' | 'concepts' | 'layout' | 'images drawn and embedded' | 'texts embedded';
  readonly checked: number;
  readonly of: number;
  /** Why not all that could be checked was, else null. */
  readonly note: string | null;
}

/** A pack that passed. */
export interface PackVerifyReport {
  readonly id: string;
  readonly hash: string;
  readonly checks: readonly PackCheck[];
}

/**
 * Verifies a pack: its manifest and parts, the files of the encoder and dictionary it names (looked for from the working
 * directory, then from the pack upwards), every code again from the stored embeddings, every concept's statistics from the
 * codes, the quality of the concepts' layout, and some items embedded again. Pictures are skipped, and the report says so, where their packages are not installed.
 * @throws IntegrityError naming the first file and item that does not match; InputError when a file is missing.
 */
export async function packVerifyCommand({ pack: folder, onProgress = () => undefined }: PackVerifyArguments): Promise<PackVerifyReport> {
  const pack = await openPack((name) => readPart(folder, name));
  const { encoder, dictionary, counts } = pack.manifest;
  const checks: PackCheck[] = [];
  const passed = (what: PackCheck['what'], checked: number, of = checked, note: string | null = null): void => {
    checks.push({ what, checked, of, note });
  };

  for (const name of PARTS) await pack.bytes(name);
  await Promise.all([pack.samples(), pack.example(), pack.layout('concepts'), pack.layout('samples')]);
  passed('parts', Object.keys(pack.manifest.files).length);
  const encoderFolder = await locate(encoder.path, folder);
  await checkHashes(encoderFolder, encoder.files);
  passed('encoder files', Object.keys(encoder.files).length);
  const dictionaryFolder = await locate(dictionary.path, folder);
  const isFolder = (await stat(dictionaryFolder)).isDirectory();
  await checkHashes(isFolder ? dictionaryFolder : path.dirname(dictionaryFolder), dictionary.files);
  passed('dictionary files', Object.keys(dictionary.files).length);

  const opened = await openDictionary(await dictionarySources(dictionaryFolder));
  for (const of of ['images', 'texts'] as const) {
    onProgress({ phase: 'encode', done: of === 'images' ? 0 : counts.images, total: counts.images + counts.texts, unit: 'items' });
    compareCodes(`codes_${of}.npz`, await pack.codes(of), encode(opened, await pack.embeddings(of)));
    passed(of === 'images' ? 'image codes' : 'text codes', counts[of]);
  }
  const again = storeConcepts(conceptStatistics(await pack.codes('images'), await pack.codes('texts'), TOP), [], null);
  compareStatistics(await pack.concepts(), again);
  passed('concepts', dictionary.c);
  const layout = await pack.layout('concepts');
  if (layout !== null) {
    const { trustworthiness, continuity } = await layoutQuality(matrix(dictionary.c, dictionary.d, opened.W_dec), layout.positions, layout.quality.k, uninterrupted);
    for (const [field, found] of [['trustworthiness', trustworthiness], ['continuity', continuity]] as const) {
      if (Math.abs(found - layout.quality[field]) > 1e-3) throw new IntegrityError(`is ${found.toFixed(4)}, not ${layout.quality[field]}.`, { file: 'manifest.json', field: `layouts.concepts.quality.${field}` });
    }
    passed('layout', dictionary.c);
  }
  for (const check of await embedAgain(pack, encoderFolder, onProgress)) checks.push(check);
  return { id: pack.manifest.id, hash: pack.hash, checks };
}

async function readPart(folder: string, name: string): Promise<Uint8Array> {
  return readFile(path.join(folder, name)).catch(() => {
    throw new InputError('is missing or cannot be read.', { file: path.join(folder, name), fix: 'Build the pack with: cli pack build.' });
  });
}

/** The file or folder `target`, relative to the working directory or to the pack's folder or one above it. */
async function locate(target: string, pack: string): Promise<string> {
  const starts = [process.cwd()];
  for (let at = path.resolve(pack); !starts.includes(at); at = path.dirname(at)) starts.push(at);
  for (const start of starts) {
    const found = path.join(start, target);
    if (await stat(found).then(() => true, () => false)) return found;
  }
  throw new InputError('the pack names it, and it is not there.', { file: target, fix: 'Run this where the pack was built.' });
}

async function checkHashes(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, stated] of Object.entries(files)) {
    const file = path.join(folder, name);
    const found = await hashOf(file).catch(() => {
      throw new InputError('is missing or cannot be read.', { file });
    });
    if (found !== stated) throw new IntegrityError('is not the file that the pack was made with (SHA-256 differs).', { file, fix: 'Build the pack again.' });
  }
}

function compareCodes(file: string, stored: SparseCodes, again: SparseCodes): void {
  for (let item = 0; item < stored.rows; item++) {
    const a = codeRow(stored, item);
    const b = codeRow(again, item);
    const same = a.indices.length === b.indices.length && a.indices.every((index, e) => index === b.indices[e] && Math.abs((a.values[e] ?? 0) - (b.values[e] ?? 0)) <= CODE_TOLERANCE);
    if (!same) throw new IntegrityError('the dictionary gives another code for the stored embedding.', { file, field: `item ${item}`, fix: 'Build the pack again.' });
  }
}

function compareStatistics(stored: ConceptTable, again: ReturnType<typeof storeConcepts>): void {
  const place = { file: 'concepts.json', fix: 'Build the pack again.' };
  for (const field of ['energyImages', 'energyTexts', 'frequencyImages', 'frequencyTexts', 'modality'] as const) {
    const differs = stored[field].findIndex((value, i) => value !== again[field][i]);
    if (differs >= 0) throw new IntegrityError(`concept ${differs} has another value by its codes.`, { ...place, field });
  }
  for (const field of ['topImages', 'topTexts'] as const) {
    const differs = stored[field].findIndex((list, i) => list.map(({ item }) => item).join() !== again[field].item[i]?.join());
    if (differs >= 0) throw new IntegrityError(`concept ${differs} has other examples by its codes.`, { ...place, field });
  }
}

/** Draws, reads and embeds the self-test's items again. */
async function embedAgain(pack: Pack, encoderFolder: string, onProgress: (progress: Progress) => void): Promise<PackCheck[]> {
  const { selfTest } = pack.manifest;
  const { images, texts } = await pack.samples();
  const encoder = await openEncoder(encoderFolder);
  try {
    onProgress({ phase: 'embed', done: 0, total: selfTest.images.length + selfTest.texts.length, unit: 'items' });
    const samples = selfTest.images.map((item) => images[item]).filter((sample) => sample !== undefined);
    const packages = await loadIconPackages(process.cwd(), samples).catch(whyMissing);
    if (typeof packages !== 'string') {
      const drawings = await Promise.all(samples.map((sample) => drawItem(sample, packages, DRAWN)));
      await compareEmbeddings(pack, 'images', await encoder.embedImages(drawings));
    }
    await compareEmbeddings(pack, 'texts', await encoder.embedTexts(selfTest.texts.map((item) => texts[item]?.text ?? '')));
    const [drawn, note] = typeof packages === 'string' ? [0, packages] : [samples.length, null];
    return [
      { what: 'images drawn and embedded', checked: drawn, of: images.length, note },
      { what: 'texts embedded', checked: selfTest.texts.length, of: texts.length, note: null },
    ];
  } finally {
    await encoder.dispose();
  }
}

/** Without the packages that draw them, pictures cannot be checked; that is no fault of the pack. */
function whyMissing(error: unknown): string {
  if (error instanceof InputError) return error.message;
  throw error;
}

async function compareEmbeddings(pack: Pack, of: PackModality, again: Matrix): Promise<void> {
  const stored = await pack.embeddings(of);
  const { minCosine, [of]: items } = pack.manifest.selfTest;
  for (const [row, item] of items.entries()) {
    const found = cosine(rowOf(stored, item), rowOf(again, row));
    if (!(found >= minCosine)) {
      throw new IntegrityError(`the model gives another embedding (cosine ${found.toFixed(4)} with the stored one).`, { file: `${of}.npy`, field: `item ${item}`, fix: 'Build the pack again.' });
    }
  }
}
