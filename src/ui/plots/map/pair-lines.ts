/** Lines from images to the texts they carry, as points `image, images + text`, and how many pairs there are. */
export interface PairLines {
  readonly lines: readonly (readonly [number, number])[];
  readonly of: number;
}

/** At most `limit` pairs, spread evenly over the images: every k-th pair of the list. `placed` says which points have a place. */
export function pairLines(pairs: readonly (readonly number[])[], limit: number, placed: (point: number) => boolean): PairLines {
  const all = pairs.flatMap((texts, image) => texts.map((text) => [image, pairs.length + text] as const)).filter(([a, b]) => placed(a) && placed(b));
  if (all.length <= limit) return { lines: all, of: all.length };
  const step = all.length / limit;
  return { lines: Array.from({ length: limit }, (_, n) => all[Math.floor(n * step)] ?? [0, 0] as const), of: all.length };
}
