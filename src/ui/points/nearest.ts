import type KDBush from 'kdbush';

/** A place in the index with the squared distance to it. */
export interface Found {
  readonly id: number;
  readonly squared: number;
}

/**
 * The item of `tree` nearest to `(x, y)`, no further than `maxDistance`, that `accepts`; of equally near ones the first by `before`.
 * kdbush itself only lists what lies within a radius, which the nearest of a sparse region would need to guess.
 */
export function nearestIn(
  tree: KDBush,
  [x, y]: readonly [number, number],
  maxDistance: number,
  accepts: (id: number) => boolean,
  before: (a: number, b: number) => boolean,
): number | null {
  let best: Found | null = null;
  let reach = maxDistance * maxDistance;
  const { ids, coords, nodeSize } = tree;
  const consider = (at: number): void => {
    const [dx, dy, id] = [(coords[2 * at] as number) - x, (coords[2 * at + 1] as number) - y, ids[at] as number];
    const squared = dx * dx + dy * dy;
    if (!(squared <= reach) || (best !== null && squared === best.squared && !before(id, best.id)) || !accepts(id)) return;
    best = { id, squared };
    reach = squared;
  };
  // kdbush's tree: the middle of [left, right] splits it by x and y in turn; what is no longer than a node is not sorted.
  const visit = (left: number, right: number, axis: 0 | 1): void => {
    if (right - left <= nodeSize) {
      for (let at = left; at <= right; at++) consider(at);
      return;
    }
    const middle = (left + right) >> 1;
    const away = (axis === 0 ? x : y) - (coords[2 * middle + axis] as number);
    const other = axis === 0 ? 1 : 0;
    if (away <= 0) visit(left, middle - 1, other);
    else visit(middle + 1, right, other);
    consider(middle);
    // Read after the near half: it may have shrunk the reach.
    if (away * away > reach) return;
    if (away <= 0) visit(middle + 1, right, other);
    else visit(left, middle - 1, other);
  };
  if (ids.length > 0) visit(0, ids.length - 1, 0);
  return (best as Found | null)?.id ?? null;
}
