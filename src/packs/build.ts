import { decode } from '../core/decode.ts';
import type { Dictionary } from '../core/dictionary.ts';
import { matrix, type Matrix, type SparseCodes } from '../core/tensor.ts';
import { writeCsr } from '../formats/csr.ts';
import { fromHalf, toHalf } from '../formats/half.ts';
import { writeNpy } from '../formats/npy.ts';
import { calibrate } from './calibration.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { storeConcepts, TOP } from './concepts.ts';
import { labelCandidates, type LabelMaterial } from './labels/candidates.ts';
import { labelConcepts } from './labels/labels.ts';
import type { PackModality } from './open.ts';
import { storeLayout, type StoredLayout } from './layouts.ts';
import { LAYOUT_PARTS, parseManifest, sheetPath, type Manifest, type PartName } from './schema.ts';
import { byConcept, conceptStatistics } from './statistics.ts';

/** Items of each modality that the self-test embeds again. */
const SELF_TEST = 12;
const MIN_COSINE = 0.999;
const LAYERS = ['concepts', 'samples'] as const;

/** What a pack is made from. */
export interface PackInput {
  /** `samples.json`, and what its labels are made from. */
  readonly samples: Uint8Array;
  readonly material: LabelMaterial;
  readonly dictionary: Dictionary;
  /** Unit rows `(items, d)` and `(texts, d)`, as `storedRows` gives them, and their codes `(…, c)`. */
  readonly embeddings: Readonly<Record<PackModality, Matrix>>;
  readonly codes: Readonly<Record<PackModality, SparseCodes>>;
  /** Of each concept over other seeds, where it was measured; null for single ones. */
  readonly stability: readonly (number | null)[] | null;
  /** UMAP of the atoms, and of images and then texts; left out where they are to be computed by whoever looks. */
  readonly layouts?: Readonly<Record<keyof typeof LAYOUT_PARTS, StoredLayout>> | undefined;
  /** Of another pack of the same embeddings, whose distances between them hold here too. */
  readonly calibrated?: Manifest['calibration'] | undefined;
}

/** A pack without its example and manifest. */
export interface PackBody {
  /** Rows as they are stored, rounded to 16 bits: codes and neighbours are those of these. */
  readonly embeddings: Readonly<Record<PackModality, Matrix>>;
  readonly codes: Readonly<Record<PackModality, SparseCodes>>;
  readonly parts: ReadonlyMap<PartName, Uint8Array>;
  readonly counts: Manifest['counts'];
  readonly calibration: Manifest['calibration'];
  readonly layouts: Manifest['layouts'];
}

/** Measures and labels everything of a pack; the same input gives the same bytes. */
export function buildBody({ samples, material, dictionary, embeddings, codes, stability, layouts, calibrated }: PackInput): PackBody {
  const { images, texts } = embeddings;
  const statistics = conceptStatistics(codes.images, codes.texts, TOP);
  const activeImages = byConcept(codes.images);
  const activeTexts = byConcept(codes.texts);
  const subjects = activeImages.map((active, i) => ({ images: active, texts: activeTexts[i] ?? [], modality: statistics.modality[i] ?? Number.NaN }));
  const labels = labelConcepts(subjects, labelCandidates(material));
  return {
    embeddings: { images, texts },
    codes,
    parts: new Map<PartName, Uint8Array>([
      ['concepts.json', json(storeConcepts(statistics, labels, stability))],
      ['samples.json', samples],
      ['images.npy', npy(images)],
      ['texts.npy', npy(texts)],
      ['codes_images.npz', writeCsr(codes.images)],
      ['codes_texts.npz', writeCsr(codes.texts)],
      ...(layouts === undefined ? [] : LAYERS.map((layer) => [LAYOUT_PARTS[layer], storeLayout(layouts[layer].positions)] as const)),
    ]),
    layouts: layouts === undefined ? undefined : { concepts: about(layouts.concepts), samples: about(layouts.samples) },
    counts: { images: images.rows, texts: texts.rows, pairs: material.pairs.reduce((sum, carried) => sum + carried.length, 0) },
    calibration: {
      images: calibrate(images, decode(dictionary, codes.images, images), calibrated?.images.nearest),
      texts: calibrate(texts, decode(dictionary, codes.texts, texts), calibrated?.texts.nearest),
    },
  };
}

/**
 * All files of the pack, `manifest.json` last; `sheets` are those of its own pictures, null where they are the embedded gallery's.
 * @throws IntegrityError naming the field when `about` makes no valid manifest.
 */
export async function sealPack(body: PackBody, example: string, about: Pick<Manifest, 'id' | 'title' | 'encoder' | 'dictionary'>, sheets: readonly Uint8Array[] | null = null): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>([...body.parts, ['example.json', json({ payload: example })]]);
  const hashOf = async (bytes: Uint8Array): Promise<{ bytes: number; sha256: string }> => ({ bytes: bytes.length, sha256: await sha256(bytes) });
  const hashed = await Promise.all([...files].map(async ([name, bytes]) => [name, await hashOf(bytes)] as const));
  const pictures = sheets === null ? {} : { pictures: { sheets: await Promise.all(sheets.map(hashOf)) } };
  sheets?.forEach((sheet, n) => files.set(sheetPath(n), sheet));
  const { counts, calibration, layouts } = body;
  const manifest = {
    ...about,
    format: 'vlm-explore-pack',
    version: 1,
    counts,
    calibration,
    ...(layouts === undefined ? {} : { layouts }),
    ...pictures,
    files: Object.fromEntries(hashed),
    selfTest: { images: spread(counts.images), texts: spread(counts.texts), minCosine: MIN_COSINE },
  };
  const bytes = new TextEncoder().encode(`${canonicalJson(manifest, 1)}\n`);
  parseManifest(bytes);
  return files.set('manifest.json', bytes);
}

function about({ seed, quality }: StoredLayout): { seed: number; quality: StoredLayout['quality'] } {
  return { seed, quality };
}

/** `SELF_TEST` item numbers, evenly spread over `count`. */
function spread(count: number): number[] {
  const n = Math.min(SELF_TEST, count);
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}

/** Rows as a pack stores them, rounded to 16 bits: what codes and neighbours are made from. */
export function storedRows(x: Matrix): Matrix {
  return matrix(x.rows, x.cols, x.data.map((value) => fromHalf(toHalf(value))));
}

function npy({ rows, cols, data }: Matrix): Uint8Array {
  return writeNpy({ dtype: 'float16', shape: [rows, cols], data });
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
