import { decode } from '../../core/decode.ts';
import type { Dictionary } from '../../core/dictionary.ts';
import type { Matrix, SparseCodes } from '../../core/tensor.ts';
import type { OpenGallery } from '../gallery.ts';
import type { Samples } from '../protocol.ts';

/** One modality of an open pack. */
export interface PackSide {
  /** `(n, d)`. */
  readonly x: Matrix;
  /** `(n, c)`. */
  readonly codes: SparseCodes;
  /** `(n, d)` what the codes give back. */
  readonly reconstruction: Matrix;
}

/** Everything of a pack that the atlas is made from. */
export interface PackRows {
  readonly dictionary: Dictionary;
  readonly images: PackSide;
  readonly texts: PackSide;
  readonly samples: Samples;
  /** Image row and text row in turn. */
  readonly pairs: Uint32Array;
}

/** Reads all rows of a pack. Throws InputError or IntegrityError naming the part that is broken. */
export async function packRows(gallery: OpenGallery, dictionary: Dictionary): Promise<PackRows> {
  const side = async (of: 'images' | 'texts'): Promise<PackSide> => {
    const [x, codes] = await Promise.all([gallery.embeddings(of), gallery.codes(of)]);
    return { x, codes, reconstruction: decode(dictionary, codes, x) };
  };
  const [images, texts, samples] = await Promise.all([side('images'), side('texts'), gallery.samples()]);
  const pairs = Uint32Array.from(samples.pairs.flatMap((carried, image) => carried.flatMap((text) => [image, text])));
  return { dictionary, images, texts, samples, pairs };
}
