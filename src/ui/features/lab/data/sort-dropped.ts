import type { NamedBlob } from '../../../../engine/lab/protocol.ts';

/** Dropped files by what they are for. */
export interface Sorted {
  readonly images: readonly NamedBlob[];
  readonly texts: readonly NamedBlob[];
  readonly pairs: NamedBlob | null;
  readonly pictures: readonly NamedBlob[];
  readonly captions: readonly NamedBlob[];
}

const EMBEDDINGS = /\.(npy|npz|safetensors)$/iu;
const WORDS = /\.(txt|tsv|csv|jsonl?)$/iu;

/**
 * Sorts a drop by the files' endings: embeddings (those whose name speaks of texts or captions are the texts'), a list of pairs
 * or captions, and pictures. The user can move them; this only saves the common case.
 */
export function sortDropped(files: readonly NamedBlob[]): Sorted {
  const embeddings = files.filter(({ name }) => EMBEDDINGS.test(name));
  const ofTexts = ({ name }: NamedBlob): boolean => /(?<![a-z])te?xts?(?![a-z])|caption|sentence/iu.test(name);
  const words = files.filter(({ name }) => WORDS.test(name));
  const pairs = words.find(({ name }) => /pair/iu.test(name)) ?? (embeddings.length > 0 ? words[0] : undefined) ?? null;
  return {
    images: embeddings.filter((file) => !ofTexts(file)),
    texts: embeddings.filter(ofTexts),
    pairs,
    pictures: files.filter((file) => !embeddings.includes(file) && !words.includes(file)),
    captions: embeddings.length > 0 ? [] : words.filter((file) => file !== pairs),
  };
}
