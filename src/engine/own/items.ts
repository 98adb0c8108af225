import { Random } from '../../core/random.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import { nearestOthers, percentiles } from '../../packs/calibration.ts';
import { storeSamples, type ImageSample } from '../../packs/samples.ts';
import type { Manifest } from '../../packs/schema.ts';
import type { PackItems } from '../lab/make-pack.ts';
import type { LabRows } from '../lab/rows.ts';

/** The longest text that a pack's index takes. */
const LONGEST = 500;
/** Nearest neighbours of more rows than this are those within a seeded sample: all pairs of a million would take days. */
const MOST_COMPARED = 6000;

/** What the user's rows are called. */
export interface Names {
  readonly images: readonly string[];
  readonly texts: readonly string[];
}

/** The user's rows as the items of a pack; `sheets` are their pictures, none where there are only numbers; `calibratedTexts` where the texts are another pack's. */
export function ownItems(title: string, rows: Pick<LabRows, 'images' | 'texts' | 'pairs'>, names: Names, encoder: Manifest['encoder'], sheets: readonly Uint8Array[], calibratedTexts?: Manifest['calibration']['texts']): PackItems {
  const pairs: number[][] = names.images.map(() => []);
  for (let p = 0; p < rows.pairs.length; p += 2) pairs[rows.pairs[p] ?? 0]?.push(rows.pairs[p + 1] ?? 0);
  const texts = names.texts.map((text) => ({ text: text.slice(0, LONGEST), kind: 'name' as const, ja: null }));
  const images = names.images.map(imageSample);
  return {
    title,
    encoder,
    samples: new TextEncoder().encode(JSON.stringify(storeSamples(images, { texts, pairs }))),
    icons: names.images,
    material: { texts, pairs, styles: images.map(({ style }) => style) },
    images: rows.images,
    texts: rows.texts,
    calibrated: { images: sampledDistances(rows.images), texts: calibratedTexts ?? sampledDistances(rows.texts) },
    sheets,
  };
}

function imageSample(name: string): ImageSample {
  return { package: '', version: '', icon: name.slice(0, LONGEST), codepoint: null, name: name.slice(0, LONGEST), ja: null, group: null, subgroup: null, style: '', licence: '', split: '' };
}

/** Only `nearest` is used of it. */
function sampledDistances(x: Matrix): Manifest['calibration']['images'] {
  return { reconstruction: [], nearest: percentiles(nearestOthers(sample(x))) };
}

function sample(x: Matrix): Matrix {
  if (x.rows <= MOST_COMPARED) return x;
  const numbers = new Random(0).shuffle(Uint32Array.from({ length: x.rows }, (_, i) => i)).subarray(0, MOST_COMPARED);
  const out = matrix(numbers.length, x.cols);
  numbers.forEach((row, n) => { rowOf(out, n).set(rowOf(x, row)); });
  return out;
}
