import type { Dictionary } from '../core/dictionary.ts';
import { encode } from '../core/encode.ts';
import { cosine } from '../core/metrics.ts';
import { encodeReadout } from '../core/permalink/codec.ts';
import type { ProbeReadout } from '../core/readout.ts';
import { stackRows } from '../core/rows.ts';
import { matrix, rowOf } from '../core/tensor.ts';
import type { PackBody } from '../packs/build.ts';
import { nearest } from '../packs/nearest.ts';
import { makeReadouts, type RowIdentity } from './readouts.ts';

/** Neighbours of each modality that a readout shows. */
const NEIGHBOURS = 5;
const PICTURES = ['red-heart', 'red-apple'];

/** What the example shows: gallery pictures, and texts with their embeddings `(d)`. */
export interface ExampleItems {
  readonly pictures: readonly number[];
  readonly texts: readonly { readonly text: string; readonly embedding: Float32Array }[];
}

/** Permalink payload of the ready example that the first paint shows: gallery pictures and texts, read as probes. */
export function packExample({ pictures, texts }: ExampleItems, body: PackBody, dictionary: Dictionary): string {
  const { images } = body.embeddings;
  const rows = [...pictures.map((item) => rowOf(images, item)), ...texts.map(({ embedding }) => embedding)];
  const embeddings = stackRows(rows.map((row) => matrix(1, row.length, row)), images.cols);
  const identities: RowIdentity[] = [
    ...pictures.map((item) => ({ kind: 'image', text: null, item }) as const),
    ...texts.map(({ text }) => ({ kind: 'text', text, item: null }) as const),
  ];
  const neighbours = (embedding: Float32Array, item: number | null): ProbeReadout['neighbours'] => ({
    images: nearest(embedding, images, NEIGHBOURS, item),
    texts: nearest(embedding, body.embeddings.texts, NEIGHBOURS),
  });
  const probes = makeReadouts(dictionary, embeddings, encode(dictionary, embeddings), identities, neighbours);
  return encodeReadout({ probes, similarities: rows.flatMap((a, i) => rows.slice(i + 1).map((b) => cosine(a, b))) });
}

/** Pictures of the example, by icon name; a list without them lends its first ones. */
export function examplePictures(icons: readonly string[]): number[] {
  const found = PICTURES.map((icon, n) => Math.max(icons.indexOf(icon), Math.min(n, icons.length - 1)));
  return [...new Set(found)].filter((item) => item >= 0);
}
