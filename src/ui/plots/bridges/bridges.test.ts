import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bridgeRows, coveredShare, type BridgeRow } from './bridge-rows.ts';
import { bridgeGraph } from './graph.ts';
import { matrixOrder } from './ordering.ts';

const bridge = (i: number, j: number, value: number, expected = 0) => ({ i, j, value, null: expected, cosine: 0.1 });
const rowsOf = (pairs: readonly (readonly [number, number, number])[]): readonly BridgeRow[] => bridgeRows(pairs.map(([i, j, value]) => bridge(i, j, value)), [], () => true, false).rows;

describe('bridges', () => {
  it('are listed by what they have above their null, without those that have nothing', () => {
    const top = [bridge(0, 1, 5, 4.5), bridge(2, 3, 2, 0), bridge(4, 5, 1, 1), bridge(6, 7, 0.1, 0.3)];
    const { rows, of } = bridgeRows(top, [0.05, 0.5, 0.95, 0.5], () => true, false);
    expect(rows.map(({ i, excess }) => [i, excess])).toEqual([[2, 2], [0, 0.5]]);
    expect(of).toBe(2);
    expect(rows.map(({ single }) => single)).toEqual([[2], [0]]);
  });
  it('are filtered by what is shown and by single-modality concepts, and counted', () => {
    const top = [bridge(0, 1, 3), bridge(1, 1, 2), bridge(2, 2, 1)];
    expect(bridgeRows(top, [0, 0.5, Number.NaN], () => true, true)).toMatchObject({ of: 3, rows: [{ i: 0, single: [0] }] });
    expect(bridgeRows(top, [0, 0.5, 0.5], (i) => i !== 0, false)).toMatchObject({ of: 3, rows: [{ i: 1 }, { i: 2 }] });
  });
  it('cover all of ΣB when all are listed', () => {
    const top = [bridge(0, 1, 3), bridge(1, 1, -1), bridge(2, 2, 1)];
    expect(coveredShare(top, 3)).toBeCloseTo(1, 12);
    expect(coveredShare(top, 0)).toBeNaN();
  });
});

const someRows = fc.array(fc.tuple(fc.nat(12), fc.nat(12), fc.double({ min: 0.01, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 })
  .map((list) => rowsOf([...new Map(list.map(([i, j, v]) => [`${String(i)} ${String(j)}`, [i, j, v] as const])).values()]));

describe('order', () => {
  it('puts a shuffled diagonal back on the diagonal', () => {
    const { images, texts } = matrixOrder(rowsOf([[3, 30, 4], [1, 10, 9], [2, 20, 5], [1, 20, 1], [2, 30, 1], [0, 10, 0.5]]));
    const diagonal = images.map((i) => texts.indexOf(10 * Math.max(1, i)));
    expect(diagonal).toEqual([...diagonal].sort((a, b) => a - b));
  });
  it('has every concept once on its side, and is the same for the same bridges', () => {
    fc.assert(fc.property(someRows, (rows) => {
      const { images, texts } = matrixOrder(rows);
      expect([...images].sort()).toEqual([...new Set(rows.map(({ i }) => i))].sort());
      expect([...texts].sort()).toEqual([...new Set(rows.map(({ j }) => j))].sort());
      expect(matrixOrder(rows)).toEqual({ images, texts });
    }));
  });
});

describe('graph', () => {
  it('joins every bridge’s two concepts, the strongest with the thickest line, nothing outside', () => {
    fc.assert(fc.property(someRows, (rows) => {
      const { nodes, links, left, right, height } = bridgeGraph(rows, 600, 150);
      for (const { row, path } of links) {
        const [from, to] = [nodes.find((n) => n.side === 'images' && n.concept === row.i), nodes.find((n) => n.side === 'texts' && n.concept === row.j)];
        expect(path.startsWith(`M${left.toFixed(1)},${(from?.y ?? NaN).toFixed(1)}C`)).toBe(true);
        expect(path.endsWith(` ${right.toFixed(1)},${(to?.y ?? NaN).toFixed(1)}`)).toBe(true);
      }
      expect(links[0]?.width).toBe(Math.max(...links.map(({ width }) => width)));
      for (const side of ['images', 'texts']) {
        const ys = nodes.filter((n) => n.side === side).map(({ y }) => y).sort((a, b) => a - b);
        expect(ys.every((y, n) => y >= 0 && y <= height && (n === 0 || y - (ys[n - 1] ?? 0) >= 21.9))).toBe(true);
      }
    }));
  });
});
