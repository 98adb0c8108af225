/** Radius in pixels of the point with the most energy, and the least a point may have to be seen. */
const LARGEST = 9;
const SMALLEST = 1.5;

/** Radius of points that have no energy: samples. */
export const SAMPLE_RADIUS = 3;

/** Radius in pixels of a concept's point: its area grows with √energy, that is, the radius with energy^¼; `most` is the largest energy. */
export function pointRadius(energy: number, most: number): number {
  return energy > 0 && most > 0 ? Math.max(SMALLEST, LARGEST * (energy / most) ** 0.25) : SMALLEST;
}
