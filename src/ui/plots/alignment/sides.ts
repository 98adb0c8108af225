/** A concept whose modality score is above this belongs to images alone; below one minus it, to texts alone. */
const IMAGES_ONLY = 0.9;
const TEXTS_ONLY = 0.1;

/** Whether a modality score is that of a concept of images alone; NaN (dead) is not. */
export function isImageOnly(score: number): boolean {
  return score > IMAGES_ONLY;
}

/** Whether a modality score is that of a concept of texts alone; NaN (dead) is not. */
export function isTextOnly(score: number): boolean {
  return score < TEXTS_ONLY;
}

/** The `count` concepts with the most energy of those that belong to one modality alone, most first. */
export function strongestOneSided(concepts: readonly number[], modality: ArrayLike<number>, energy: ArrayLike<number>, count: number): number[] {
  const score = (i: number): number => modality[i] ?? Number.NaN;
  return concepts
    .filter((i) => isImageOnly(score(i)) || isTextOnly(score(i)))
    .sort((a, b) => (energy[b] ?? 0) - (energy[a] ?? 0) || a - b)
    .slice(0, count);
}
