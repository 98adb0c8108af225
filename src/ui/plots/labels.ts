/**
 * Places for labels that want to stand at `wanted` (pixels, any order): at least `gap` apart and within [low, high] where
 * there is room, as near as a single sweep gets them, in the same order. A label that wants NaN gets NaN.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const placed: number[] = wanted.map(() => Number.NaN);
  const order = [...wanted.keys()].filter((i) => Number.isFinite(wanted[i])).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  let floor = low;
  for (const i of order) {
    placed[i] = Math.max(wanted[i] ?? 0, floor);
    floor = (placed[i] ?? 0) + gap;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    if ((placed[i] ?? 0) <= ceiling) break;
    placed[i] = ceiling;
    ceiling -= gap;
  }
  return placed;
}
