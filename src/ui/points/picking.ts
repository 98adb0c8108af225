import KDBush from 'kdbush';
import { nearestIn } from './nearest.ts';
import { insidePolygon } from './polygon.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Which points are where, in layout units with y up. Lists of points are ascending. */
export interface PointIndex {
  /** The nearest point within `maxDistance`, the distance included; of equally near ones the one with the lowest number. */
  nearest(x: number, y: number, maxDistance: number): number | null;
  /** The points inside a polygon `(m, 2)`, by the non-zero rule; a lasso closes itself. */
  within(polygon: Float32Array): Uint32Array;
  /** The points in a box with its edge, its corners in any order. */
  box(x0: number, y0: number, x1: number, y1: number): Uint32Array;
  /**
   * The nearest point whose direction from `from` lies within 45° of the arrow; up is up on the screen. Points in the very same place
   * have no direction: they are stepped through by number, up and left to lower ones, down and right to higher ones, before others.
   */
  towards(from: number, direction: Direction): number | null;
}

/** An index of the points `(n, 2)` that have a position and are `shown`. */
export function indexPoints(positions: Float32Array, shown: (i: number) => boolean): PointIndex {
  const numbers = indexed(positions, shown);
  // float32 holds the positions exactly, in half the memory.
  const tree = new KDBush(numbers.length, 64, Float32Array);
  for (const i of numbers) tree.add(positions[2 * i] as number, positions[2 * i + 1] as number);
  tree.finish();

  const lower = (a: number, b: number): boolean => a < b;
  const higher = (a: number, b: number): boolean => a > b;
  const everything = (): boolean => true;
  const numberOf = (id: number | null): number | null => (id === null ? null : (numbers[id] ?? null));
  const inBox = (x0: number, y0: number, x1: number, y1: number): Uint32Array =>
    Uint32Array.from(tree.range(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)), (id) => numbers[id] as number).sort();

  return {
    nearest: (x, y, maxDistance) => numberOf(nearestIn(tree, [x, y], maxDistance, everything, lower)),
    within(polygon) {
      if (polygon.length < 6) return new Uint32Array();
      const [x0, y0, x1, y1] = bounds(polygon);
      return inBox(x0, y0, x1, y1).filter((i) => insidePolygon(polygon, positions[2 * i] as number, positions[2 * i + 1] as number));
    },
    box: inBox,
    towards(from, direction) {
      const [x, y] = [positions[2 * from] ?? Number.NaN, positions[2 * from + 1] ?? Number.NaN];
      const forwards = direction === 'right' || direction === 'down';
      const accepts = (id: number): boolean => {
        const i = numbers[id] as number;
        const [dx, dy] = [(positions[2 * i] as number) - x, (positions[2 * i + 1] as number) - y];
        return dx === 0 && dy === 0 ? (forwards ? i > from : i < from) : liesTowards(dx, dy, direction);
      };
      return numberOf(nearestIn(tree, [x, y], Infinity, accepts, forwards ? lower : higher));
    },
  };
}

function liesTowards(dx: number, dy: number, direction: Direction): boolean {
  switch (direction) {
    case 'left': return -dx >= Math.abs(dy);
    case 'right': return dx >= Math.abs(dy);
    case 'up': return dy >= Math.abs(dx);
    case 'down': return -dy >= Math.abs(dx);
  }
}

function indexed(positions: Float32Array, shown: (i: number) => boolean): Uint32Array {
  const numbers = new Uint32Array(positions.length >> 1);
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(positions[2 * i]) && Number.isFinite(positions[2 * i + 1]) && shown(i)) numbers[count++] = i;
  }
  return numbers.slice(0, count);
}

function bounds(polygon: Float32Array): readonly [number, number, number, number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at + 1 < polygon.length; at += 2) {
    x0 = Math.min(x0, polygon[at] as number);
    x1 = Math.max(x1, polygon[at] as number);
    y0 = Math.min(y0, polygon[at + 1] as number);
    y1 = Math.max(y1, polygon[at + 1] as number);
  }
  return [x0, y0, x1, y1];
}
