import type { AtlasBridge } from '../../../engine/atlas/protocol.ts';

/** A bridge that is drawn, with the width of its line in pixels. */
export interface BridgeEdge {
  readonly i: number;
  readonly j: number;
  /** B − null. */
  readonly excess: number;
  readonly width: number;
}

/** The bridges that are drawn, of those asked for: the rest has a concept that is not on the map. */
export interface BridgeEdges {
  readonly edges: readonly BridgeEdge[];
  readonly asked: number;
}

/** Width in pixels of the strongest bridge's line; others by their share of its B − null, none thinner than `THIN`. */
const THICK = 5;
const THIN = 0.75;

/**
 * The strongest `count` bridges that are above their null, or all of one concept's among those listed; only between concepts that
 * `visible` allows. `top` falls by B − null.
 */
export function bridgeEdges(top: readonly AtlasBridge[], count: number, only: number | null, visible: (concept: number) => boolean): BridgeEdges {
  const above = top.filter((bridge) => bridge.value > bridge.null);
  const strongest = Math.max(0, ...above.slice(0, 1).map((bridge) => bridge.value - bridge.null));
  const asked = only === null ? above.slice(0, count) : above.filter(({ i, j }) => i === only || j === only);
  const edges = asked
    .filter(({ i, j }) => visible(i) && visible(j))
    .map(({ i, j, value, null: expected }) => ({ i, j, excess: value - expected, width: Math.max(THIN, THICK * ((value - expected) / strongest)) }));
  return { edges, asked: asked.length };
}

/** Share of an edge's length that its middle stands off the straight line. */
const BEND = 0.18;

/**
 * SVG path of an edge between two points in pixels: bent to the left of its way from image side to text side, so that i–j and j–i
 * lie apart; a concept's bridge with itself is a loop above it.
 */
export function edgePath(from: readonly [number, number], to: readonly [number, number], loopRadius: number): string {
  const n = (value: number): string => value.toFixed(1);
  const [x, y] = from;
  const [dx, dy] = [to[0] - x, to[1] - y];
  if (dx === 0 && dy === 0) {
    const r = loopRadius + 5;
    return `M${n(x)},${n(y)}C${n(x - 2 * r)},${n(y - 2 * r)} ${n(x + 2 * r)},${n(y - 2 * r)} ${n(x)},${n(y)}`;
  }
  return `M${n(x)},${n(y)}Q${n(x + dx / 2 + dy * BEND)},${n(y + dy / 2 - dx * BEND)} ${n(to[0])},${n(to[1])}`;
}
