import type { Dictionary } from '../../core/dictionary.ts';
import { encode } from '../../core/encode.ts';
import { cosine } from '../../core/metrics.ts';
import { encodeReadout } from '../../core/permalink/codec.ts';
import type { ProbeReadout } from '../../core/readout.ts';
import { matrix, rowOf, type Matrix } from '../../core/tensor.ts';
import type { Encoder } from '../../encoders/port.ts';
import type { PackBody } from '../../packs/build.ts';
import type { GalleryItem } from '../../packs/gallery/list.ts';
import { nearest } from '../../packs/nearest.ts';
import { makeReadouts, type RowIdentity } from '../readouts.ts';

/** Neighbours of each modality that a readout shows. */
const NEIGHBOURS = 5;
/** Pictures of the example, by icon name; a list without them lends its first ones. */
const PICTURES = ['red-heart', 'red-apple'];
const TEXTS = ['red heart', 'a red fruit'];

/** Permalink payload of the ready example that the first paint shows: two gallery pictures and two texts, read as probes. */
export async function packExample(items: readonly GalleryItem[], body: PackBody, dictionary: Dictionary, encoder: Encoder): Promise<string> {
  const pictures = PICTURES.map((icon, n) => Math.max(items.findIndex((item) => item.icon === icon), Math.min(n, items.length - 1)));
  const texts = await encoder.embedTexts(TEXTS);
  const { images } = body.embeddings;
  const embeddings = stack([...pictures.map((item) => rowOf(images, item)), ...TEXTS.map((_, row) => rowOf(texts, row))]);
  const identities: RowIdentity[] = [
    ...pictures.map((item) => ({ kind: 'image', text: null, item }) as const),
    ...TEXTS.map((text) => ({ kind: 'text', text, item: null }) as const),
  ];
  const neighbours = (embedding: Float32Array, item: number | null): ProbeReadout['neighbours'] => ({
    images: nearest(embedding, images, NEIGHBOURS, item),
    texts: nearest(embedding, body.embeddings.texts, NEIGHBOURS),
  });
  const probes = makeReadouts(dictionary, embeddings, encode(dictionary, embeddings), identities, neighbours);
  const rows = identities.map((_, row) => rowOf(embeddings, row));
  return encodeReadout({ probes, similarities: rows.flatMap((a, i) => rows.slice(i + 1).map((b) => cosine(a, b))) });
}

function stack(rows: readonly Float32Array[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const all = matrix(rows.length, cols);
  for (const [r, row] of rows.entries()) all.data.set(row, r * cols);
  return all;
}
