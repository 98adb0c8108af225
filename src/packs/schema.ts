import * as v from 'valibot';
import { IntegrityError } from '../core/errors.ts';
import { decodeUtf8, parseStrictJson } from '../formats/json.ts';
import { layoutSchema } from './layouts.ts';

/** The version of the pack's format that this code reads and writes. */
const VERSION = 1;
/** The parts of a pack besides its manifest. */
export const PARTS = ['concepts.json', 'samples.json', 'example.json', 'images.npy', 'texts.npy', 'codes_images.npz', 'codes_texts.npz'] as const;
/** Parts that a pack may have: places of its concepts, and of its images and texts. */
export const LAYOUT_PARTS = { concepts: 'layout_concepts.npy', samples: 'layout_samples.npy' } as const;
/** Name of one part. */
export type PartName = (typeof PARTS)[number] | (typeof LAYOUT_PARTS)[keyof typeof LAYOUT_PARTS];
/** Path of sheet `n` of a pack's own pictures: cells of 96 px, sixteen by sixteen; picture i is cell i mod 256 of sheet i div 256. */
export function sheetPath(n: number): string {
  return `sprites/sheet-${String(n).padStart(2, '0')}.webp`;
}
/** Bounds that keep a hostile manifest from asking for absurd amounts of memory. */
const MAX_ITEMS = 1 << 24;
const MAX_WIDTH = 1 << 16;
const MAX_BYTES = 2 ** 31;
const MAX_SHEETS = MAX_ITEMS / 256;

const natural = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 has 64 lower-case hex digits'));
const word = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
/** A relative path with forward slashes: no scheme, no root, no backslash. */
const relativePath = v.pipe(word, v.regex(/^(?!\/)[^\\:?#]+$/, 'a relative path with forward slashes is needed'));
const hashes = v.record(relativePath, hash);
/** 0, 1 … 100 % quantiles, rising. */
const quantiles = v.pipe(
  v.array(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))),
  v.length(101),
  v.check((values) => values.every((q, i) => i === 0 || q >= (values[i - 1] ?? q)), 'quantiles have to rise'),
);
const calibration = v.strictObject({ reconstruction: quantiles, nearest: quantiles });
const part = v.strictObject({ bytes: natural(MAX_BYTES), sha256: hash });
const items = v.pipe(v.array(natural(MAX_ITEMS)), v.maxLength(10_000));

const manifestSchema = v.strictObject({
  format: v.literal('vlm-explore-pack'),
  version: v.literal(VERSION),
  id: v.pipe(word, v.regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and hyphens only')),
  title: word,
  /** `path` is relative to the application; `dtype` names the weights that were used. */
  encoder: v.strictObject({ id: word, path: relativePath, dtype: v.picklist(['fp32', 'fp16', 'q8']), files: hashes }),
  dictionary: v.strictObject({
    id: word,
    path: relativePath,
    files: hashes,
    /** Number of concepts and embedding dimension. */
    c: v.pipe(natural(MAX_ITEMS), v.minValue(1)),
    d: v.pipe(natural(MAX_WIDTH), v.minValue(1)),
    /** Concepts per row it was trained for, and its threshold where one holds for all; null when not known. */
    k: v.nullable(natural(MAX_ITEMS)),
    theta: v.nullable(v.number()),
  }),
  /** Sheets with the pack's own pictures; none: it has no pictures. Without the field, its pictures are the embedded gallery's. */
  pictures: v.optional(v.strictObject({ sheets: v.pipe(v.array(part), v.maxLength(MAX_SHEETS)) })),
  counts: v.strictObject({ images: natural(MAX_ITEMS), texts: natural(MAX_ITEMS), pairs: natural(MAX_ITEMS) }),
  files: v.strictObject({ ...v.entriesFromList(PARTS, part), ...v.entriesFromList(Object.values(LAYOUT_PARTS), v.optional(part)) }),
  /** Of the layouts among the files. */
  layouts: v.optional(v.strictObject({ concepts: layoutSchema, samples: layoutSchema })),
  /** Items that `pack verify` embeds again, and the smallest cosine with what is stored that passes. */
  selfTest: v.strictObject({ images: items, texts: items, minCosine: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
  calibration: v.strictObject({ images: calibration, texts: calibration }),
});

/** A pack's manifest, version 1: what the pack was made from, the hash of every part, and how to test it. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** `value` as the schema wants it. @throws IntegrityError naming `file` and the first field that is wrong. */
export function checkSchema<T extends v.GenericSchema>(schema: T, value: unknown, file: string): v.InferOutput<T> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new IntegrityError(`${issue.message}.`, { file, field: v.getDotPath(issue) ?? undefined });
}

/** Strict UTF-8 JSON in `bytes`. @throws InputError naming `file`. */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  return parseStrictJson(decodeUtf8(bytes, { file }), { file });
}

/**
 * Parses a manifest.
 * @throws InputError when it is no JSON, IntegrityError naming the field when it is no manifest of version 1.
 */
export function parseManifest(bytes: Uint8Array, file = 'manifest.json'): Manifest {
  const value = parseJson(bytes, file);
  const manifest = checkSchema(manifestSchema, value, file);
  for (const [field, list, count] of [
    ['selfTest.images', manifest.selfTest.images, manifest.counts.images],
    ['selfTest.texts', manifest.selfTest.texts, manifest.counts.texts],
  ] as const) {
    const beyond = list.find((item) => item >= count);
    if (list.length === 0 && count > 0) throw new IntegrityError('there are items, and none to test with.', { file, field });
    if (beyond !== undefined) throw new IntegrityError(`item ${beyond} is beyond the ${count} there are.`, { file, field });
  }
  for (const [layer, name] of Object.entries(LAYOUT_PARTS)) {
    if ((manifest.layouts === undefined) !== (manifest.files[name] === undefined)) throw new IntegrityError(`its file and its entry in “layouts” need each other.`, { file, field: layer });
  }
  return manifest;
}
