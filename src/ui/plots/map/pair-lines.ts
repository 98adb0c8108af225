/** Ends `(m, 2)` of the lines from images to the texts they carry, as points: images, then texts. */
export function pairLines(pairs: readonly (readonly number[])[]): Uint32Array {
  return Uint32Array.from(pairs.flatMap((texts, image) => texts.flatMap((text) => [image, pairs.length + text])));
}
