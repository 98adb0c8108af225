import * as v from 'valibot';
import { IntegrityError } from '../core/errors.ts';
import type { GalleryItem } from './gallery/list.ts';
import type { GalleryText, Vocabulary } from './gallery/texts.ts';
import { checkSchema } from './schema.ts';

/** One picture of a pack, as the index tells it. */
export interface ImageSample {
  /** The npm package that draws it, and its version. */
  readonly package: string;
  readonly version: string;
  readonly icon: string;
  readonly codepoint: string | null;
  readonly name: string;
  readonly ja: string | null;
  readonly group: string | null;
  readonly subgroup: string | null;
  readonly style: string;
  readonly licence: string;
  /** `held-out concept` where the encoder never saw the code point. */
  readonly split: string;
}

/** The index of a pack's items. */
export interface Samples {
  readonly images: readonly ImageSample[];
  readonly texts: readonly GalleryText[];
  /** `pairs[image]` = numbers of the texts it carries, its name first. */
  readonly pairs: readonly (readonly number[])[];
}

const KINDS = ['name', 'keyword'] as const;
/** Columns of few different values, stored as numbers into a list. */
const LISTED = ['package', 'version', 'group', 'subgroup', 'style', 'licence', 'split'] as const;
const PLAIN = ['icon', 'codepoint', 'name', 'ja'] as const;

const text = v.pipe(v.string(), v.maxLength(500));
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const listed = v.strictObject({ values: v.array(v.nullable(text)), of: v.array(index) });
const plain = v.array(v.nullable(text));
const samplesSchema = v.strictObject({
  images: v.strictObject({ ...v.entriesFromList(LISTED, listed), ...v.entriesFromList(PLAIN, plain) }),
  texts: v.strictObject({ text: v.array(text), kind: v.array(v.pipe(index, v.maxValue(KINDS.length - 1))), ja: v.array(v.nullable(text)) }),
  pairs: v.array(v.array(index)),
});
type StoredSamples = v.InferOutput<typeof samplesSchema>;

/** `samples.json` of a pack, as a JSON value, in columns. */
export function storeSamples(items: readonly ImageSample[], { texts, pairs }: Vocabulary): StoredSamples {
  return {
    images: {
      package: list(items.map((item) => item.package)),
      version: list(items.map((item) => item.version)),
      group: list(items.map((item) => item.group)),
      subgroup: list(items.map((item) => item.subgroup)),
      style: list(items.map((item) => item.style)),
      licence: list(items.map((item) => item.licence)),
      split: list(items.map((item) => item.split)),
      icon: items.map((item) => item.icon),
      codepoint: items.map((item) => item.codepoint),
      name: items.map((item) => item.name),
      ja: items.map((item) => item.ja),
    },
    texts: { text: texts.map((t) => t.text), kind: texts.map((t) => KINDS.indexOf(t.kind)), ja: texts.map((t) => t.ja) },
    pairs: pairs.map((carried) => [...carried]),
  };
}

/** A pictogram of the gallery list as a pack's index has it. */
export function pictogramSample({ label, ...item }: GalleryItem): ImageSample {
  return { ...item, ja: label.ja };
}

/** Reads `samples.json`. @throws IntegrityError naming the column when it does not fit the manifest's counts. */
export function parseSamples(value: unknown, file: string, counts: { readonly images: number; readonly texts: number; readonly pairs: number }): Samples {
  const { images, texts, pairs } = checkSchema(samplesSchema, value, file);
  const expect = (length: number, count: number, field: string): void => {
    if (length !== count) throw new IntegrityError(`${length} values for ${count} items.`, { file, field });
  };
  for (const name of LISTED) {
    expect(images[name].of.length, counts.images, `images.${name}`);
    if (images[name].of.some((n) => n >= images[name].values.length)) throw new IntegrityError('a number beyond its list.', { file, field: `images.${name}` });
  }
  for (const name of PLAIN) expect(images[name].length, counts.images, `images.${name}`);
  for (const [name, column] of Object.entries(texts)) expect(column.length, counts.texts, `texts.${name}`);
  expect(pairs.length, counts.images, 'pairs');
  expect(pairs.reduce((sum, carried) => sum + carried.length, 0), counts.pairs, 'pairs');
  if (pairs.some((carried) => carried.some((t) => t >= counts.texts))) throw new IntegrityError('a pair with a text beyond those there are.', { file, field: 'pairs' });
  const at = (name: (typeof LISTED)[number], i: number): string | null => images[name].values[images[name].of[i] ?? 0] ?? null;
  return {
    images: images.icon.map((icon, i) => ({
      package: at('package', i) ?? '',
      version: at('version', i) ?? '',
      icon: icon ?? '',
      codepoint: images.codepoint[i] ?? null,
      name: images.name[i] ?? '',
      ja: images.ja[i] ?? null,
      group: at('group', i),
      subgroup: at('subgroup', i),
      style: at('style', i) ?? '',
      licence: at('licence', i) ?? '',
      split: at('split', i) ?? '',
    })),
    texts: texts.text.map((t, i) => ({ text: t, kind: KINDS[texts.kind[i] ?? 0] ?? 'name', ja: texts.ja[i] ?? null })),
    pairs,
  };
}

function list(column: readonly (string | null)[]): { values: (string | null)[]; of: number[] } {
  const values = [...new Set(column)];
  const numbers = new Map(values.map((value, n) => [value, n]));
  return { values, of: column.map((value) => numbers.get(value) ?? 0) };
}
