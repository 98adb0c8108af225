import type { AtlasBridge } from '../../../engine/atlas/protocol.ts';

/** A bridge as the view lists it. */
export interface BridgeRow extends AtlasBridge {
  /** B − null. */
  readonly excess: number;
  /** The concepts that belong to one modality alone. */
  readonly single: readonly number[];
}

/** A modality score of at most this, or at least one minus it, is that of a concept of one modality alone. */
const SINGLE = 0.1;

/** Whether a concept belongs to one modality alone; dead ones (NaN) do not. */
function isSingle(score: number): boolean {
  return score <= SINGLE || score >= 1 - SINGLE;
}

/** The bridges above their null between concepts that `visible` allows, strongest first by B − null, and how many others are above it. */
export function bridgeRows(top: readonly AtlasBridge[], modality: ArrayLike<number>, visible: (concept: number) => boolean, singleOnly: boolean): { readonly rows: readonly BridgeRow[]; readonly of: number } {
  const above = top
    .filter((bridge) => bridge.value > bridge.null)
    .map((bridge): BridgeRow => ({ ...bridge, excess: bridge.value - bridge.null, single: [...new Set([bridge.i, bridge.j])].filter((i) => isSingle(modality[i] ?? Number.NaN)) }))
    .sort((a, b) => b.excess - a.excess || a.i - b.i || a.j - b.j);
  return { of: above.length, rows: above.filter(({ i, j, single }) => visible(i) && visible(j) && (!singleOnly || single.length > 0)) };
}

/** What the rows' B are of ΣB together; NaN where ΣB is 0. */
export function coveredShare(rows: readonly AtlasBridge[], sum: number): number {
  return sum === 0 ? Number.NaN : rows.reduce((total, { value }) => total + value, 0) / sum;
}
