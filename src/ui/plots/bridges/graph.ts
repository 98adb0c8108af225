import type { BridgeRow } from './bridge-rows.ts';
import { matrixOrder } from './ordering.ts';

/** A concept in the graph of bridges: its place in pixels. */
export interface GraphNode {
  readonly concept: number;
  readonly side: 'images' | 'texts';
  readonly y: number;
}

/** The graph: concepts of images on the left, of texts on the right, bridges between. */
export interface BridgeGraph {
  readonly nodes: readonly GraphNode[];
  readonly links: readonly { readonly row: BridgeRow; readonly path: string; readonly width: number }[];
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

const LINE = 22;
const THICK = 9;
const THIN = 0.75;

/** Lays the bridges out in `width` pixels, labels of `label` pixels on either side; line width grows with B − null. */
export function bridgeGraph(rows: readonly BridgeRow[], width: number, label: number): BridgeGraph {
  const { images, texts } = matrixOrder(rows);
  const lines = Math.max(images.length, texts.length);
  const height = Math.max(1, lines) * LINE + 8;
  const place = (side: readonly number[]): Map<number, number> => new Map(side.map((concept, n) => [concept, 4 + (height - 8) * ((n + 0.5) / side.length)]));
  const [from, to] = [place(images), place(texts)];
  const [left, right] = [label, Math.max(label + 20, width - label)];
  const strongest = Math.max(0, ...rows.map(({ excess }) => excess));
  const n = (value: number): string => value.toFixed(1);
  const bend = (right - left) / 2;
  const links = rows.map((row) => {
    const [y0, y1] = [from.get(row.i) ?? 0, to.get(row.j) ?? 0];
    return { row, width: Math.max(THIN, THICK * (row.excess / (strongest || 1))), path: `M${n(left)},${n(y0)}C${n(left + bend)},${n(y0)} ${n(right - bend)},${n(y1)} ${n(right)},${n(y1)}` };
  });
  const nodes = [...[...from].map(([concept, y]): GraphNode => ({ concept, side: 'images', y })), ...[...to].map(([concept, y]): GraphNode => ({ concept, side: 'texts', y }))];
  return { nodes, links, left, right, height };
}
