import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitCamera, toLayout, toScreen } from './camera.ts';
import { indexPoints, type Direction } from './picking.ts';
import { insidePolygon } from './polygon.ts';
import { visibleScene } from './visible.ts';

// A coarse grid, so that points share places and distances.
const coordinate = fc.oneof(fc.integer({ min: -4, max: 4 }).map((n) => n / 4), fc.constant(Number.NaN));
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 200 }).map((list) => Float32Array.from(list.flat()));
const shownOf = (i: number): boolean => i % 7 !== 3;
const listed = (positions: Float32Array): number[] => Array.from({ length: positions.length / 2 }, (_, i) => i).filter((i) => shownOf(i) && Number.isFinite(positions[2 * i]) && Number.isFinite(positions[2 * i + 1]));
const at = (positions: Float32Array, i: number): [number, number] => [positions[2 * i] ?? NaN, positions[2 * i + 1] ?? NaN];

describe('picking against brute force', () => {
  it('finds the nearest point, the lowest of equals', () => {
    fc.assert(fc.property(points, fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0.1, 0.5, Infinity), (positions, x, y, reach) => {
      const distance = (i: number): number => (at(positions, i)[0] - x) ** 2 + (at(positions, i)[1] - y) ** 2;
      const best = listed(positions).filter((i) => distance(i) <= reach * reach).sort((a, b) => distance(a) - distance(b) || a - b)[0] ?? null;
      expect(indexPoints(positions, shownOf).nearest(x, y, reach)).toBe(best);
    }));
  });
  it('selects in boxes and polygons exactly what lies in them', () => {
    const corner = fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }));
    fc.assert(fc.property(points, fc.array(corner, { minLength: 3, maxLength: 9 }), (positions, corners) => {
      const index = indexPoints(positions, shownOf);
      const polygon = Float32Array.from(corners.flat());
      expect([...index.within(polygon)]).toEqual(listed(positions).filter((i) => insidePolygon(polygon, ...at(positions, i))));
      const [[x0, y0], [x1, y1]] = [corners[0] ?? [0, 0], corners[1] ?? [0, 0]];
      const between = (v: number, a: number, b: number): boolean => v >= Math.min(a, b) && v <= Math.max(a, b);
      expect([...index.box(x0, y0, x1, y1)]).toEqual(listed(positions).filter((i) => between(at(positions, i)[0], x0, x1) && between(at(positions, i)[1], y0, y1)));
    }));
  });
  it('has the inside of a polygon as winding by angles has it', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })), { minLength: 3, maxLength: 8 }), fc.integer({ min: -5, max: 4 }), fc.integer({ min: -5, max: 4 }), (corners, cx, cy) => {
      // Off the grid, so that the point lies on no edge of a horizontal or vertical line; others are left to the angles' rounding.
      const [x, y] = [cx + 0.37, cy + 0.41];
      const turn = corners.reduce((sum, [ax, ay], n) => {
        const [bx, by] = corners[(n + 1) % corners.length] ?? [0, 0];
        const angle = Math.atan2(by - y, bx - x) - Math.atan2(ay - y, ax - x);
        return sum + Math.atan2(Math.sin(angle), Math.cos(angle));
      }, 0);
      const onEdge = corners.some(([ax, ay], n) => { const [bx, by] = corners[(n + 1) % corners.length] ?? [0, 0]; return Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 1e-9; });
      fc.pre(!onEdge);
      expect(insidePolygon(Float64Array.from(corners.flat()) as unknown as Float32Array, x, y)).toBe(Math.round(turn / (2 * Math.PI)) !== 0);
    }));
  });
  it('steps to the nearest point in a direction', () => {
    const towards: Readonly<Record<Direction, (dx: number, dy: number) => boolean>> = {
      left: (dx, dy) => -dx >= Math.abs(dy), right: (dx, dy) => dx >= Math.abs(dy), up: (dx, dy) => dy >= Math.abs(dx), down: (dx, dy) => -dy >= Math.abs(dx),
    };
    fc.assert(fc.property(points, fc.nat(), fc.constantFrom<Direction>('left', 'right', 'up', 'down'), (positions, pick, direction) => {
      const all = listed(positions);
      fc.pre(all.length > 0);
      const from = all[pick % all.length] ?? 0;
      const [x, y] = at(positions, from);
      const next = indexPoints(positions, shownOf).towards(from, direction);
      const same = all.filter((i) => at(positions, i)[0] === x && at(positions, i)[1] === y && (direction === 'right' || direction === 'down' ? i > from : i < from));
      const away = all.filter((i) => { const [dx, dy] = [at(positions, i)[0] - x, at(positions, i)[1] - y]; return (dx !== 0 || dy !== 0) && towards[direction](dx, dy); });
      if (same.length > 0) expect(next).toBe(direction === 'right' || direction === 'down' ? Math.min(...same) : Math.max(...same));
      else if (away.length === 0) expect(next).toBeNull();
      else {
        const distance = (i: number): number => Math.hypot(at(positions, i)[0] - x, at(positions, i)[1] - y);
        expect(away).toContain(next);
        expect(distance(next ?? -1)).toBe(Math.min(...away.map(distance)));
      }
    }));
  });
});

describe('camera', () => {
  const viewport = { width: 640, height: 480, ratio: 1 };
  it('goes to the screen and back, and fits every point into the view', () => {
    fc.assert(fc.property(points, (positions) => {
      const camera = fitCamera(positions, viewport, 20);
      for (let i = 0; i < positions.length / 2; i++) {
        const [x, y] = at(positions, i);
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
        const [px, py] = toScreen(camera, viewport, x, y);
        expect(px >= 19.9 && px <= 620.1 && py >= 19.9 && py <= 460.1).toBe(true);
        const back = toLayout(camera, viewport, px, py);
        expect(back[0]).toBeCloseTo(x, 6);
        expect(back[1]).toBeCloseTo(y, 6);
      }
    }));
  });
});

describe('what is drawn of a scene', () => {
  it('is every point with a place and alpha in order, and every line between such places', () => {
    fc.assert(fc.property(points, (positions) => {
      const n = positions.length / 2;
      const colours = Uint32Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 0x00ffffff : 0xff000000 + i));
      const ends = Uint32Array.from({ length: 2 * (n - 1) }, (_, e) => (e >> 1) + (e & 1));
      const scene = visibleScene({ positions, radii: new Float32Array(n).fill(2), colours, shapes: new Uint8Array(n), lines: { ends, colours: new Uint32Array(n - 1).fill(0xff000000) } });
      const placed = (i: number): boolean => at(positions, i).every(Number.isFinite);
      const drawn = Array.from({ length: n }, (_, i) => i).filter((i) => i % 5 !== 0 && placed(i));
      expect([...scene.colours]).toEqual(drawn.map((i) => 0xff000000 + i));
      expect(scene.lines.count).toBe(Array.from({ length: n - 1 }, (_, i) => i).filter((i) => placed(i) && placed(i + 1)).length);
    }));
  });
});
