import type { Dictionary } from '../../src/core/dictionary.ts';
import { matrix, type Matrix } from '../../src/core/tensor.ts';
import { encode } from '../../src/core/encode.ts';
import { buildBody, sealPack, storedRows, type PackBody } from '../../src/packs/build.ts';
import type { GalleryItem } from '../../src/packs/gallery/list.ts';
import { collectTexts } from '../../src/packs/gallery/texts.ts';
import type { StoredLayout } from '../../src/packs/layouts.ts';
import { pictogramSample, storeSamples } from '../../src/packs/samples.ts';

/** Numbers in [0, 1) that repeat for a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Unit rows `(rows, cols)`. */
export function unitRows(rows: number, cols: number, next: () => number): Matrix {
  const x = matrix(rows, cols, Float32Array.from({ length: rows * cols }, () => next() - 0.5));
  for (let r = 0; r < rows; r++) {
    const row = x.data.subarray(r * cols, (r + 1) * cols);
    const length = Math.hypot(...row);
    row.forEach((value, i) => { row[i] = value / length; });
  }
  return x;
}

/** A pictogram of the list. */
export function item(name: string, keywords: readonly string[] = [], more: Partial<GalleryItem> = {}): GalleryItem {
  return {
    package: '@iconify-json/mdi',
    version: '1.2.3',
    icon: name.replaceAll(' ', '-'),
    codepoint: null,
    name,
    keywords: [...keywords],
    group: null,
    subgroup: null,
    style: 'monochrome glyph',
    licence: 'Apache-2.0',
    label: { en: name, ja: null },
    split: 'train',
    ...more,
  };
}

/** A dictionary of `c` random concepts with JumpReLU at θ. */
export function tinyDictionary(c: number, d: number, theta: number, next: () => number): Dictionary {
  const atoms = unitRows(c, d, next).data;
  const encoder = Float32Array.from({ length: d * c }, (_, at) => atoms[(at % c) * d + Math.floor(at / c)] ?? 0);
  const zeros = (n: number): Float32Array => new Float32Array(n);
  const act = { kind: 'jumprelu', theta: new Float32Array(c).fill(theta), cmp: '>' } as const;
  return { d, c, W_enc: encoder, b_enc: zeros(c), W_dec: atoms, b_dec: zeros(d), b_pre: zeros(d), act, norm: { kind: 'none' }, notes: [], source: 'test' };
}

/** Any places of `n` points. */
function places(n: number, next: () => number): StoredLayout {
  return { seed: 0, positions: Float32Array.from({ length: 2 * n }, () => 2 * next() - 1), quality: { trustworthiness: 0.9, continuity: 0.9, k: 2, judged: n, of: n } };
}

/** A whole pack of four pictures, made of random embeddings. */
export async function tinyPack(seed = 1): Promise<{ files: Map<string, Uint8Array>; body: PackBody; dictionary: Dictionary }> {
  const next = random(seed);
  const items = [item('red heart', ['love']), item('red apple', ['fruit']), item('sad face'), item('house', ['home', 'love'])];
  const vocabulary = collectTexts(items);
  const dictionary = tinyDictionary(12, 8, 0.2, next);
  const embeddings = { images: unitRows(items.length, 8, next), texts: unitRows(vocabulary.texts.length, 8, next) };
  const stored = { images: storedRows(embeddings.images), texts: storedRows(embeddings.texts) };
  const body = buildBody({
    samples: new TextEncoder().encode(JSON.stringify(storeSamples(items.map(pictogramSample), vocabulary))),
    material: { ...vocabulary, styles: items.map((one) => one.style) },
    dictionary,
    embeddings: stored,
    codes: { images: encode(dictionary, stored.images), texts: encode(dictionary, stored.texts) },
    stability: null,
    layouts: { concepts: places(12, next), samples: places(items.length + vocabulary.texts.length, next) },
  });
  const hash = '0'.repeat(64);
  const files = await sealPack(body, 'payload', {
    id: 'tiny',
    title: 'Tiny',
    encoder: { id: 'model', path: 'models/model', dtype: 'q8', files: { 'config.json': hash } },
    dictionary: { id: 'sae', path: 'models/sae', files: { 'cfg.json': hash }, c: 12, d: 8, k: null, theta: 0.2 },
  });
  return { files, body, dictionary };
}
